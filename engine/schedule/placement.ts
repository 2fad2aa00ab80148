/** Free slots meet waiting tasks: Spark's resourceOffers, once for every event. */
import { launchAttempt } from "./attempts.js";
import { launchTogether } from "./barrier-stage.js";
import { noteRound } from "./locality.js";
import { findPlace, type Round } from "./places.js";
import { nextStage, passOver, startRound } from "./pools.js";
import { startStage } from "./stages.js";
import { isBarrier, type StageState, type Turn } from "./state.js";
import { checkUnschedulable } from "./unschedulable.js";

/** Each free slot goes to the stage whose turn it is, until none is free or no stage can use one. */
export function launchTasks(turn: Turn): void {
  const { state } = turn;
  state.localityAtMs = Number.POSITIVE_INFINITY;
  startRound(state);
  const rounds = new Map<StageState, Round>();
  while (state.free > 0) {
    const stage = nextStage(state);
    if (!stage) break;
    const round = rounds.get(stage) ?? { launched: false, local: false, rejected: false };
    rounds.set(stage, round);
    const launched = isBarrier(stage) ? launchTogether(turn, stage) : launchOne(turn, stage, round);
    if (!launched && stage.queued) passOver(state, stage);
  }
  for (const [stage, round] of rounds) {
    noteRound(state, stage, round);
    checkUnschedulable(turn, stage, round.launched);
  }
}

function launchOne(turn: Turn, stage: StageState, round: Round): boolean {
  const place = findPlace(turn.state, stage, round);
  if (!place) return false;
  round.launched = true;
  if (place.locality !== "ANY") round.local = true;
  startStage(turn, stage);
  launchAttempt(turn, stage, place);
  return true;
}
