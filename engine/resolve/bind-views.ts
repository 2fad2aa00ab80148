/**
 * Views by what they are now. A plan that becomes a view keeps the views it reads as they were then, as in Spark: a later
 * view of the same name does not change it, and `table("v").filter(…).createOrReplaceTempView("v")` does not read itself.
 */
import { EngineError } from "../errors.js";
import type { FunctionPlan, Plan, RelationalPlan } from "../plan/plan.js";
import { parseQuery } from "../sql/query.js";

type Views = ReadonlyMap<string, RelationalPlan>;
type Of<K extends Plan["kind"]> = Extract<Plan, { kind: K }>;

/** Keeps the node, and what is known of it, where nothing below changed. */
const over = <N extends { readonly input: Plan }>(node: N, input: N["input"]): N =>
  input === node.input ? node : { ...node, input };

function bindFunction(plan: FunctionPlan, views: Views): FunctionPlan {
  switch (plan.kind) {
    case "step":
    case "exchange":
      return over(plan, bindFunction(plan.input, views));
    case "rows":
      return over(plan, bindViews(plan.input, views));
    case "deferred": {
      const bound = plan.plan.then((later) => bindFunction(later, views));
      bound.catch(() => {});
      return { ...plan, plan: bound };
    }
    default:
      return plan;
  }
}

/** A query is bound as the plan that it is; one that cannot be parsed stays, and fails when it is used. */
function bindQuery(plan: Of<"sql">, views: Views): RelationalPlan {
  try {
    const parsed = parseQuery(plan.text, plan.site);
    const bound = bindViews(parsed, views);
    return bound === parsed ? plan : bound;
  } catch (error) {
    if (error instanceof EngineError) return plan;
    throw error;
  }
}

/** The plan with the plans of its views in their place; names that are no view yet stay. */
export function bindViews(plan: RelationalPlan, views: Views): RelationalPlan {
  switch (plan.kind) {
    case "view":
      return views.get(plan.name.toLowerCase()) ?? plan;
    case "sql":
      return bindQuery(plan, views);
    case "elements":
      return over(plan, bindFunction(plan.input, views));
    case "deferredRelation": {
      const bound = plan.plan.then((later) => bindViews(later, views));
      bound.catch(() => {});
      return { ...plan, plan: bound };
    }
    case "range":
    case "parquet":
      return plan;
    default:
      return over(plan, bindViews(plan.input, views));
  }
}
