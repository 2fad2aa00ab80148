/** How pairs are partitioned by their keys, as programs see it. */
import type { int } from "../data/numbers.js";
import { partitionerOf } from "../plan/partitioner.js";
import type { FunctionPlan } from "../plan/plan.js";
import { settle } from "../plan/settle.js";
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
  /** The function, as it was packed. */
  readonly partitionFunc: Uint8Array | null;
}

export async function partitionerShown(session: Session, plan: FunctionPlan): Promise<Partitioner | null> {
  const found = partitionerOf(await settle(plan), session.host.language);
  if (!found) return null;
  const { by, partitions: numPartitions } = found;
  return { numPartitions, by, partitionFunc: found.by === "function" ? found.fn.body : null };
}
