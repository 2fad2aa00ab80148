/** What the embedded backend is opened with. */
import type { RelationalPlan } from "../plan/plan.js";
import type { SchedulerSettings } from "../schedule/settings.js";
import type { Host } from "../session/caller.js";
import type { PostEvent } from "../session/listener-event.js";
import type { Master } from "../session/master.js";
import type { PythonEnvironment } from "./task.js";
import type { AccumulatorUpdate } from "./worker-frames.js";

export type LocalMaster = Extract<Master, { kind: "local" | "localCluster" }>;

export interface EmbeddedOptions {
  readonly master: LocalMaster;
  readonly host: Host;
  readonly python: PythonEnvironment;
  /** Where the private directory is made; null: the system's temporary directory. */
  readonly localDirectory: string | null;
  /** Temporary views, by name in lower case. */
  readonly views: ReadonlyMap<string, RelationalPlan>;
  readonly scheduler: SchedulerSettings;
  readonly memory: MemorySettings;
  readonly heartbeat: HeartbeatSettings;
  readonly decommission: DecommissionSettings;
  /** `spark.default.parallelism`; null: as many as there are slots. */
  readonly parallelism: number | null;
  /** `spark.driver.maxResultSize`: bytes of the results of one job; 0: no limit. */
  readonly maxResultBytes: number;
  /** Hears of everything that happens. */
  readonly post: PostEvent;
  /** Takes what an attempt, counted once, added to accumulators. */
  readonly accumulate: (updates: readonly AccumulatorUpdate[]) => void;
}

export interface MemorySettings {
  /** What blocks and kernels of one executor may hold together. */
  readonly executorBytes: number;
  /** The part of it that blocks keep although kernels need memory. */
  readonly storageFraction: number;
  /** The young generation of a slot's heap may grow to so much; null: to V8's own limit. */
  readonly youngMiB: number | null;
}

export interface HeartbeatSettings {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** What becomes of what an executor holds that leaves on purpose. */
export interface DecommissionSettings {
  /** The signal at which an executor leaves when its tasks are done; null: it knows none. */
  readonly signal: NodeJS.Signals | null;
  /** One that is still there so long after it was told to leave is ended with its tasks; null: it is waited for. */
  readonly forceKillMs: number | null;
  /** Its cached blocks are copied to others. */
  readonly rddBlocks: boolean;
  /** Its outputs are read from others. */
  readonly shuffleBlocks: boolean;
}

/** How many executors are started at first; with dynamic allocation the scheduler asks for them. */
export const initialExecutors = ({ master, scheduler: { allocation } }: EmbeddedOptions): number =>
  allocation.enabled ? 0 : master.executors;
