/**
 * Messages between the driver and an executor over one pipe, each a frame: `u32 mark, u32 length`, then the value as
 * `node:v8` serializes it. Functions of the user run in the executor and can write to any of its descriptors: what
 * is no frame ends the executor, never the driver, as it would over Node's own channel.
 */
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { deserialize, serialize } from "node:v8";

/** The descriptor of the channel in the executor. */
export const channelDescriptor = 3;

const mark = 0x6b6e646c;
const headerBytes = 8;

export interface ChannelEvents<Message> {
  message(message: Message): void;
  /** What came is no message, and what follows is not looked at. */
  garbage(): void;
  /** The other side is gone. */
  closed(): void;
}

export class ExecutorChannel<Incoming, Outgoing> {
  readonly #pipe: Duplex;
  readonly #events: ChannelEvents<Incoming>;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #wanted = headerBytes;
  #isOpen = true;

  constructor(pipe: Duplex, events: ChannelEvents<Incoming>) {
    this.#pipe = pipe;
    this.#events = events;
    pipe.on("data", (chunk: Buffer) => this.#receive(chunk));
    // It closes, too.
    pipe.on("error", () => {});
    pipe.on("close", () => {
      this.#isOpen = false;
      events.closed();
    });
  }

  /** A side that has just gone hears nothing. */
  send(message: Outgoing): void {
    if (!this.#isOpen) return;
    const body = serialize(message);
    const header = Buffer.allocUnsafe(headerBytes);
    header.writeUInt32LE(mark, 0);
    header.writeUInt32LE(body.length, 4);
    this.#pipe.cork();
    this.#pipe.write(header);
    this.#pipe.write(body);
    this.#pipe.uncork();
  }

  /** Whether waiting for messages keeps the process alive. */
  hold(held: boolean): void {
    if (!(this.#pipe instanceof Socket)) return;
    if (held) this.#pipe.ref();
    else this.#pipe.unref();
  }

  #receive(chunk: Buffer): void {
    if (!this.#isOpen) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#isOpen && this.#bytes >= this.#wanted) {
      const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
      if (bytes.readUInt32LE(0) !== mark) {
        this.#refuse();
        return;
      }
      const end = headerBytes + bytes.readUInt32LE(4);
      this.#keep(bytes, end);
      if (bytes.length >= end) this.#deliver(bytes.subarray(headerBytes, end));
    }
  }

  /** What lies before `end` is a whole frame, or the beginning of one. */
  #keep(bytes: Buffer, end: number): void {
    const rest = bytes.length >= end ? bytes.subarray(end) : bytes;
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    this.#wanted = bytes.length >= end ? headerBytes : end;
  }

  #deliver(body: Buffer): void {
    let message: Incoming;
    try {
      message = deserialize(body) as Incoming;
    } catch {
      this.#refuse();
      return;
    }
    this.#events.message(message);
  }

  #refuse(): void {
    this.#isOpen = false;
    this.#chunks = [];
    this.#bytes = 0;
    this.#events.garbage();
  }
}
