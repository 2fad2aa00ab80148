/** The shuffles that an RDD rests on. */
import { type FunctionPlan, inputsOf } from "../plan/plan.js";

/** The shuffles of a settled plan, back to RDDs that are kept: what lies before those is not read any more. */
export function shufflesBefore(plan: FunctionPlan): readonly FunctionPlan[] {
  const found = new Set<FunctionPlan>();
  const seen = new Set<FunctionPlan>();
  for (const open = [plan]; open.length > 0; ) {
    const node = open.pop() as FunctionPlan;
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "exchange") found.add(node);
    if (node === plan || !node.retention?.level.keeps) open.push(...inputsOf(node));
  }
  return [...found];
}
