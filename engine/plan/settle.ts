/** Settling: plans that running jobs were still working out are put in their place. */
import type { FunctionPlan } from "./plan.js";

/** By node, so that a shuffle above a deferred plan stays the same node, and its outputs are found again. */
const settled = new WeakMap<FunctionPlan, FunctionPlan>();

type Inner = Extract<FunctionPlan, { kind: "step" | "exchange" }>;

const isInner = (node: FunctionPlan): node is Inner => node.kind === "step" || node.kind === "exchange";

/** The plan without `deferred` nodes; fails with the error of the job that was to work one out. */
export async function settle(plan: FunctionPlan): Promise<FunctionPlan> {
  const above: Inner[] = [];
  let node = plan;
  while (isInner(node) && !settled.has(node)) {
    above.push(node);
    node = node.input;
  }
  let below = settled.get(node) ?? (node.kind === "deferred" ? await settle(await node.plan) : node);
  settled.set(node, below);
  for (const inner of above.reverse()) {
    below = settled.get(inner) ?? (inner.input === below ? inner : { ...inner, input: below });
    settled.set(inner, below);
  }
  return below;
}

/** The number of partitions, where it is known without looking at files or waiting for a job. */
export function knownPartitions(plan: FunctionPlan): number | null {
  let node = settled.get(plan) ?? plan;
  while (node.kind === "step") node = node.input;
  return node.kind === "values" ? node.slices : node.kind === "exchange" ? node.bucketing.partitions : null;
}
