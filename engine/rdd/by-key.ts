/** Shuffles by key. */
import type { CallSite } from "../errors.js";
import type { FunctionPlan } from "../plan/plan.js";
import { knownPartitions } from "../plan/settle.js";
import type { Session } from "../session/session.js";

/** A plan that becomes known when a promise does; a failure is kept for whoever asks first. */
export function deferred(plan: Promise<FunctionPlan>, site: CallSite): FunctionPlan {
  plan.catch(() => {});
  return { kind: "deferred", plan, site };
}

/** Moves pairs to partitions by the hash of their keys; as many partitions as the input has unless told otherwise. */
export function shuffleByKey(
  session: Session,
  input: FunctionPlan,
  partitions: number | null,
  site: CallSite,
): FunctionPlan {
  const exchange = (count: number): FunctionPlan => ({
    kind: "exchange",
    input,
    bucketing: { by: "hash", partitions: count },
    site,
  });
  const known = partitions ?? knownPartitions(input);
  return known === null ? deferred(session.partitionCount(input).then(exchange), site) : exchange(known);
}
