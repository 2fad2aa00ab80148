/** The jobs of a session that run at present, and the ways to end them from outside. */
import { EngineError } from "../errors.js";
import type { Properties } from "./listener-event.js";
import { propertyNames, tagsOf } from "./local-properties.js";

/** A job from its start to its end. */
export interface RunningJob {
  /** Counts from 0 in one session. */
  readonly id: number;
  readonly properties: Properties;
  /** Fires when the job is to end before its time; the reason is the error that it ends with. */
  readonly signal: AbortSignal;
  /** To be called when the job has ended, whichever way. */
  readonly end: () => void;
}

export class RunningJobs {
  readonly #running = new Map<number, { readonly properties: Properties; readonly controller: AbortController }>();
  #next = 0;

  /** A new job; it ends with `caller` too. */
  begin(properties: Properties, caller: AbortSignal | null): RunningJob {
    const id = this.#next++;
    const controller = new AbortController();
    const follow = (): void => controller.abort(cancellation(caller as AbortSignal));
    this.#running.set(id, { properties, controller });
    caller?.addEventListener("abort", follow, { once: true });
    if (caller?.aborted) follow();
    const end = (): void => {
      this.#running.delete(id);
      caller?.removeEventListener("abort", follow);
    };
    return { id, properties, signal: controller.signal, end };
  }

  cancelGroup(group: string): void {
    const isMeant = (properties: Properties): boolean => properties[propertyNames.group] === group;
    this.#cancel(isMeant, `as part of cancelled job group ${group}`);
  }

  cancelTag(tag: string): void {
    this.#cancel((properties) => tagsOf(properties).includes(tag), `as part of cancelled job tag ${tag}`);
  }

  cancelAll(reason: string): void {
    this.#cancel(() => true, reason);
  }

  #cancel(isMeant: (properties: Properties) => boolean, reason: string): void {
    for (const { properties, controller } of this.#running.values()) {
      if (isMeant(properties)) controller.abort(new EngineError("JOB_CANCELLED", { reason }));
    }
  }
}

/** Why a job ends whose signal has fired. */
export const cancellation = (signal: AbortSignal): EngineError =>
  signal.reason instanceof EngineError
    ? signal.reason
    : new EngineError("JOB_CANCELLED", { reason: "by its caller" }, { cause: signal.reason });
