/** Plays events one after the other and remembers what was asked for. */
import { EngineError, type ErrorData } from "../../../engine/errors.js";
import type { SchedulerAction } from "../../../engine/schedule/action.js";
import { decide } from "../../../engine/schedule/decide.js";
import type { SchedulerEvent } from "../../../engine/schedule/event.js";
import { defaultSettings, type SchedulerSettings } from "../../../engine/schedule/settings.js";
import type { AttemptId, Launch, StageSpec } from "../../../engine/schedule/stage.js";
import { initialState, type SchedulerState } from "../../../engine/schedule/state.js";
import { wakeAtMs } from "../../../engine/schedule/wake.js";

export const failure: ErrorData = new EngineError("INTERNAL", { reason: "simulated" }).toData();

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export const outputs = (id: number, partitions: number, more: Partial<StageSpec> = {}): StageSpec => ({
  id,
  parents: [],
  partitions,
  role: "outputs",
  ...more,
});

export const result = (id: number, partitions: number, more: Partial<StageSpec> = {}): StageSpec => ({
  ...outputs(id, partitions, more),
  role: "result",
});

/** A map stage 0 and a result stage 1 that reads it. */
export const twoStages = (maps: number, reducers: number, map: Partial<StageSpec> = {}): StageSpec[] => [
  outputs(0, maps, map),
  result(1, reducers, { parents: [0] }),
];

export const idOf = ({ stage, partition, attempt }: AttemptId): AttemptId => ({ stage, partition, attempt });

/** `stage/partition/attempt`. */
export const nameOf = ({ stage, partition, attempt }: AttemptId): string => `${stage}/${partition}/${attempt}`;

const parse = (name: string): AttemptId => {
  const [stage = -1, partition = -1, attempt = -1] = name.split("/").map(Number);
  return { stage, partition, attempt };
};

type Kind = SchedulerAction["kind"];

export class Play {
  state: SchedulerState;
  readonly log: SchedulerAction[] = [];
  nowMs = 0;

  constructor(settings: Partial<SchedulerSettings> = {}) {
    this.state = initialState({ ...defaultSettings, ...settings });
  }

  /** What is to be done after the event, which happens at `nowMs`. */
  on(event: SchedulerEvent): readonly SchedulerAction[] {
    const { state, actions } = decide(this.state, { ...event, nowMs: this.nowMs });
    this.state = state;
    this.log.push(...actions);
    return actions;
  }

  /** The same as launches only: `stage/partition/attempt`. */
  launches(event: SchedulerEvent): string[] {
    return launchesOf(this.on(event)).map(nameOf);
  }

  /** Executors with these slots, numbered from the first. */
  executors(slots: readonly number[], first = 0): Launch[] {
    return slots.flatMap((count, index) =>
      launchesOf(this.on({ kind: "executorAdded", executor: first + index, slots: count })),
    );
  }

  submit(job: number, stages: readonly StageSpec[], more: { partitions?: number[]; pool?: string } = {}): Launch[] {
    const partitions = more.partitions ?? upTo(stages.at(-1)?.partitions ?? 0);
    const pool = more.pool === undefined ? {} : { pool: more.pool };
    return launchesOf(this.on({ kind: "jobSubmitted", job, stages, partitions, ...pool }));
  }

  succeed(...names: string[]): string[] {
    return names.flatMap((name) => this.launches({ kind: "taskSucceeded", task: parse(name) }));
  }

  fail(name: string, permanent = false): string[] {
    return this.launches({ kind: "taskFailed", task: parse(name), error: failure, permanent });
  }

  missed(name: string, stage: number, partition: number): string[] {
    return this.launches({ kind: "fetchFailed", task: parse(name), lost: { stage, partition }, error: failure });
  }

  killed(name: string): string[] {
    return this.launches({ kind: "taskKilled", task: parse(name) });
  }

  commit(name: string): Kind | undefined {
    return this.on({ kind: "commitRequested", task: parse(name) })[0]?.kind;
  }

  lose(executor: number, more: { outputsLost?: boolean; causedByTask?: boolean } = {}): string[] {
    return this.launches({ kind: "executorLost", executor, outputsLost: false, error: failure, ...more });
  }

  tick(nowMs: number): string[] {
    this.nowMs = nowMs;
    return this.launches({ kind: "tick", nowMs });
  }

  get wakeAtMs(): number | null {
    return wakeAtMs(this.state);
  }

  /** All actions of a kind so far. */
  all<K extends Kind>(kind: K): Extract<SchedulerAction, { kind: K }>[] {
    return this.log.filter((action): action is Extract<SchedulerAction, { kind: K }> => action.kind === kind);
  }

  /** Tasks of all actions of a kind so far. */
  tasks(kind: "deliver" | "keepOutput" | "dropOutput" | "discard"): string[] {
    return this.all(kind).map(({ task }) => nameOf(task));
  }

  get killedSoFar(): string[] {
    return this.all("kill").map(nameOf);
  }

  /** Codes of failed jobs; null where a job was cancelled. */
  get failedJobs(): (string | null)[] {
    return this.all("jobFailed").map(({ error }) => error?.code ?? null);
  }

  get succeededJobs(): number[] {
    return this.all("jobSucceeded").map(({ job }) => job);
  }
}

export const launchesOf = (actions: readonly SchedulerAction[]): Launch[] =>
  actions.filter((action) => action.kind === "launch").map(({ kind: _, ...launch }) => launch);
