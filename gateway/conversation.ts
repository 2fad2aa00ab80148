/**
 * What one session and its client say to each other, over one connection after the other: checks and numbers what comes,
 * passes messages on in order, carries replies and events back. While no connection is open the session waits for its
 * client, for as long as its lease (contracts C.6).
 */
import { timingSafeEqual } from "node:crypto";
import type { JSONRPCResponse } from "json-rpc-2.0";
import { EngineError } from "../engine/errors.js";
import type { AccumulatorUpdate } from "../engine/execute/worker-frames.js";
import type { Host } from "../engine/session/caller.js";
import type { EngineEvent } from "../engine/session/events.js";
import type { Dispatcher, Origin } from "./dispatcher.js";
import { encodeUpdates } from "./encode.js";
import { ArrivedFrames, decodeFrame } from "./frames.js";
import { hostOf } from "./hello.js";
import type { Limits } from "./limits.js";
import type { Link } from "./link.js";
import { acknowledgedNumber, errorResponse, idOf, requestOf } from "./messages.js";
import { Numbering } from "./numbering.js";
import { Outbox } from "./outbox.js";
import type { Session } from "./session.js";
import { isWireObject, type Wire, type WireObject } from "./values.js";

export interface ConversationSurroundings {
  readonly limits: Limits;
  readonly dispatcher: Dispatcher;
  readonly startSession: (host: Host, takeFrames: (call: number) => readonly Uint8Array[]) => Session;
}

/** Close codes of RFC 6455, section 7.4.1, as the protocol uses them. */
export const closeCodes = { normal: 1000, goingAway: 1001, protocol: 1002, policy: 1008 } as const;

/** The call of frames that belong to the next notification: no call has this id. */
const notificationCall = 0;
/** A client that only sends is told after so many messages, or bytes, what was received of it. */
const untoldMessages = 1000;
const untoldBytes = 4 * 1024 * 1024;

const invalid = (reason: string): EngineError => new EngineError("MESSAGE_INVALID", { reason });

export class Conversation {
  readonly session: Session;
  private readonly surroundings: ConversationSurroundings;
  private readonly origin: Origin;
  private readonly numbering = new Numbering();
  private readonly outbox: Outbox;
  private readonly frames: ArrivedFrames;
  private link: Link | null = null;
  private lease: NodeJS.Timeout | null = null;
  /** Notifications whose bodies are still on their way; what comes after them waits. */
  private telling: Promise<void> | null = null;
  private isOver = false;
  private receivedBytes = 0;

  /** Begins with what a client says of itself in its `hello`. */
  constructor(params: WireObject, surroundings: ConversationSurroundings) {
    const { limits, startSession } = surroundings;
    this.surroundings = surroundings;
    this.outbox = new Outbox(this.numbering, limits, () => this.cutOff());
    this.frames = new ArrivedFrames(limits);
    const host = hostOf(params, (event) => this.tell(event));
    this.session = startSession(host, (call) => this.frames.take(call));
    this.origin = { session: this.session, sendParts: (call, parts) => this.outbox.sendParts(call, parts) };
  }

  /** The highest number received of the client. */
  get received(): number {
    return this.numbering.received;
  }

  /** Whether a client that shows this secret, and has received so much, may go on. */
  admits(secret: string, received: number): boolean {
    const [shown, own] = [Buffer.from(secret), Buffer.from(this.session.secret)];
    const isOwner = shown.length === own.length && timingSafeEqual(shown, own);
    if (!isOwner || this.isOver || received > this.numbering.sent) return false;
    return this.outbox.canResumeAfter(received);
  }

  /** Goes on over this connection, the newest; an older one is cut. */
  attach(link: Link, received: number): void {
    if (this.lease) clearTimeout(this.lease);
    this.lease = null;
    const older = this.link;
    this.link = link;
    older?.socket.terminate();
    this.numbering.acceptAck(received);
    this.outbox.attach(link);
  }

  /** The connection is gone: unless the client closed it, it has time to come back. */
  detach(link: Link, isClosed: boolean): void {
    if (this.link !== link) return;
    this.link = null;
    this.outbox.detach();
    if (isClosed) void this.over();
    else if (!this.isOver) this.lease = setTimeout(() => void this.over(), this.surroundings.limits.leaseMs);
  }

  receive(data: Buffer, isBinary: boolean): void {
    if (this.isOver) return;
    try {
      if (isBinary) this.receiveFrame(data);
      else this.receiveText(data);
      this.outbox.acknowledged();
      // Most calls have ended by now: their replies need not wait for the next turn.
      this.outbox.flush();
      this.tellReceived(data.length);
    } catch (error) {
      this.breakOff(EngineError.from(error), closeCodes.protocol);
    }
  }

  /** Ends it from our side after what was sent; resolves when the session has ended. */
  async end(code: number): Promise<void> {
    this.outbox.flush();
    this.link?.socket.close(code);
    await this.over();
  }

