/** Plans of several RDDs that come together without a shuffle. */
import { type CallSite, EngineError } from "../errors.js";
import type { InputsKernel } from "../plan/kernel.js";
import { allThere, upon, whenThere } from "../plan/open-plan.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Session } from "../session/session.js";
import { areAlike, countOf } from "./placement.js";

/** All elements of these plans; equal keys stay together where all plans have put them in the same partitions. */
export const unionPlan = (session: Session, inputs: readonly FunctionPlan[], site: CallSite): FunctionPlan =>
  upon(inputs, site, (plans) => ({
    kind: "union",
    inputs: plans,
    aligned: areAlike(plans, session.host.language),
    site,
  }));

interface Combining {
  readonly kernel: Extract<InputsKernel, { op: "zip" | "zipPartitions" }>;
  readonly site: CallSite;
}

/** A kernel over the partitions of the same number; plans of different length are refused as soon as that is known. */
export const combinedByPosition = (
  session: Session,
  inputs: readonly FunctionPlan[],
  { kernel, site }: Combining,
): FunctionPlan =>
  upon(inputs, site, (plans) =>
    whenThere(allThere(plans.map((plan) => countOf(session, plan))), (counts) => {
      const other = counts.findIndex((count) => count !== counts[0]);
      if (other > 0) throw countsDiffer(site, { wanted: counts[0] ?? 0, found: counts[other] ?? 0 });
      return { kind: "combine", inputs: plans, kernel, site };
    }),
  );

function countsDiffer(
  site: CallSite,
  { wanted, found }: { readonly wanted: number; readonly found: number },
): EngineError {
  const { call } = site;
  const parameter = call === "zip" ? "other" : "others";
  const expected = `of the same number of partitions, ${wanted}`;
  return new EngineError("INVALID_ARGUMENT", { call, parameter, expected, actual: found }, { origin: { site } });
}
