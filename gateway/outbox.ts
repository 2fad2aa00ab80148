/**
 * What one session sends, over one connection after the other. Text messages that are ready in the same turn of the event
 * loop go out as one frame; binary frames go out at once, before the message that names them, and wait while the client
 * is slow to read or to acknowledge. Every frame is kept until the client has received it, to be sent again on the next
 * connection.
 */
import { chunks, encodeFrame, type FrameHeader } from "./frames.js";
import type { Limits } from "./limits.js";
import type { Link } from "./link.js";
import type { Numbering } from "./numbering.js";

const textFrameBytes = 1024 * 1024;
/** Frames that were let go of stay in the list up to this many. */
const mostStale = 1024;

interface KeptFrame {
  /** Of its last message. */
  readonly number: number;
  readonly data: string | Buffer;
}

export class Outbox {
  private readonly numbering: Numbering;
  private readonly limits: Limits;
  /** The client takes nothing, and more is kept for it than is allowed. */
  private readonly overflowed: () => void;
  private link: Link | null = null;
  /** Messages as JSON. */
  private waiting: string[] = [];
  /** The last piece of a body that was begun. */
  private turn: Promise<void> = Promise.resolve();
  private scheduled: NodeJS.Immediate | null = null;
  private kept: KeptFrame[] = [];
  private firstKept = 0;
  private keptBytes = 0;
  /** Called when the client has acknowledged something, or will never. */
  private waitingForRoom: (() => void)[] = [];
  private isOver = false;
  /** The highest number received that the client knows of. */
  private told = 0;

  constructor(numbering: Numbering, limits: Limits, overflowed: () => void) {
    this.numbering = numbering;
    this.limits = limits;
    this.overflowed = overflowed;
  }

  /** The client reads more slowly than it is written to, or not at all. */
  get isBehind(): boolean {
    return this.link === null || this.link.unsentBytes > this.limits.unsentPauseBytes;
  }

  /** Whether everything after this message can still be sent. */
  canResumeAfter(received: number): boolean {
    return received >= this.numbering.acknowledged;
  }

  /** Sends on this connection from now on: first what the client has not received. */
  attach(link: Link): void {
    this.link = link;
    this.acknowledged();
    for (const { data } of this.kept.slice(this.firstKept)) link.send(data);
  }

  /** There is no connection until the next one. */
  detach(): void {
    this.link = null;
  }

  /** Nothing is sent any more. */
  end(): void {
    this.isOver = true;
    [this.kept, this.firstKept, this.keptBytes] = [[], 0, 0];
    this.wake();
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
    if (messages.length === 0) return;
    this.waiting = [];
    let from = 0;
    while (from < messages.length) {
      let to = from;
      for (let size = 0; to < messages.length && (to === from || size < textFrameBytes); to += 1)
        size += messages[to]?.length ?? 0;
      this.send(this.frameOf(messages.slice(from, to)));
      from = to;
    }
  }

  /** Sends bodies as binary frames of a call, piece by piece in turn with those of other calls. */
  async sendParts(call: number, parts: readonly Uint8Array[]): Promise<void> {
    for (const [index, body] of parts.entries()) {
      for (const { chunk, last } of chunks(body, this.limits.chunkBytes)) {
        this.turn = this.turn.then(() => this.sendPiece({ call, part: index + 1, last }, chunk));
        await this.turn;
      }
    }
  }

  /** The client has received more: what it has need not be kept. */
  acknowledged(): void {
    const { acknowledged } = this.numbering;
    for (let next = this.kept[this.firstKept]; next && next.number <= acknowledged; next = this.kept[this.firstKept]) {
      this.keptBytes -= next.data.length;
      this.firstKept += 1;
    }
    if (this.firstKept === this.kept.length || this.firstKept > mostStale) {
      this.kept.splice(0, this.firstKept);
      this.firstKept = 0;
    }
    if (this.waitingForRoom.length > 0 && this.keptBytes < this.limits.keptBytes) this.wake();
  }

  /** Tells a client that only sends what was received of it. */
  acknowledge(messages: number): void {
    const { received } = this.numbering;
    if (received - this.told < messages) return;
    this.told = received;
    this.link?.send(`{"jsonrpc":"2.0","method":"ack","params":{"received":${received}}}`);
  }

  private frameOf(messages: readonly string[]): string {
    const numbers = `{"seq":${this.numbering.take(messages.length)},"ack":${this.noteTold()},`;
    const numbered = numbers + (messages[0] ?? "{}").slice(1);
    return messages.length === 1 ? numbered : `[${numbered},${messages.slice(1).join(",")}]`;
  }

  private noteTold(): number {
    this.told = this.numbering.received;
    return this.told;
  }

  /** Sends a frame whose messages have their numbers, and keeps it; `taken`: the system has it, or nobody will. */
  private send(data: string | Buffer, taken?: () => void): void {
    if (this.isOver) {
      taken?.();
      return;
    }
    this.kept.push({ number: this.numbering.sent, data });
    this.keptBytes += data.length;
    if (this.link) this.link.send(data, taken);
    else taken?.();
    const { unsentBytes, keptMessages } = this.limits;
    if (this.keptBytes > unsentBytes || this.kept.length - this.firstKept > keptMessages) this.overflowed();
  }

  /** Resolves when the next piece may be sent: at once, or when a slow client has read this one. */
  private async sendPiece(place: Pick<FrameHeader, "call" | "part" | "last">, chunk: Uint8Array): Promise<void> {
    while (this.keptBytes >= this.limits.keptBytes && !this.isOver) {
      await new Promise<void>((resolve) => this.waitingForRoom.push(resolve));
    }
    const frame = encodeFrame({ seq: this.numbering.take(1), ack: this.noteTold(), ...place }, chunk);
    await new Promise<void>((resolve) => {
      this.send(frame, resolve);
      if (!this.isBehind) resolve();
    });
  }

  private wake(): void {
    for (const resolve of this.waitingForRoom.splice(0)) resolve();
  }
}
