/** Which backend a session has, and what its settings mean for that. */
import { totalmem } from "node:os";
import { EmbeddedBackend } from "../execute/backend.js";
import type { EmbeddedOptions, LocalMaster } from "../execute/options.js";
import type { PythonEnvironment } from "../execute/task.js";
import type { Backend } from "../plan/backend.js";
import type { RelationalPlan } from "../plan/plan.js";
import type { SchedulerSettings } from "../schedule/settings.js";
import { sparkBackend } from "../spark/backend.js";
import type { Host } from "./caller.js";
import type { Properties } from "./listener-event.js";
import { parseMaster } from "./master.js";
import { badSetting, type Settings } from "./settings.js";
import type { SharedFiles } from "./shared-files.js";

export interface BackendSurroundings extends Pick<EmbeddedOptions, "host" | "post" | "accumulate"> {
  readonly master: string;
  readonly conf: Properties;
  readonly settings: Settings;
  /** What the program added for its workers to import. */
  readonly files: SharedFiles;
  readonly views: ReadonlyMap<string, RelationalPlan>;
}

export function openBackend(surroundings: BackendSurroundings): Backend {
  const { host, settings, views, post, accumulate, files } = surroundings;
  const master = parseMaster(surroundings.master);
  const python = pythonOf(host, surroundings.conf, settings.executorEnvironment, files);
  if (master.kind === "connect") {
    const { defaultParallelism } = settings;
    return sparkBackend(master.url, {
      host,
      python,
      views,
      post,
      accumulate,
      ...(defaultParallelism !== null && { defaultParallelism }),
    });
  }
  return new EmbeddedBackend({
    master,
    host,
    python,
    views,
    post,
    accumulate,
    localDirectory: settings.localDirectory,
    scheduler: schedulerOf(master, settings.scheduler),
    memory: memoryOf(master, settings),
    heartbeat: { intervalMs: settings.heartbeatIntervalMs, timeoutMs: settings.networkTimeoutMs },
    decommission: {
      ...settings.decommission,
      signal: settings.decommission.enabled ? settings.decommission.signal : null,
    },
    parallelism: settings.defaultParallelism,
    maxResultBytes: settings.maxResultBytes,
  });
}

/** With which interpreter Python workers run: contracts E.1. */
function pythonOf(host: Host, conf: Properties, environment: Properties, files: SharedFiles): PythonEnvironment {
  const virtual = process.env["VIRTUAL_ENV"];
  const executable =
    process.env["KINDLING_PYTHON"] ??
    conf["spark.pyspark.python"] ??
    host.python?.executable ??
    (virtual === undefined ? "python3" : `${virtual}/bin/python`);
  return {
    executable,
    version: host.python?.version ?? null,
    environment,
    // Read anew for every task: `addPyFile` makes it longer.
    get searchPath() {
      return [...files.searchPath, ...(host.python?.searchPath ?? [])];
    },
  };
}

/** In one process with the program, as many attempts as the URL says; a setting has no part in it, as in Spark. */
function schedulerOf(master: LocalMaster, scheduler: SchedulerSettings): SchedulerSettings {
  const { cpusPerTask } = scheduler;
  if (cpusPerTask > master.slots) {
    const expected = `at most ${master.slots}, the number of slots that one executor of ${master.url} has`;
    throw badSetting("spark.task.cpus", expected, String(cpusPerTask));
  }
  const allocation = { ...scheduler.allocation, slotsPerExecutor: master.slots };
  if (master.kind === "localCluster") return { ...scheduler, allocation };
  // Spark's own rule too: nothing to allocate.
  return { ...scheduler, allocation: { ...allocation, enabled: false }, maxTaskFailures: master.maxFailures };
}

const MiB = 2 ** 20;
const leastBytes = 1024 * MiB;
/** What a program takes by itself that does not say how much it may: a quarter of the machine. */
const partOfMachine = 4;

const machineBytes = (): number => Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);

/** Two half spaces and large objects make a young generation of three times a half space, a power of 2 up to this. */
const [halfSpaces, mostHalfSpaceMiB] = [3, 16];
/** Of what a slot may take, a half space takes this part at most. */
const halfSpacePart = 1 / 24;

/** Where a program says how much its executors may take, young generations grow no larger than that allows. */
function youngMiBOf(slotBytes: number): number | null {
  const halfSpaceMiB = 2 ** Math.max(0, Math.floor(Math.log2((slotBytes * halfSpacePart) / MiB)));
  return halfSpaceMiB >= mostHalfSpaceMiB ? null : halfSpaces * halfSpaceMiB;
}

function memoryOf(master: LocalMaster, { memory }: Settings): EmbeddedOptions["memory"] {
  const said = master.kind === "localCluster" ? master.memoryMiB * MiB : (memory.executorBytes ?? memory.driverBytes);
  const bytes = said ?? Math.max(leastBytes, machineBytes() / partOfMachine);
  return {
    executorBytes: Math.floor(bytes * memory.fraction) + memory.offHeapBytes,
    storageFraction: memory.storageFraction,
    youngMiB: said === null ? null : youngMiBOf((said + memory.offHeapBytes) / master.slots),
  };
}
