import { describe, expect, it } from "vitest";
import type { ErrorData } from "../../../engine/errors.js";
import { EngineError } from "../../../engine/errors.js";
import { decide, initialState, type SchedulerAction, type SchedulerEvent } from "../../../engine/schedule/decide.js";
import type { AttemptId, Launch, StageSpec } from "../../../engine/schedule/stage.js";

const failure: ErrorData = new EngineError("INTERNAL", { reason: "simulated" }).toData();

const twoStages = (maps: number, reducers: number): StageSpec[] => [
  { id: 0, parents: [], partitions: maps, role: "outputs" },
  { id: 1, parents: [0], partitions: reducers, role: "result" },
];

const all = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Plays events one after the other and remembers what was asked for. */
class Play {
  state;
  readonly log: SchedulerAction[] = [];

  constructor(maxTaskFailures = 4) {
    this.state = initialState({ maxTaskFailures, maxStageReruns: 4 });
  }

  on(event: SchedulerEvent): readonly SchedulerAction[] {
    const { state, actions } = decide(this.state, event);
    this.state = state;
    this.log.push(...actions);
    return actions;
  }

  kinds(): string[] {
    return this.log.map((action) => action.kind);
  }
}

const launches = (actions: readonly SchedulerAction[]): Launch[] =>
  actions
    .filter((action) => action.kind === "launch")
    .map(({ stage, partition, attempt, executor }) => ({ stage, partition, attempt, executor }));

const idOf = ({ stage, partition, attempt }: AttemptId): AttemptId => ({ stage, partition, attempt });

describe("decide", () => {
  it("starts no reducer before the last map task, and delivers each partition", () => {
    const play = new Play();
    play.on({ kind: "executorAdded", executor: 0, slots: 2 });
    const first = launches(play.on({ kind: "jobSubmitted", job: 7, stages: twoStages(3, 1), partitions: [0] }));
    expect(first.map(({ stage, partition }) => [stage, partition])).toEqual([
      [0, 0],
      [0, 1],
    ]);
    const [a, b] = first as [Launch, Launch];
    const [c] = launches(play.on({ kind: "taskSucceeded", task: idOf(a) })) as [Launch];
    expect(launches(play.on({ kind: "taskSucceeded", task: idOf(b) }))).toEqual([]);
    const [reducer] = launches(play.on({ kind: "taskSucceeded", task: idOf(c) })) as [Launch];
    expect(reducer.stage).toBe(1);
    play.on({ kind: "taskSucceeded", task: idOf(reducer) });
    expect(play.kinds().filter((kind) => kind === "deliver" || kind === "jobSucceeded")).toEqual([
      "deliver",
      "jobSucceeded",
    ]);
  });

  it("uses finished outputs again in a later job", () => {
    const play = new Play();
    play.on({ kind: "executorAdded", executor: 0, slots: 4 });
    for (const launch of launches(
      play.on({ kind: "jobSubmitted", job: 0, stages: twoStages(2, 1), partitions: [0] }),
    )) {
      for (const next of launches(play.on({ kind: "taskSucceeded", task: idOf(launch) })))
        play.on({ kind: "taskSucceeded", task: idOf(next) });
    }
    const again = [twoStages(2, 1)[0] as StageSpec, { id: 2, parents: [0], partitions: 1, role: "result" } as const];
    expect(
      launches(play.on({ kind: "jobSubmitted", job: 1, stages: again, partitions: [0] })).map(({ stage }) => stage),
    ).toEqual([2]);
  });

  it("ends the job after the last allowed failure of one task, not before", () => {
    const play = new Play(3);
    play.on({ kind: "executorAdded", executor: 0, slots: 1 });
    const stages: StageSpec[] = [{ id: 0, parents: [], partitions: 1, role: "result" }];
    let [launch] = launches(play.on({ kind: "jobSubmitted", job: 0, stages, partitions: [0] }));
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(launch?.attempt).toBe(attempt);
      [launch] = launches(
        play.on({ kind: "taskFailed", task: idOf(launch as Launch), error: failure, permanent: false }),
      );
    }
    expect(launch).toBeUndefined();
    expect(play.kinds().at(-1)).toBe("stageEnded");
    expect(play.kinds()).toContain("jobFailed");
  });

  it("computes lost outputs again and nothing else, without counting against the task that missed them", () => {
    const play = new Play(1);
    play.on({ kind: "executorAdded", executor: 0, slots: 4 });
    const maps = launches(play.on({ kind: "jobSubmitted", job: 0, stages: twoStages(3, 1), partitions: [0] }));
    const [reducer] = maps.flatMap((launch) => launches(play.on({ kind: "taskSucceeded", task: idOf(launch) }))) as [
      Launch,
    ];
    const again = launches(
      play.on({ kind: "fetchFailed", task: idOf(reducer), lost: { stage: 0, partition: 1 }, error: failure }),
    );
    expect(again.map(({ stage, partition, attempt }) => [stage, partition, attempt])).toEqual([[0, 1, 1]]);
    const [retry] = launches(play.on({ kind: "taskSucceeded", task: idOf(again[0] as Launch) }));
    expect(retry).toMatchObject({ stage: 1, partition: 0, attempt: 1 });
  });

  it("hears nothing from an attempt that was given up", () => {
    const play = new Play();
    play.on({ kind: "executorAdded", executor: 0, slots: 1 });
    const stages: StageSpec[] = [{ id: 0, parents: [], partitions: 1, role: "result" }];
    const [launch] = launches(play.on({ kind: "jobSubmitted", job: 0, stages, partitions: [0] })) as [Launch];
    play.on({ kind: "executorLost", executor: 0, outputsLost: false, error: failure });
    expect(play.on({ kind: "taskSucceeded", task: idOf(launch) })).toEqual([]);
    const [second] = launches(play.on({ kind: "executorAdded", executor: 1, slots: 1 })) as [Launch];
    expect(second).toMatchObject({ attempt: 1, executor: 1 });
  });
});