  /** The client broke the rules of the transport: there is nothing to come back to. */
  broken(link: Link): void {
    if (this.link === link) void this.over();
  }

  private async over(): Promise<void> {
    this.isOver = true;
    if (this.lease) clearTimeout(this.lease);
    this.outbox.end();
    await this.session.end();
  }

  /** A client that never reads must not fill the memory. */
  private cutOff(): void {
    this.link?.socket.terminate();
    void this.over();
  }

  /** Tells the client what was wrong, and ends the session. */
  private breakOff(error: EngineError, code: number, rpcCode?: number): void {
    this.outbox.push(JSON.stringify(errorResponse(null, error, rpcCode)));
    void this.end(code);
  }

  private tellReceived(sizeBytes: number): void {
    this.receivedBytes += sizeBytes;
    const isMuch = this.receivedBytes >= untoldBytes;
    if (isMuch) this.receivedBytes = 0;
    this.outbox.acknowledge(isMuch ? 1 : untoldMessages);
  }

  private receiveFrame(data: Buffer): void {
    const { header, body } = decodeFrame(data);
    if (!this.numbering.acceptFrame(header.seq, header.ack)) this.frames.add(header, body);
  }

  private receiveText(data: Buffer): void {
    let parsed: Wire;
    try {
      parsed = JSON.parse(data.toString("utf8")) as Wire;
    } catch {
      this.breakOff(invalid("a text frame that is not JSON"), closeCodes.protocol, -32700);
      return;
    }
    const messages = Array.isArray(parsed) ? (parsed as readonly Wire[]) : [parsed];
    this.checkCount(messages.length);
    const { seq, ack, method, params } = isWireObject(messages[0]) ? messages[0] : ({} as WireObject);
    if (method === "ack" && seq === undefined) {
      this.numbering.acceptAck(acknowledgedNumber(params));
      return;
    }
    const repeated = this.numbering.accept(seq, ack, messages.length);
    for (const message of messages.slice(repeated)) this.dispatch(message);
  }

  private checkCount(count: number): void {
    const { callsPerBatch } = this.surroundings.limits;
    if (count === 0) throw invalid("an empty array");
    if (count > callsPerBatch) {
      throw new EngineError("LIMIT_REACHED", { what: "the number of messages in one array", limit: callsPerBatch });
    }
  }

  private dispatch(message: Wire): void {
    try {
      const request = requestOf(message);
      const ends = request.method === "close";
      this.surroundings.dispatcher(request, this.origin, (response) => {
        // What tasks added to accumulators is there before the reply of the call that ran them.
        if (this.telling) void this.telling.then(() => this.answer(response));
        else this.answer(response);
        if (ends) void (this.telling ?? Promise.resolve()).then(() => this.end(closeCodes.normal));
      });
    } catch (error) {
      this.answer(errorResponse(idOf(message), error));
    }
  }

  private answer(response: JSONRPCResponse): void {
    const { messageBytes } = this.surroundings.limits;
    const text = JSON.stringify(response);
    // A UTF-16 unit makes at most three bytes: most replies need no count.
    const sizeBytes = text.length * 3 <= messageBytes ? 0 : Buffer.byteLength(text);
    if (sizeBytes <= messageBytes) this.outbox.push(text);
    else {
      const tooLarge = new EngineError("MESSAGE_TOO_LARGE", { size: sizeBytes, limit: messageBytes });
      this.outbox.push(JSON.stringify(errorResponse(response.id, tooLarge)));
    }
  }

  /** Passes an event of the engine on. Progress is left out while the client is behind: the next one says more. */
  private tell(event: EngineEvent): void {
    if (this.isOver || (event.kind === "progress" && !event.ended && this.outbox.isBehind)) return;
    if (event.kind === "accumulators") {
      this.tellUpdates(event.updates);
      return;
    }
    const { kind, ...params } = event;
    this.notify(kind, "tasks" in params ? progressOf(params) : params);
  }

  private notify(method: string, params: object): void {
    this.outbox.push(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  /** Passes on what tasks added to accumulators, in the order in which it came; long bodies go before in frames. */
  private tellUpdates(updates: readonly AccumulatorUpdate[]): void {
    const { wire, parts } = encodeUpdates(updates, this.surroundings.limits);
    if (parts.length === 0 && !this.telling) {
      this.notify("accumulators", wire);
      return;
    }
    const told = (this.telling ?? Promise.resolve())
      .then(() => {
        // Frames do not wait for messages: the one before must be out before the next one's are.
        this.outbox.flush();
        return this.outbox.sendParts(notificationCall, parts);
      })
      .then(() => {
        this.notify("accumulators", wire);
        if (this.telling === told) this.telling = null;
      });
    this.telling = told;
  }
}

/** On the wire, a stage's tasks are its partitions, as users call them. */
function progressOf({ tasks, ...others }: Omit<Extract<EngineEvent, { kind: "progress" }>, "kind">): object {
  return { ...others, partitions: tasks };
}
