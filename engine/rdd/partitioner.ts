/** How pairs are partitioned by their keys, as programs see it. */
import type { int } from "../data/numbers.js";
import { partitionerOf } from "../plan/partitioner.js";
import type { FunctionPlan } from "../plan/plan.js";
import { settle } from "../plan/settle.js";
import type { Elements } from "../plan/task-function.js";
import type { Session } from "../session/session.js";

/**
 * How the pairs of an RDD are partitioned by their keys.
 *
 * @py -
 * @source org.apache.spark.Partitioner
 */
export interface Partitioner {
  /** Partitions that keys are put into. */
  readonly numPartitions: int;
  /** By the hash of the key, by the result of a function of the program, or by sorted ranges. */
  readonly by: "hash" | "function" | "range";
  /** The function, as it was packed: of the partition; of ranges that of the key that is compared, null for the key itself. */
  readonly partitionFunc: Uint8Array | null;
  /** Between which keys the ranges lie, in ascending order; null where there are none. */
  readonly bounds: Elements<unknown> | null;
  /** The first range holds the smallest keys. */
  readonly ascending: boolean;
}

export async function partitionerShown(session: Session, plan: FunctionPlan): Promise<Partitioner | null> {
  const found = partitionerOf(await settle(plan), session.host.language);
  if (!found) return null;
  const { by, partitions: numPartitions } = found;
  const plain = { numPartitions, by, partitionFunc: null, bounds: null, ascending: true };
  if (found.by === "hash") return plain;
  if (found.by === "function") return { ...plain, partitionFunc: found.fn.body };
  const { key, bounds, ascending } = found.bucketing;
  const partitionFunc = key.language === "any" ? null : key.body;
  return { ...plain, partitionFunc, bounds: session.decode(bounds), ascending };
}
