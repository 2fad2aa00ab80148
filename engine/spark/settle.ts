/** Settling whole plans: deferred nodes are put in their place on both sides of `rows` and `elements`. */
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import { settle } from "../plan/settle.js";

const settledRelations = new WeakMap<RelationalPlan, RelationalPlan>();

/** The plan without deferred nodes, neither in itself nor in the relations below it. */
export async function settleFunctions(plan: FunctionPlan): Promise<FunctionPlan> {
  const node = await settle(plan);
  switch (node.kind) {
    case "step":
    case "exchange": {
      const input = await settleFunctions(node.input);
      return input === node.input ? node : { ...node, input };
    }
    case "rows": {
      const input = await settleRelation(node.input);
      return input === node.input ? node : { ...node, input };
    }
    default:
      return node;
  }
}

async function settledInput(node: RelationalPlan): Promise<RelationalPlan> {
  if (node.kind === "deferredRelation") return settleRelation(await node.plan);
  if (node.kind === "elements") {
    const input = await settleFunctions(node.input);
    return input === node.input ? node : { ...node, input };
  }
  if (!("input" in node)) return node;
  const input = await settleRelation(node.input);
  return input === node.input ? node : { ...node, input };
}

/** The same for a relation; views and the names in a SQL text are looked up when it is translated. */
export async function settleRelation(plan: RelationalPlan): Promise<RelationalPlan> {
  const known = settledRelations.get(plan);
  if (known) return known;
  const settled = await settledInput(plan);
  settledRelations.set(plan, settled);
  return settled;
}
