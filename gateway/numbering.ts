/** Numbers of the messages of one connection, both ways (`docs/protocol.md`, Text frames). */
import { EngineError } from "../engine/errors.js";

const uint32 = 2 ** 32;
const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export class Numbering {
  /** The highest number received, without gaps. */
  received = 0;
  private sent = 0;

  /** The number of the first of `count` messages that are sent now. */
  take(count: number): number {
    const first = this.sent + 1;
    this.sent += count;
    return first;
  }

  /** Notes `count` messages that came, the first with number `seq`; returns how many of them came before. */
  accept(seq: unknown, ack: unknown, count: number): number {
    if (!isNumber(seq) || seq === 0 || !isNumber(ack)) {
      throw new EngineError("MESSAGE_INVALID", { reason: "a frame whose first message has no valid seq and ack" });
    }
    if (seq > this.received + 1) {
      throw new EngineError("MESSAGE_INVALID", { reason: `message ${seq} came after message ${this.received}` });
    }
    if (ack > this.sent)
      throw new EngineError("MESSAGE_INVALID", { reason: `ack ${ack} of ${this.sent} messages sent` });
    const repeated = Math.min(this.received + 1 - seq, count);
    this.received = Math.max(this.received, seq + count - 1);
    return repeated;
  }

  /** The same for a binary frame, whose numbers are modulo 2^32; returns whether it came before. */
  acceptFrame(seq: number, ack: number): boolean {
    const near = (remainder: number, around: number): number => around + ((remainder - (around % uint32)) | 0);
    return this.accept(near(seq, this.received), near(ack, this.sent), 1) === 1;
  }
}
