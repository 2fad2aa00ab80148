/**
 * A session: one client with its objects and calls, from `hello` to the end of its connection.
 *
 * It owns what its client made: when it ends, calls are cancelled and contexts stopped, whether their ids were released or not.
 */
import { randomBytes } from "node:crypto";
import { EngineError, type ErrorData } from "../engine/errors.js";
import { type Host, runAs } from "../engine/session/caller.js";
import type { Declarations, Member } from "./calls.js";
import { decodeArguments } from "./decode.js";
import { type EncodedResult, encodeResult } from "./encode.js";
import { classNameOf, type ExposedClass } from "./exposure.js";
import { Lanes } from "./lanes.js";
import type { Limits } from "./limits.js";
import { type CallParams, callParams, errorData, isId } from "./messages.js";
import { type Entry, ObjectTable } from "./object-table.js";
import { located, OpenCall, type Outcome } from "./open-call.js";
import type { Grant, Published, Publisher, Rights } from "./published.js";
import { namedObjects, type WireObject } from "./values.js";

export interface SessionSurroundings {
  readonly host: Host;
  readonly limits: Limits;
  readonly declarations: Declarations;
  readonly classes: ReadonlyMap<string, ExposedClass>;
  /** The bodies of the binary frames that came for a call. */
  readonly takeFrames: (call: number) => readonly Uint8Array[];
  readonly published: Published;
  /** Called when nothing of it is left. */
  readonly ended: () => void;
}

/** A message that wants a method called. */
export interface CallMessage {
  readonly method: string;
  readonly id: number | null;
  readonly params: WireObject;
}

export interface UnawaitedFailure {
  readonly at: readonly [string, number] | null;
  readonly error: ErrorData;
}

interface Stoppable {
  stop(): unknown;
}

const isStoppable = (value: unknown): value is Stoppable =>
  typeof value === "object" && value !== null && "stop" in value && typeof value.stop === "function";

/** Told about the end of a request: its result or its error. */
type Answer = (result: EncodedResult | EngineError) => void;

export class Session {
  readonly id: string;
  readonly secret: string = randomBytes(24).toString("base64url");
  readonly objects: ObjectTable;
  private readonly surroundings: SessionSurroundings;
  private readonly lanes = new Lanes();
  private readonly calls = new Map<OpenCall, Answer | null>();
  private readonly requests = new Map<number, OpenCall>();
  /** First errors of calls that nobody awaited, until somebody is told. */
  private readonly failures = new Map<EngineError, CallParams["at"]>();
  private readonly stoppables = new Set<Stoppable>();
  private readonly publisher: Publisher = { release: () => void this.stopAll() };
  private openNotifications = 0;
  private drained: () => void = () => {};
  private ending: Promise<void> | null = null;

  constructor(id: string, surroundings: SessionSurroundings) {
    this.id = id;
    this.surroundings = surroundings;
    this.objects = new ObjectTable(surroundings.limits.objects);
  }

  get openCalls(): number {
    return this.calls.size;
  }

  /** Takes a call in; `answer` is called once, when a request has ended. */
  open(message: CallMessage, member: Member | undefined, answer: Answer): void {
    let place: Placed | null = null;
    try {
      place = this.place(message);
      if (!member) throw new EngineError("METHOD_NOT_FOUND", { method: message.method });
      this.enter(message, member, place, answer);
    } catch (thrown) {
      const at = place?.params.at ?? null;
      const call = member?.call ?? message.method;
      const error = located(EngineError.from(thrown), at && { ...at, call });
      this.refuse(message, place, error, answer);
    }
  }

  /** Offers an object to other sessions under a name. */
  publish(object: unknown, name: string, rights: Rights, leaseMs: number): void {
    const { published, classes } = this.surroundings;
    if (typeof object !== "object" || object === null || classNameOf(object, classes) === null) {
      const params = { call: "publish", parameter: "object", expected: "a remote object", actual: typeof object };
      throw new EngineError("INVALID_ARGUMENT", params);
    }
    published.publish(name, object, { rights, leaseMs, publisher: this.publisher });
  }

  /** An object that another session offers. */
  find(name: string): Found {
    return new Found(this.surroundings.published.find(name));
  }

  withdraw(name: string): void {
    this.surroundings.published.withdraw(name);
  }

  cancel(call: number): void {
    const named =
      this.requests.get(call) ?? [...this.calls.keys()].find(({ id, params }) => id === null && params.as === call);
    named?.stop(new EngineError("JOB_CANCELLED", { reason: "by the program" }));
  }

