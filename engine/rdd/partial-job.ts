/** Jobs whose results are looked at before they have ended. */
import { decodePortable } from "../data/portable.js";
import type { CallSite } from "../errors.js";
import type { PartitionResult } from "../plan/backend.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Session } from "../session/session.js";
import type { Progress } from "./estimates.js";

/** The longest time that a timer can be set to. */
const longestTimerMs = 2 ** 31 - 1;

/** What has ended of a job, and what came of it: elements as the engine reads them, in the order of their partitions. */
export interface PartialResult {
  readonly progress: Progress;
  readonly elements: readonly unknown[];
}

/** Runs a job and answers when it has ended, or after this time with what there is; the job then goes on by itself. */
export async function resultWithin(
  session: Session,
  plan: FunctionPlan,
  timeoutMs: number,
  site: CallSite,
): Promise<PartialResult> {
  const total = await session.partitionCount(plan);
  const results: PartitionResult[] = [];
  const deliver = (result: PartitionResult): void => void results.push(result);
  const job = session.run(plan, { kind: "collect", format: "portable" }, site, undefined, deliver);
  // Of a job that fails after the deadline nobody is told, as in Spark.
  job.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(Math.max(timeoutMs, 0), longestTimerMs));
  });
  await Promise.race([job, deadline]).finally(() => clearTimeout(timer));
  const ended = [...results].sort((left, right) => left.partition - right.partition);
  const elements = ended.flatMap(({ batches }) => batches).flatMap((batch) => decodePortable(batch));
  return { progress: { ended: ended.length, total }, elements };
}
