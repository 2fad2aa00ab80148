/** What an executor is told of an attempt: everything that it needs to know, at this moment. */
import type { Job } from "../plan/backend.js";
import type { Launch } from "../schedule/stage.js";
import type { EmbeddedOptions } from "./options.js";
import { cachedBlocks, taskInput } from "./stage-input.js";
import type { OutputTable } from "./stage-outputs.js";
import type { Stage } from "./stage-plan.js";
import type { BlockId, Task } from "./task.js";

/** What the driver knows beside the stage. */
export interface Circumstances {
  readonly options: EmbeddedOptions;
  readonly outputs: OutputTable;
  readonly broadcasts: Task["broadcasts"];
  readonly properties: Job["properties"];
  /** The sockets of executors from which a block can be fetched. */
  readonly socketsOf: (block: BlockId) => readonly string[];
}

export function launchedTask(
  { spec, input, sink, persisted }: Stage,
  { partition, attempt, stageAttempt, taskId }: Launch,
  { options: { python, host, scheduler }, outputs, broadcasts, properties, socketsOf }: Circumstances,
): Task {
  const blocks = persisted.length === 0 ? [] : cachedBlocks(input, partition);
  return {
    stage: spec.id,
    partition,
    attempt,
    partitions: spec.partitions,
    input: taskInput(input, partition, outputs),
    sink,
    python,
    workingDirectory: host.workingDirectory,
    broadcasts,
    taskAttemptId: taskId,
    stageAttempt,
    cpus: scheduler.cpusPerTask,
    properties,
    barrier: spec.barrier ? Array.from({ length: spec.partitions }, () => "localhost") : null,
    holders: blocks.map((block) => ({ block, sockets: socketsOf(block) })),
  };
}
