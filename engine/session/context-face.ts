/** What all parts of the SparkContext face stand on: a session. */
import { EngineError } from "../errors.js";
import type { FunctionPlan } from "../plan/plan.js";
import { RDD } from "../rdd/rdd.js";
import { callSite } from "./caller.js";
import type { Session } from "./session.js";

/** A session, and what every call on it begins with. */
export abstract class ContextFace {
  /** @internal */
  readonly session: Session;

  /** @internal */
  constructor(session: Session) {
    this.session = session;
  }

  /** Refuses a call on a context that was stopped. */
  protected requireRunning(call: string): void {
    if (this.session.stopped) throw new EngineError("SESSION_STOPPED", {}, { origin: { site: callSite(call) } });
  }

  /** Refuses what needs workers of our own. */
  protected requireOwnWorkers(call: string, what: string): void {
    this.requireRunning(call);
    const { master } = this.session.options;
    if (!master.startsWith("sc:")) return;
    const params = { what, master, remedy: "use a local master" };
    throw new EngineError("BACKEND_UNSUPPORTED", params, { origin: { site: callSite(call) } });
  }

  /** A new RDD, while the context runs. */
  protected make<T>(call: string, plan: FunctionPlan): RDD<T> {
    this.requireRunning(call);
    return new RDD(this.session, plan);
  }
}
