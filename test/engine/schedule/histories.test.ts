/**
 * Random histories. `KINDLING_HISTORIES` says how many, `KINDLING_SEED` the first seed; a history that goes wrong is
 * played again with fewer troubles until it is as short as it gets, and shown.
 */
import { describe, expect, it } from "vitest";
import { type Outcome, Simulation } from "./simulation.js";

const first = Number(process.env["KINDLING_SEED"] ?? 1);
const histories = Number(process.env["KINDLING_HISTORIES"] ?? 10_000);

const play = (seed: number, maxTroubles: number): Outcome => new Simulation(seed, maxTroubles).play();

/** The same seed with the fewest troubles that still go wrong. */
function shortest(seed: number, found: Outcome): Outcome {
  for (let troubles = 0; troubles < found.troubles; troubles++) {
    const shorter = play(seed, troubles);
    if (shorter.violation !== null) return shorter;
  }
  return found;
}

/** Kinds of events, kinds of actions, ways in which jobs fail. */
const occur: readonly string[] = [
  ...[
    "jobSubmitted",
    "jobCancelled",
    "executorAdded",
    "executorStartFailed",
    "executorDecommissioning",
    "outputMoved",
    "executorLost",
  ],
  ...["blocksChanged", "preferencesChanged", "taskSucceeded", "taskFailed", "taskKilled", "fetchFailed"],
  ...["commitRequested", "stageForgotten", "tick"],
  ...["launch", "kill", "deliver", "keepOutput", "dropOutput", "discard", "commitAllowed", "commitDenied"],
  ...["stageStarted", "stageEnded", "removeStage", "jobSucceeded", "jobFailed"],
  ...["replaceExecutor", "requestExecutors", "releaseExecutor"],
  ...["cancelled", "INTERNAL", "INDETERMINATE_RERUN", "TASK_UNSCHEDULABLE", "BARRIER_SLOTS", "BARRIER_SYNC_FAILED"],
];

/** Found by longer runs, and what was wrong. */
const onceWrong = [
  ["a fetch failure counted although the executor was on its way out", 220_555_749],
  ["a backlog that shrank while more was due: woken again and again at the same moment", 55_558_034],
] as const;

describe("random histories", () => {
  it.each(onceWrong)("%s (seed %i)", (_, seed) => {
    expect(play(seed, Number.POSITIVE_INFINITY).violation).toBeNull();
  });

  it(`keep every promise (seeds ${first} to ${first + histories - 1})`, { timeout: 3_600_000 }, () => {
    let succeeded = 0;
    const seen = new Set<string>();
    for (let seed = first; seed < first + histories; seed++) {
      const outcome = play(seed, Number.POSITIVE_INFINITY);
      succeeded += outcome.succeeded;
      for (const kind of outcome.seen) seen.add(kind);
      if (outcome.violation === null) continue;
      const { violation, troubles, log } = shortest(seed, outcome);
      expect.fail(`seed ${seed}, ${troubles} troubles: ${violation}\n${log().slice(-80).join("\n")}`);
    }
    expect(succeeded).toBeGreaterThan(histories / 2);
    if (histories >= 10_000) expect([...seen].sort()).toEqual([...occur].sort());
  });
});
