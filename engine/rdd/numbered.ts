/** Plans whose elements get numbers. */
import type { CallSite } from "../errors.js";
import { upon, whenThere } from "../plan/open-plan.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Session } from "../session/session.js";
import { stepOn } from "./next-step.js";
import { countOf } from "./placement.js";

/** Elements with their places, for which a job counts the elements of partitions. */
export const numberedPlan = (session: Session, input: FunctionPlan, site: CallSite): FunctionPlan =>
  upon([input], site, ([plan = input]) =>
    whenThere(countOf(session, plan), (partitions) =>
      partitions > 1
        ? startsOf(session, plan, { partitions, site }).then((starts) => numbered(plan, starts, { step: 1, site }))
        : numbered(plan, [0], { step: 1, site }),
    ),
  );

/** Elements with numbers that differ, for which no job is needed. */
export const uniquelyNumberedPlan = (session: Session, input: FunctionPlan, site: CallSite): FunctionPlan =>
  upon([input], site, ([plan = input]) =>
    whenThere(countOf(session, plan), (partitions) =>
      numbered(plan, [...Array(partitions).keys()], { step: partitions, site }),
    ),
  );

const numbered = (
  input: FunctionPlan,
  starts: readonly number[],
  { step, site }: { readonly step: number; readonly site: CallSite },
): FunctionPlan => stepOn(input, { op: "zipIndex", starts, step }, site);

/** The number of each partition's first element. */
async function startsOf(
  session: Session,
  plan: FunctionPlan,
  { partitions, site }: { readonly partitions: number; readonly site: CallSite },
): Promise<readonly number[]> {
  // How many the last one has matters to nobody; PySpark counts them all the same.
  const counted = [...Array(session.host.language === "python" ? partitions : partitions - 1).keys()];
  const counts = (await session.portable(stepOn(plan, { op: "count" }, site), site, counted)) as number[];
  let start = 0;
  return [0, ...counts.slice(0, partitions - 1).map((count) => (start += count))];
}
