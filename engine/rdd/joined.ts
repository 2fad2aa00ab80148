/** Plans of several RDDs whose equal keys, or equal elements, come together. */
import type { CallSite } from "../errors.js";
import type { JoinKind, Kernel } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Session } from "../session/session.js";
import { stepOn } from "./next-step.js";
import { broughtTogether, type Placing } from "./placement.js";
import { named } from "./rdd-face.js";

interface Placed {
  readonly placing: Placing;
  readonly site: CallSite;
}

/** Pairs of two plans joined by key. */
export const joined = (
  session: Session,
  inputs: readonly [FunctionPlan, FunctionPlan],
  { how, placing, site }: Placed & { readonly how: JoinKind },
): FunctionPlan =>
  broughtTogether(session, inputs, {
    placing,
    site,
    build: (plans) => ({ kind: "combine", inputs: plans, kernel: { op: "join", how }, site }),
  });

/** For each key the list of its values in each plan. */
export const cogrouped = (session: Session, inputs: readonly FunctionPlan[], { placing, site }: Placed): FunctionPlan =>
  broughtTogether(session, inputs, {
    placing,
    site,
    build: (plans) => ({ kind: "combine", inputs: plans, kernel: { op: "cogroup" }, site }),
  });

const asKeys: Kernel = { op: "map", fn: named("withNull") };
const onlyKeys: Kernel = { op: "map", fn: named("key") };
const firstOfKey = (partial: boolean): Kernel => ({ op: "reduceByKey", fn: named("left"), partial });

/** Elements of the first plan that the second one has not; equal ones all stay. */
export function subtracted(
  session: Session,
  inputs: readonly [FunctionPlan, FunctionPlan],
  { placing, site }: Placed,
): FunctionPlan {
  const [own, other] = inputs.map((plan) => stepOn(plan, asKeys, site)) as [FunctionPlan, FunctionPlan];
  return stepOn(joined(session, [own, other], { how: "anti", placing, site }), onlyKeys, site);
}

/** Elements that both plans have, each once. */
export function intersected(
  session: Session,
  inputs: readonly [FunctionPlan, FunctionPlan],
  { placing, site }: Placed,
): FunctionPlan {
  // Doubles go before they move, as far as a partition has both.
  const distinct = (plan: FunctionPlan): FunctionPlan => stepOn(stepOn(plan, asKeys, site), firstOfKey(true), site);
  const [own, other] = inputs.map(distinct) as [FunctionPlan, FunctionPlan];
  const both = joined(session, [own, other], { how: "semi", placing, site });
  return stepOn(stepOn(both, firstOfKey(false), site), onlyKeys, site);
}