  /** Lets the notifications that came before end, and ends the session; what failed and was told to nobody. */
  async close(): Promise<readonly UnawaitedFailure[]> {
    if (this.openNotifications > 0) {
      await settledWithin(
        new Promise<void>((resolve) => {
          this.drained = resolve;
        }),
        this.surroundings.limits.drainMs,
      );
    }
    const failures = [...this.failures].map(
      ([error, at]): UnawaitedFailure => ({ at: at && [at.file, at.line], error: errorData(error) }),
    );
    await this.end();
    return failures;
  }

  /** Cancels what is open, stops what the client started, frees the rest. */
  end(): Promise<void> {
    this.ending ??= this.shutDown();
    return this.ending;
  }

  private async shutDown(): Promise<void> {
    for (const call of [...this.calls.keys()])
      call.stop(new EngineError("JOB_CANCELLED", { reason: "as its session ended" }));
    this.objects.clear();
    // What it has published needs what it has started.
    if (!this.surroundings.published.orphan(this.publisher)) await this.stopAll();
    this.surroundings.ended();
  }

  private async stopAll(): Promise<void> {
    for (const stoppable of [...this.stoppables].reverse()) await this.stop(stoppable);
    this.stoppables.clear();
  }

  private async stop(stoppable: Stoppable): Promise<void> {
    const { host, limits } = this.surroundings;
    const work = runAs({ host, at: null, signal: null }, async () => stoppable.stop());
    await settledWithin(work, limits.stopMs);
  }

  /** What the message says of its place, and the id of its result, taken. */
  private place({ params, id }: CallMessage): Placed {
    const parsed = callParams(params);
    if (id !== null && this.requests.has(id)) {
      throw new EngineError("MESSAGE_INVALID", { reason: `the call ${id} is open already` });
    }
    return { params: parsed, result: parsed.as === null ? null : this.objects.reserve(parsed.as) };
  }

  private enter({ id }: CallMessage, member: Member, { params }: Placed, answer: Answer): void {
    const { limits, takeFrames } = this.surroundings;
    if (this.ending) throw new EngineError("SESSION_LOST", { reason: "the session was closed" });
    if (this.calls.size >= limits.openCalls)
      throw new EngineError("LIMIT_REACHED", { what: "the number of open calls", limit: limits.openCalls });
    const named = namedObjects(params.args, limits.depth);
    const frames = takeFrames(id ?? params.as ?? 0);
    const pinned = this.pin(params.on === null ? named : [params.on, ...named]);
    const call = new OpenCall(
      { member, params, id, pinned, frames },
      {
        host: this.surroundings.host,
        session: this,
        decode: (open) => this.decode(open),
        ended: (open, outcome) => this.ended(open, outcome),
        late: (result) => this.own(result),
      },
    );
    this.calls.set(call, id === null ? null : answer);
    if (id === null) this.openNotifications += 1;
    else this.requests.set(id, call);
    this.lanes.enter(params.lane, call);
  }

  private pin(ids: readonly number[]): Map<number, Entry> {
    const pinned = new Map<number, Entry>();
    try {
      for (const id of ids) if (!pinned.has(id)) pinned.set(id, this.objects.pin(id));
    } catch (error) {
      for (const entry of pinned.values()) this.objects.unpin(entry);
      throw error;
    }
    return pinned;
  }

  /** Ends a call that was never opened. */
  private refuse(message: CallMessage, place: Placed | null, error: EngineError, answer: Answer): void {
    const result = place ? place.result : this.resultOfMalformed(message);
    this.surroundings.takeFrames(message.id ?? result?.id ?? 0);
    if (result) this.objects.poison(result, error);
    if (message.id === null) this.note(error, place?.params.at ?? null);
    else answer(error);
  }

  /** A message too malformed to be placed still poisons the id that later calls will name. */
  private resultOfMalformed({ params }: CallMessage): Entry | null {
    try {
      return isId(params["as"]) ? this.objects.reserve(params["as"]) : null;
    } catch {
      return null;
    }
  }

  private decode({ member, params, pinned, frames }: OpenCall): readonly unknown[] {
    const { declarations, classes, host } = this.surroundings;
    const object = (id: number): object => {
      const state = pinned.get(id)?.state;
      if (state?.kind === "live") return state.object;
      throw new EngineError("OBJECT_NOT_FOUND", { id });
    };
    return decodeArguments(member.method, params.args, {
      call: member.call,
      declarations,
      classes,
      language: host.language,
      object,
      frame: (n) => frames[n - 1],
    });
  }

