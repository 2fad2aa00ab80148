/** A local cluster whose executors a test ends at a chosen moment, and what ran on it. */
import type { EmbeddedBackend } from "../../engine/execute/backend.js";
import { SparkContext } from "../../engine/index.js";
import type { EventOf, ListenerEvent, PostEvent } from "../../engine/session/listener-event.js";

export interface TaskRun {
  readonly stage: number;
  readonly stageAttempt: number;
  readonly partition: number;
  readonly attempt: number;
  readonly executor: number;
  readonly locality: string;
  /** A copy of one that was slow. */
  readonly speculative: boolean;
}

export interface TaskEnd extends TaskRun {
  readonly reason: EventOf<"taskEnd">["reason"]["kind"];
}

/** Short enough for tests, long enough for a busy machine. */
const watchful = { "spark.executor.heartbeatInterval": "200ms", "spark.network.timeout": "5s" };

export class Cluster {
  readonly sc: SparkContext;
  /** Every task that was started, in order. */
  readonly started: TaskRun[] = [];
  /** Every task that ended, in order. */
  readonly ended: TaskEnd[] = [];
  readonly lost: number[] = [];
  /** Stages before it made the cluster ready. */
  #firstStage = 0;
  #watchers: ((task: TaskRun, all: readonly TaskRun[]) => void)[] = [];

  constructor(master = "local-cluster[2,1,512]", conf: Readonly<Record<string, string>> = {}) {
    this.sc = new SparkContext(master, "faults", { ...watchful, ...conf });
    this.#hearAtOnce();
  }

  /** Listeners may hear of a task after its job's result has come; what is counted here is there with the result. */
  #hearAtOnce(): void {
    const { bus } = this.sc.session.application;
    const { post } = bus;
    const heard: PostEvent = (event) => {
      this.#hear(event);
      post(event);
    };
    Object.assign(bus, { post: heard });
  }

  #hear(event: ListenerEvent): void {
    if (event.kind === "executorRemoved") this.lost.push(Number(event.executorId));
    if (event.kind !== "taskStart" && event.kind !== "taskEnd") return;
    if (event.stageId < this.#firstStage) return;
    if ("reason" in event) this.ended.push({ ...runOf(event), reason: event.reason.kind });
    else this.#start(runOf(event));
  }

  get backend(): EmbeddedBackend {
    return this.sc.session.backend as EmbeddedBackend;
  }

  /** Sends a signal to the executor of the first task for which `when` is true; gives its number. */
  endOf(
    when: (task: TaskRun, all: readonly TaskRun[]) => boolean,
    signal: NodeJS.Signals = "SIGKILL",
  ): Promise<number> {
    return new Promise((resolve) => {
      const watcher = (task: TaskRun, all: readonly TaskRun[]): void => {
        if (!when(task, all)) return;
        this.#watchers = this.#watchers.filter((other) => other !== watcher);
        this.end(task.executor, signal);
        resolve(task.executor);
      };
      this.#watchers.push(watcher);
    });
  }

  end(executor: number, signal: NodeJS.Signals = "SIGKILL"): void {
    const pid = this.backend.executorPid(executor);
    if (pid !== undefined) process.kill(pid, signal);
  }

  /** How many tasks of a stage were started, by partition. */
  runsOf(stage: number): Map<number, number> {
    const runs = new Map<number, number>();
    for (const task of this.started) {
      if (task.stage === stage) runs.set(task.partition, (runs.get(task.partition) ?? 0) + 1);
    }
    return runs;
  }

  /** Stages in the order in which they began. */
  get stages(): number[] {
    return [...new Set(this.started.map(({ stage }) => stage))];
  }

  /** All executors are there. */
  async ready(executors: number): Promise<void> {
    await until("executors", () => this.backend.executors().length === executors || undefined);
    // One small job on each, so that slots are up.
    await this.sc.parallelize([1, 2, 3, 4], 4).count();
    await until("its tasks", () => this.started.length >= 4);
    this.#firstStage = Math.max(...this.stages) + 1;
    this.started.length = 0;
    this.ended.length = 0;
  }

  get executors(): number[] {
    return this.backend.executors().map(({ id }) => id);
  }

  #start(task: TaskRun): void {
    this.started.push(task);
    const all = [...this.started];
    // Its executor has been sent the task by then.
    setImmediate(() => {
      for (const watcher of [...this.#watchers]) watcher(task, all);
    });
  }
}

type TaskEvent = Pick<EventOf<"taskEnd">, "stageId" | "stageAttemptId" | "taskInfo">;

const runOf = ({ stageId, stageAttemptId, taskInfo }: TaskEvent): TaskRun => ({
  stage: stageId,
  stageAttempt: stageAttemptId,
  partition: taskInfo.partitionId,
  attempt: taskInfo.attemptNumber,
  executor: Number(taskInfo.executorId),
  locality: taskInfo.taskLocality,
  speculative: taskInfo.speculative,
});

export const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);

/** For functions that run in tasks: does nothing for some time. */
export const idle = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

/** Waits until `look` finds something. */
export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  deadlineMs = 20_000,
): Promise<T> {
  for (const end = Date.now() + deadlineMs; Date.now() < end; ) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no ${what} within ${deadlineMs} ms`);
}

/** Runs a test on a cluster of its own. */
export const onCluster =
  (
    test: (cluster: Cluster) => Promise<void>,
    master?: string,
    conf?: Readonly<Record<string, string>>,
    executors = 2,
  ) =>
  async (): Promise<void> => {
    const cluster = new Cluster(master, conf);
    try {
      await cluster.ready(executors);
      await test(cluster);
    } finally {
      await cluster.sc.stop();
    }
  };
