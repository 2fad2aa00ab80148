/** One WebSocket connection: checks and numbers what comes, passes messages on in order, carries replies and events back. */
import type { JSONRPCResponse } from "json-rpc-2.0";
import type { WebSocket } from "ws";
import { EngineError } from "../engine/errors.js";
import type { AccumulatorUpdate } from "../engine/execute/worker-frames.js";
import type { Host } from "../engine/session/caller.js";
import type { EngineEvent } from "../engine/session/events.js";
import type { Dispatcher, Origin } from "./dispatcher.js";
import { encodeUpdates } from "./encode.js";
import { ArrivedFrames, decodeFrame } from "./frames.js";
import { hostOf, protocolVersion } from "./hello.js";
import type { Limits } from "./limits.js";
import { errorResponse, idOf, requestOf } from "./messages.js";
import { Numbering } from "./numbering.js";
import { Outbox } from "./outbox.js";
import type { Session } from "./session.js";
import { isWireObject, type Wire, type WireObject } from "./values.js";

export interface ConnectionSurroundings {
  readonly limits: Limits;
  readonly version: string;
  readonly dispatcher: Dispatcher;
  readonly startSession: (host: Host, takeFrames: (call: number) => readonly Uint8Array[]) => Session;
}

/** Close codes of RFC 6455, section 7.4.1, as the protocol uses them. */
export const closeCodes = { normal: 1000, goingAway: 1001, protocol: 1002, policy: 1008 } as const;

/** The call of frames that belong to the next notification: no call has this id. */
const notificationCall = 0;

const invalid = (reason: string): EngineError => new EngineError("MESSAGE_INVALID", { reason });

export class Connection {
  private readonly socket: WebSocket;
  private readonly surroundings: ConnectionSurroundings;
  private readonly numbering = new Numbering();
  private readonly outbox: Outbox;
  private readonly frames: ArrivedFrames;
  private readonly helloTimer: NodeJS.Timeout;
  private origin: Origin | null = null;
  /** Notifications whose bodies are still on their way; what comes after them waits. */
  private telling: Promise<void> | null = null;
  private isOver = false;

  constructor(socket: WebSocket, surroundings: ConnectionSurroundings) {
    const { limits } = surroundings;
    this.socket = socket;
    this.surroundings = surroundings;
    this.outbox = new Outbox(socket, this.numbering, limits);
    this.frames = new ArrivedFrames(limits);
    const late = new EngineError("DEADLINE_EXCEEDED", { what: "hello", limitMs: limits.helloMs });
    this.helloTimer = setTimeout(() => this.breakOff(late, closeCodes.policy), limits.helloMs).unref();
    socket.on("message", (data: Buffer, isBinary) => this.receive(data, isBinary));
    // ws reports here what breaks RFC 6455 or the size limit, and closes with the code that says so.
    socket.on("error", () => this.over());
    socket.on("close", () => this.over());
  }

  /** Ends it from our side after what was sent; resolves when the session has ended. */
  async end(code: number): Promise<void> {
    this.outbox.flush();
    this.socket.close(code);
    await this.over();
  }

  terminate(): void {
    this.socket.terminate();
  }

  private async over(): Promise<void> {
    this.isOver = true;
    clearTimeout(this.helloTimer);
    await this.origin?.session.end();
  }

  /** Tells the client what was wrong, and ends the connection. */
  private breakOff(error: EngineError, code: number, rpcCode?: number): void {
    const message = errorResponse(null, error, rpcCode);
    if (this.origin) this.outbox.push(JSON.stringify(message));
    else this.outbox.sendUnnumbered(message);
    void this.end(code);
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (this.isOver) return;
    try {
      if (isBinary) this.receiveFrame(data);
      else this.receiveText(data);
    } catch (error) {
      this.breakOff(EngineError.from(error), closeCodes.protocol);
    }
  }

  private receiveFrame(data: Buffer): void {
    if (!this.origin) throw invalid("the first message must be hello");
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
    const { origin } = this;
    if (!origin) {
      this.greet(parsed);
      return;
    }
    const messages = Array.isArray(parsed) ? (parsed as readonly Wire[]) : [parsed];
    this.checkCount(messages.length);
    const { seq, ack } = isWireObject(messages[0]) ? messages[0] : ({} as WireObject);
    const repeated = this.numbering.accept(seq, ack, messages.length);
    for (const message of messages.slice(repeated)) this.dispatch(message, origin);
  }

  private checkCount(count: number): void {
    const { callsPerBatch } = this.surroundings.limits;
    if (count === 0) throw invalid("an empty array");
    if (count > callsPerBatch) {
      throw new EngineError("LIMIT_REACHED", { what: "the number of messages in one array", limit: callsPerBatch });
    }
  }

  /** The first message. A client may try again after an error, until the deadline. */
  private greet(message: Wire): void {
    const request = requestOf(message);
    if (request.method !== "hello" || request.id === undefined)
      throw invalid("the first message must be the request hello");
    const id = request.id ?? null;
    try {
      const result = this.startSession(request.params as WireObject);
      clearTimeout(this.helloTimer);
      this.outbox.sendUnnumbered({ jsonrpc: "2.0", id, result });
    } catch (error) {
      this.outbox.sendUnnumbered(errorResponse(id, error));
    }
  }

  private startSession(params: WireObject): object {
    const { limits, version, startSession } = this.surroundings;
    const host = hostOf(params, (event) => this.tell(event));
    const session = startSession(host, (call) => this.frames.take(call));
    this.origin = { session, sendParts: (call, parts) => this.outbox.sendParts(call, parts) };
    const { messageBytes, callsPerBatch, chunkBytes, inlineBytes } = limits;
    const { id, secret } = session;
    const told = { messageBytes, callsPerBatch, chunkBytes, inlineBytes };
    return { protocol: protocolVersion, session: id, secret, received: this.numbering.received, version, limits: told };
  }

  private dispatch(message: Wire, origin: Origin): void {
    try {
      const request = requestOf(message);
      const ends = request.method === "close";
      void this.surroundings.dispatcher.receive(request, origin).then((response) => {
        const reply = (): void => {
          if (response) this.answer(response);
          if (ends) void this.end(closeCodes.normal);
        };
        // What tasks added to accumulators is there before the reply of the call that ran them.
        if (this.telling) void this.telling.then(reply);
        else reply();
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
