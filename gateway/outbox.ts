/**
 * What one connection sends. Text messages that are ready in the same turn of the event loop go out as one frame;
 * binary frames go out at once, before the message that names them, and wait while the client is slow to read.
 */
import type { WebSocket } from "ws";
import { chunks, encodeFrame, type FrameHeader } from "./frames.js";
import type { Limits } from "./limits.js";
import type { Numbering } from "./numbering.js";

const textFrameBytes = 1024 * 1024;

export class Outbox {
  private readonly socket: WebSocket;
  private readonly numbering: Numbering;
  private readonly limits: Limits;
  /** Messages as JSON. */
  private waiting: string[] = [];
  /** The last piece of a body that was begun. */
  private turn: Promise<void> = Promise.resolve();
  private scheduled: NodeJS.Immediate | null = null;

  constructor(socket: WebSocket, numbering: Numbering, limits: Limits) {
    this.socket = socket;
    this.numbering = numbering;
    this.limits = limits;
  }

  /** The client reads more slowly than it is written to. */
  get isBehind(): boolean {
    return this.socket.bufferedAmount > this.limits.unsentPauseBytes;
  }

  /** Sends a message, given as JSON, together with others of this turn. */
  push(message: string): void {
    this.waiting.push(message);
    this.scheduled ??= setImmediate(() => this.flush());
  }

  /** Sends what waits. */
  flush(): void {
    if (this.scheduled) clearImmediate(this.scheduled);
    this.scheduled = null;
    const messages = this.waiting;
    this.waiting = [];
    let from = 0;
    while (from < messages.length) {
      let to = from;
      for (let size = 0; to < messages.length && (to === from || size < textFrameBytes); to += 1)
        size += messages[to]?.length ?? 0;
      this.transmit(this.frameOf(messages.slice(from, to)));
      from = to;
    }
  }

  /** Sends bodies as binary frames of a call, piece by piece in turn with those of other calls. */
  async sendParts(call: number, parts: readonly Uint8Array[]): Promise<void> {
    for (const [index, body] of parts.entries()) {
      for (const { chunk, last } of chunks(body, this.limits.chunkBytes)) {
        this.turn = this.turn.then(() => this.transmitPiece({ call, part: index + 1, last }, chunk));
        await this.turn;
      }
    }
  }

  /** Sends one message without a number: the reply to `hello`, and what ends a connection. */
  sendUnnumbered(message: object): void {
    this.flush();
    this.transmit(JSON.stringify(message));
  }

  private frameOf(messages: readonly string[]): string {
    const numbers = `{"seq":${this.numbering.take(messages.length)},"ack":${this.numbering.received},`;
    const [first = "{}", ...others] = messages;
    const numbered = numbers + first.slice(1);
    return others.length === 0 ? numbered : `[${[numbered, ...others].join(",")}]`;
  }

  private transmit(frame: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.send(frame);
    if (this.socket.bufferedAmount > this.limits.unsentBytes) this.socket.terminate();
  }

  /** Resolves when the next piece may be sent: at once, or when a slow client has read this one. */
  private transmitPiece(place: Pick<FrameHeader, "call" | "part" | "last">, chunk: Uint8Array): Promise<void> {
    if (this.socket.readyState !== this.socket.OPEN) return Promise.resolve();
    const frame = encodeFrame({ seq: this.numbering.take(1), ack: this.numbering.received, ...place }, chunk);
    return new Promise((resolve) => {
      // The callback comes when the system has taken the frame, or with an error when the socket closes.
      this.socket.send(frame, () => resolve());
      if (!this.isBehind) resolve();
    });
  }
}
