/** Barriers of running stages: what executors say goes to the coordinator, what it decides back to them. */
import type { ErrorData } from "../errors.js";
import {
  type BarrierAction,
  type BarrierEvent,
  barrierWakeAtMs,
  coordinate,
  initialBarriers,
} from "../schedule/barrier.js";
import type { AttemptId, Launch } from "../schedule/stage.js";

export interface BarrierOptions {
  /** How long the first task waits for the last. */
  readonly timeoutMs: number;
  readonly release: (task: AttemptId, messages: readonly string[]) => void;
  readonly fail: (task: AttemptId, error: ErrorData) => void;
}

/** The longest time that a timer can wait for. */
const longestTimerMs = 2 ** 31 - 1;

export class Barriers {
  readonly #options: BarrierOptions;
  readonly #state: ReturnType<typeof initialBarriers>;
  /** Tasks of each attempt of a stage, by partition, and how often each has come. */
  readonly #visitors = new Map<string, Map<number, { readonly launch: Launch; calls: number }>>();
  #wake: NodeJS.Timeout | null = null;

  constructor(options: BarrierOptions) {
    this.#options = options;
    this.#state = initialBarriers(options.timeoutMs);
  }

  /** A task has come to its next barrier. */
  arrived(launch: Launch, tasks: number, message: string): void {
    const { stage, stageAttempt: attempt, partition: task } = launch;
    const visitors = this.#visitors.get(keyOf(launch)) ?? new Map<number, { readonly launch: Launch; calls: number }>();
    this.#visitors.set(keyOf(launch), visitors);
    const visitor = visitors.get(task) ?? { launch, calls: 0 };
    visitors.set(task, visitor);
    const epoch = visitor.calls++;
    const nowMs = performance.now();
    this.#on({ kind: "join", stage, attempt, task, tasks, epoch, operation: "barrier", message, nowMs });
  }

  /** An attempt of the stage is over. */
  ended(launch: Launch): void {
    const { stage, stageAttempt: attempt } = launch;
    if (!this.#visitors.delete(keyOf(launch))) return;
    this.#on({ kind: "ended", stage, attempt });
  }

  #on(event: BarrierEvent): void {
    for (const action of coordinate(this.#state, event)) this.#perform(action);
    if (this.#wake) clearTimeout(this.#wake);
    const atMs = barrierWakeAtMs(this.#state);
    this.#wake = null;
    if (atMs === null) return;
    const delayMs = Math.min(longestTimerMs, Math.max(1, Math.ceil(atMs - performance.now())));
    this.#wake = setTimeout(() => this.#on({ kind: "tick", nowMs: performance.now() }), delayMs).unref();
  }

  #perform(action: BarrierAction): void {
    const visitors = this.#visitors.get(`${action.stage}/${action.attempt}`);
    if (action.kind === "release") {
      for (const { launch } of visitors?.values() ?? []) this.#options.release(launch, action.messages);
      return;
    }
    for (const task of action.tasks) {
      const launch = visitors?.get(task)?.launch;
      if (launch) this.#options.fail(launch, action.error);
    }
  }
}

const keyOf = ({ stage, stageAttempt }: Launch): string => `${stage}/${stageAttempt}`;