/** mulberry32: a small seeded generator. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One random history: tasks end, fail, miss outputs, are reported twice; executors die and are replaced. */
function playHistory(seed: number): void {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const play = new Play(1_000_000);
  const [maps, reducers] = [1 + below(6), 1 + below(6)];
  const running = new Map<string, Launch>();
  const delivered: number[] = [];
  let ended = 0;
  let nextExecutor = 2;
  const take = (actions: readonly SchedulerAction[]): void => {
    for (const action of actions) {
      if (action.kind === "launch") running.set(JSON.stringify(idOf(action)), action);
      else if (action.kind === "kill") running.delete(JSON.stringify(idOf(action)));
      else if (action.kind === "deliver") delivered.push(action.task.partition);
      else if (action.kind === "jobSucceeded") ended += 1;
      else if (action.kind === "jobFailed") throw new Error(`seed ${seed}: job failed`);
      else if (action.kind === "replaceExecutor")
        take(play.on({ kind: "executorAdded", executor: nextExecutor++, slots: 1 + below(3) }));
    }
  };
  take(play.on({ kind: "executorAdded", executor: 0, slots: 1 + below(3) }));
  take(play.on({ kind: "executorAdded", executor: 1, slots: 1 + below(3) }));
  take(play.on({ kind: "jobSubmitted", job: 0, stages: twoStages(maps, reducers), partitions: all(reducers) }));
  for (let step = 0; ended === 0; step++) {
    if (step > 2000) throw new Error(`seed ${seed}: no end after ${step} events`);
    const launch = [...running.values()][below(running.size)];
    if (!launch) throw new Error(`seed ${seed}: nothing runs, nothing has ended`);
    const task = idOf(launch);
    const chance = random();
    if (chance < 0.05 && step < 40) {
      for (const [key, other] of running) if (other.executor === launch.executor) running.delete(key);
      take(play.on({ kind: "executorLost", executor: launch.executor, outputsLost: false, error: failure }));
      continue;
    }
    running.delete(JSON.stringify(task));
    if (chance < 0.15) take(play.on({ kind: "taskFailed", task, error: failure, permanent: false }));
    else if (chance < 0.2 && launch.stage === 1 && step < 20) {
      take(play.on({ kind: "fetchFailed", task, lost: { stage: 0, partition: below(maps) }, error: failure }));
    } else {
      take(play.on({ kind: "taskSucceeded", task }));
      if (chance < 0.3) take(play.on({ kind: "taskSucceeded", task }));
    }
  }
  expect(
    [...delivered].sort((a, b) => a - b),
    `seed ${seed}`,
  ).toEqual(all(reducers));
}

describe("random histories", () => {
  const first = Number(process.env["KINDLING_SEED"] ?? 1);
  const histories = Number(process.env["KINDLING_HISTORIES"] ?? 2000);

  it(`delivers every partition exactly once (seeds ${first} to ${first + histories - 1})`, () => {
    for (let seed = first; seed < first + histories; seed++) playHistory(seed);
  });
});
