/** Settling: plans that running jobs were still working out are put in their place. */
import { type FunctionPlan, inputsOf, withInputs } from "./plan.js";

/** By node, so that a shuffle above a deferred plan stays the same node, and its outputs are found again. */
const settled = new WeakMap<FunctionPlan, FunctionPlan>();

/** The plan without `deferred` nodes; fails with the error of the job that was to work one out. */
export async function settle(plan: FunctionPlan): Promise<FunctionPlan> {
  // Nodes still to be looked at, inputs above those that need them: deep plans need no deep stack.
  const open: FunctionPlan[] = [plan];
  for (let node = open.at(-1); node; node = open.at(-1)) {
    if (settled.has(node)) {
      open.pop();
      continue;
    }
    if (node.kind === "deferred") {
      settled.set(node, retaining(await settle(await node.plan), node));
      continue;
    }
    const inputs = inputsOf(node);
    const missing = inputs.filter((input) => !settled.has(input));
    if (missing.length > 0) {
      open.push(...missing);
      continue;
    }
    const done = inputs.map((input) => settled.get(input) as FunctionPlan);
    settled.set(node, done.every((input, i) => input === inputs[i]) ? node : withInputs(node, done));
  }
  return settled.get(plan) as FunctionPlan;
}

/** The plan that was worked out, with what the program asked to be kept of the one that waited for it. */
function retaining(plan: FunctionPlan, { site, retention }: FunctionPlan): FunctionPlan {
  if (!retention) return plan;
  // A plan that another RDD shows already stays that RDD's.
  return plan.retention ? { kind: "union", inputs: [plan], aligned: true, site, retention } : { ...plan, retention };
}

/** The plan itself, or what it was settled to. */
export const settledPlan = (plan: FunctionPlan): FunctionPlan => settled.get(plan) ?? plan;

/** The number of partitions, where it is known without looking at files or waiting for a job. */
export function knownPartitions(plan: FunctionPlan): number | null {
  let node = settledPlan(plan);
  while (node.kind === "step" || node.kind === "pipe") node = settledPlan(node.input);
  switch (node.kind) {
    case "values":
    case "numbers":
      return node.slices;
    case "exchange":
      return node.bucketing.partitions;
    case "regroup":
      return node.groups.length;
    case "combine":
      return firstKnown(node.inputs);
    case "cartesian": {
      const [left, right] = [knownPartitions(node.left), knownPartitions(node.right)];
      return left === null || right === null ? null : left * right;
    }
    case "union": {
      if (node.aligned) return firstKnown(node.inputs);
      return sums.get(node) ?? sumOfKnown(node);
    }
    default:
      return null;
  }
}

function firstKnown(plans: readonly FunctionPlan[]): number | null {
  for (const plan of plans) {
    const count = knownPartitions(plan);
    if (count !== null) return count;
  }
  return null;
}

/** By union, so that a chain of them is added up once. */
const sums = new WeakMap<FunctionPlan, number>();

function sumOfKnown(union: FunctionPlan): number | null {
  let sum = 0;
  for (const input of inputsOf(union)) {
    const count = knownPartitions(input);
    if (count === null) return null;
    sum += count;
  }
  sums.set(union, sum);
  return sum;
}
