/** One pair for each key: values are merged where they are, then moved, then merged once more. */
import type { CallSite } from "../errors.js";
import type { Kernel } from "../plan/kernel.js";
import { upon, whenThere } from "../plan/open-plan.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Session } from "../session/session.js";
import { stepOn } from "./next-step.js";
import { isPlaced, moved, type Placing, placed, placeOf } from "./placement.js";
import { named } from "./rdd-face.js";

/** The kernels that merge values of equal keys. */
export interface Merging {
  /** Merges values; `partial` says that pairs move afterwards. It is all that runs where they need not. */
  readonly values: (partial: boolean) => Kernel;
  /** Merges what the partitions have made of them. */
  readonly results: Kernel;
}

/** Pairs moved to where the program wants them; the very same plan where they are there. */
export function partitionedByKey(
  session: Session,
  input: FunctionPlan,
  placing: Placing,
  site: CallSite,
): FunctionPlan {
  return upon([input], site, ([pairs = input]) =>
    whenThere(placeOf(session, [pairs], placing), (place) => placed(session, pairs, place, site)),
  );
}

/** One pair for each key. */
export function mergedByKey(
  session: Session,
  input: FunctionPlan,
  { placing, merging, site }: { readonly placing: Placing; readonly merging: Merging; readonly site: CallSite },
): FunctionPlan {
  return upon([input], site, ([pairs = input]) =>
    whenThere(placeOf(session, [pairs], placing), (place) => {
      if (isPlaced(session, pairs, place)) return stepOn(pairs, merging.values(false), site);
      const partly = stepOn(pairs, merging.values(true), site);
      return stepOn(moved(partly, place, site), merging.results, site);
    }),
  );
}

/** All values of each key in one list. */
export const groupedByKey = (session: Session, input: FunctionPlan, placing: Placing, site: CallSite): FunctionPlan =>
  mergedByKey(session, input, { placing, merging: grouping, site });

const grouping: Merging = {
  values: (partial) => ({ op: "groupByKey", partial, lists: false }),
  results: { op: "groupByKey", partial: false, lists: true },
};

/** Each element once, the first of equal ones. */
export function distinctPlan(session: Session, input: FunctionPlan, placing: Placing, site: CallSite): FunctionPlan {
  const fn = named("left");
  const merging: Merging = {
    values: (partial) => ({ op: "reduceByKey", fn, partial }),
    results: { op: "reduceByKey", fn, partial: false },
  };
  const pairs = stepOn(input, { op: "map", fn: named("withNull") }, site);
  const merged = mergedByKey(session, pairs, { placing, merging, site });
  return stepOn(merged, { op: "map", fn: named("key") }, site);
}
