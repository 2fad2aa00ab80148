/** One call from its arrival to its end. */
import { type CallSite, EngineError } from "../engine/errors.js";
import { type Caller, type Host, runAs } from "../engine/session/caller.js";
import type { Member } from "./calls.js";
import type { LaneCall } from "./lanes.js";
import type { CallParams } from "./messages.js";
import type { Entry } from "./object-table.js";
import { checkGrant } from "./published.js";
import type { Session } from "./session.js";
import { oneOf } from "./values.js";

/** What a call needs of its session. */
export interface CallSurroundings {
  readonly host: Host;
  readonly session: Session;
  /** Turns the arguments into what the method takes. */
  readonly decode: (call: OpenCall) => readonly unknown[];
  /** Called once, when the call has ended; it has unpinned nothing yet. */
  readonly ended: (call: OpenCall, outcome: Outcome) => void;
  /** A result that came after the call had been stopped. */
  readonly late: (result: unknown) => void;
}

export type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  /** `inherited`: the error of an object that the call names. */
  | { readonly kind: "error"; readonly error: EngineError; readonly inherited: boolean };

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";

export class OpenCall implements LaneCall, Caller {
  readonly member: Member;
  readonly params: CallParams;
  /** Null for a notification. */
  readonly id: number | null;
  /** The objects that it names, its own first. */
  readonly pinned: ReadonlyMap<number, Entry>;
  /** The bodies of its binary frames. */
  readonly frames: readonly Uint8Array[];
  private readonly surroundings: CallSurroundings;
  private controller: AbortController | null = null;
  private timer: NodeJS.Timeout | null = null;
  private state: "queued" | "running" | "ended" = "queued";
  /** Why it was stopped before its end. */
  private stopped: EngineError | null = null;
  /** Wakes whoever waits for it: its lane while it is queued, its own race while it runs. */
  private wake: () => void = () => {};

  constructor(call: Pick<OpenCall, "member" | "params" | "id" | "pinned" | "frames">, surroundings: CallSurroundings) {
    this.member = call.member;
    this.params = call.params;
    this.id = call.id;
    this.pinned = call.pinned;
    this.frames = call.frames;
    this.surroundings = surroundings;
    const limitMs = this.params.deadlineMs;
    if (limitMs === null) return;
    const expire = (): void => this.stop(new EngineError("DEADLINE_EXCEEDED", { what: this.member.call, limitMs }));
    // Node takes delays of up to 2^31-1 ms, some 25 days.
    this.timer = setTimeout(expire, Math.min(limitMs, 2 ** 31 - 1)).unref();
  }

  get concurrent(): boolean {
    return this.member.method.mode === "value";
  }

  get host(): Host {
    return this.surroundings.host;
  }

  get at(): CallParams["at"] {
    return this.params.at;
  }

  get lane(): number {
    return this.params.lane;
  }

  /** Made when the engine asks for it: most calls never do, and a controller costs more than the rest of a call. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.stopped && !this.controller.signal.aborted) this.controller.abort(this.stopped);
    return this.controller.signal;
  }

  waits(resume: () => void): boolean {
    if (this.state === "ended") return false;
    for (const entry of this.pinned.values()) {
      if (entry.state.kind !== "pending") continue;
      entry.waiting.push(resume);
      this.wake = resume;
      return true;
    }
    return false;
  }

  start(): Promise<void> | undefined {
    if (this.state !== "queued") return undefined;
    this.state = "running";
    const poison = this.poison();
    if (poison) {
      this.end({ kind: "error", error: poison, inherited: true });
      return undefined;
    }
    try {
      const result = this.invoke();
      if (isPromise(result)) return this.follow(result);
      this.end({ kind: "value", value: result });
    } catch (error) {
      this.fail(error);
    }
    return undefined;
  }

  /** Ends the call with this error at once; work that listens to `signal` ends too. */
  stop(error: EngineError): void {
    if (this.state === "ended") return;
    this.stopped = error;
    this.controller?.abort(error);
    if (this.state === "queued") this.fail(error);
    this.wake();
  }

  /** Ends the call with an error; its place is added where the error does not know one. */
  fail(thrown: unknown): void {
    const error = this.stopped ?? EngineError.from(thrown);
    this.end({ kind: "error", error: located(error, this.site()), inherited: false });
  }

  private site(): CallSite | null {
    return this.params.at && { ...this.params.at, call: this.member.call };
  }

  private poison(): EngineError | undefined {
    for (const { state } of this.pinned.values()) if (state.kind === "poisoned") return state.error;
    return undefined;
  }

  private invoke(): unknown {
    const args = this.surroundings.decode(this);
    const target = this.target();
    return runAs(this, () => this.member.invoke(target, args, this.surroundings.session));
  }

  /** The object whose method it is. */
  private target(): object | null {
    const { member, params } = this;
    if (!member.of) return null;
    const { state, grant } = this.pinned.get(params.on ?? 0) ?? {};
    if (grant) checkGrant(grant, member.method, member.call);
    if (state?.kind !== "live")
      throw new EngineError("MESSAGE_INVALID", { reason: `${member.wireName} needs an object` });
    if (state.object instanceof member.of.class) return state.object;
    throw new EngineError("INVALID_ARGUMENT", {
      call: member.call,
      parameter: "the object",
      expected: oneOf(member.of.name),
      actual: oneOf(state.object.constructor.name),
    });
  }

  private async follow(result: PromiseLike<unknown>): Promise<void> {
    const stop = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    const ended = Promise.resolve(result).then(
      (value): Outcome => ({ kind: "value", value }),
      (error): Outcome => ({ kind: "error", error: EngineError.from(error), inherited: false }),
    );
    const outcome = await Promise.race([ended, stop]);
    if (this.stopped || !outcome) {
      void ended.then((late) => late.kind === "value" && this.surroundings.late(late.value));
      this.fail(this.stopped);
    } else if (outcome.kind === "error") this.fail(outcome.error);
    else this.end(outcome);
  }

  private end(outcome: Outcome): void {
    if (this.state === "ended") return;
    this.state = "ended";
    if (this.timer) clearTimeout(this.timer);
    this.surroundings.ended(this, outcome);
  }
}

/** The error with the line of the client's call, unless it knows a line already. */
export const located = (error: EngineError, site: CallSite | null): EngineError =>
  error.origin.site || !site ? error : error.at({ site });