  private ended(call: OpenCall, outcome: Outcome): void {
    const answer = this.calls.get(call) ?? null;
    this.calls.delete(call);
    if (call.id !== null) this.requests.delete(call.id);
    const result = call.params.as === null ? null : this.objects.pending(call.params.as);
    if (outcome.kind === "error") this.failed(call, result, outcome, answer);
    else this.succeeded(call, result, outcome.value, answer);
    for (const entry of call.pinned.values()) this.objects.unpin(entry);
    if (answer === null) {
      this.openNotifications -= 1;
      if (this.openNotifications === 0) this.drained();
    }
  }

  private failed(
    call: OpenCall,
    result: Entry | null,
    outcome: Extract<Outcome, { kind: "error" }>,
    answer: Answer | null,
  ): void {
    if (result) this.objects.poison(result, outcome.error);
    if (!answer && !outcome.inherited) this.note(outcome.error, call.params.at);
    if (!answer) return;
    this.failures.delete(outcome.error);
    answer(outcome.error);
  }

  private succeeded(call: OpenCall, result: Entry | null, value: unknown, answer: Answer | null): void {
    // What is reached through another session's object is that one's to stop.
    if (grantOf(call) === null) this.own(value);
    if (call.member.method.name === "stop") this.disown(call);
    if (value instanceof Found) this.holdFound(call, result, value, answer);
    else {
      if (result) this.hold(result, value, grantOf(call));
      if (answer) answer(this.encode(call, value));
    }
  }

  /** Whoever finds an object has to be told of what class it is. */
  private holdFound(call: OpenCall, result: Entry | null, found: Found, answer: Answer | null): void {
    const { object, grant, release } = found;
    const name = classNameOf(object, this.surroundings.classes);
    if (result === null || answer === null || name === null) {
      release();
      answer?.(new EngineError("MESSAGE_INVALID", { reason: `${call.member.wireName} needs "id" and "as"` }));
      return;
    }
    this.objects.settle(result, object, grant);
    result.dropped = release;
    answer({ wire: { $: "ref", id: result.id, class: name }, parts: [] });
  }

  private hold(result: Entry, value: unknown, grant: Grant | null): void {
    if (typeof value === "object" && value !== null) this.objects.settle(result, value, grant);
    else this.objects.poison(result, new EngineError("OBJECT_NOT_FOUND", { id: result.id }));
  }

  private encode(call: OpenCall, value: unknown): EncodedResult | EngineError {
    const { member, params, pinned } = call;
    const reference = (object: object): number => {
      if (object === value && params.as !== null) return params.as;
      const own = pinned.get(params.on ?? 0)?.state;
      if (params.on !== null && own?.kind === "live" && own.object === object) return params.on;
      return this.objects.adopt(object, grantOf(call));
    };
    try {
      return encodeResult(member.method.returns, value, { reference, limits: this.surroundings.limits });
    } catch (error) {
      return located(EngineError.from(error), params.at && { ...params.at, call: member.call });
    }
  }

  private note(error: EngineError, at: CallParams["at"]): void {
    if (this.failures.size < this.surroundings.limits.failures) this.failures.set(error, at);
  }

  /** Whatever can be stopped is, at the latest when the session ends. */
  private own(value: unknown): void {
    if (!isStoppable(value)) return;
    if (this.ending) void this.stop(value);
    else this.stoppables.add(value);
  }

  private disown({ pinned, params }: OpenCall): void {
    const state = pinned.get(params.on ?? 0)?.state;
    if (state?.kind === "live" && isStoppable(state.object)) this.stoppables.delete(state.object);
  }
}

/** An object that was found under a name. */
class Found {
  readonly object: object;
  readonly grant: Grant;
  readonly release: () => void;

  constructor({ object, grant, release }: ReturnType<Published["find"]>) {
    this.object = object;
    this.grant = grant;
    this.release = release;
  }
}

/** What is reached through an object that was found is as restricted as that one. */
const grantOf = ({ pinned, params }: OpenCall): Grant | null => pinned.get(params.on ?? 0)?.grant ?? null;

/** A call's parameters, and the entry of the object that it will make. */
interface Placed {
  readonly params: CallParams;
  readonly result: Entry | null;
}

/** Waits until the work has ended, well or not, but no longer than `limitMs`. */
async function settledWithin(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work.then(noop, noop), limit]);
  clearTimeout(timer);
}

const noop = (): void => {};
