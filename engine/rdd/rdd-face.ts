/** What all parts of the RDD face stand on: a session, a plan, and the ways to go on from it. */
import type { FunctionValue, Kernel } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import { Retention } from "../plan/retention.js";
import { callSite } from "../session/caller.js";
import type { Session } from "../session/session.js";
import { gatheredOnce, stepOn } from "./next-step.js";
import type { RDD } from "./rdd.js";

export const named = (name: Extract<FunctionValue, { language: "any" }>["name"]): FunctionValue => ({
  language: "any",
  name,
});

/** A session, a plan, and the ways to go on from it. */
export abstract class RddFace<T> {
  /** @internal */
  readonly session: Session;
  /** @internal */
  readonly plan: FunctionPlan;
  /**
   * For type checkers only: the type of the elements.
   *
   * @internal
   */
  declare readonly elementType: T;

  /** @internal */
  constructor(session: Session, plan: FunctionPlan) {
    this.session = session;
    this.plan = { ...plan, retention: new Retention(session.newRddId()) };
  }

  /** The RDD of another plan in the same session. */
  protected abstract derive<U>(plan: FunctionPlan): RDD<U>;

  /** One more narrow step, at the line of the call. */
  protected step<U>(kernel: Kernel, call: string): RDD<U> {
    return this.derive(stepOn(this.plan, kernel, callSite(call)));
  }

  /** Each partition reduced, then the results of all of them, in one job. */
  protected async merged(fn: FunctionValue, call: string): ReturnType<Session["batches"]> {
    const site = callSite(call);
    const reduced = (input: FunctionPlan): FunctionPlan => stepOn(input, { op: "reduce", fn }, site);
    return this.session.batches(reduced(gatheredOnce(reduced(this.plan), site)), site);
  }
}
