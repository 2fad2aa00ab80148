/** Numbers of the messages of one session, both ways (`docs/protocol.md`, Text frames). */
import { EngineError } from "../engine/errors.js";

const uint32 = 2 ** 32;
const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const invalid = (reason: string): EngineError => new EngineError("MESSAGE_INVALID", { reason });

export class Numbering {
  /** The highest number received, without gaps. */
  received = 0;
  /** The highest number sent that the client has received. */
  acknowledged = 0;
  /** The highest number given to a message of ours. */
  sent = 0;

  /** The number of the first of `count` messages that are sent now. */
  take(count: number): number {
    const first = this.sent + 1;
    this.sent += count;
    return first;
  }

  /** Notes `count` messages that came, the first with number `seq`; returns how many of them came before. */
  accept(seq: unknown, ack: unknown, count: number): number {
    if (!isNumber(seq) || seq === 0) throw invalid("a frame whose first message has no valid seq and ack");
    if (seq > this.received + 1) throw invalid(`message ${seq} came after message ${this.received}`);
    this.acceptAck(ack);
    const repeated = Math.min(this.received + 1 - seq, count);
    this.received = Math.max(this.received, seq + count - 1);
    return repeated;
  }

  /** Notes what the client says it has received; a message that is sent again says what held when it was sent first. */
  acceptAck(ack: unknown): void {
    if (!isNumber(ack)) throw invalid("a frame whose first message has no valid seq and ack");
    if (ack > this.sent) throw invalid(`ack ${ack} of ${this.sent} messages sent`);
    this.acknowledged = Math.max(this.acknowledged, ack);
  }

  /** The same for a binary frame, whose numbers are modulo 2^32; returns whether it came before. */
  acceptFrame(seq: number, ack: number): boolean {
    const near = (remainder: number, around: number): number => around + ((remainder - (around % uint32)) | 0);
    return this.accept(near(seq, this.received), Math.max(0, near(ack, this.sent)), 1) === 1;
  }
}
