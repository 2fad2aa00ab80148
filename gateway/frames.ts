/** Binary frames, both ways: header, cutting of long bodies, and the parts that came before their call. */
import { EngineError } from "../engine/errors.js";
import type { Limits } from "./limits.js";

export interface FrameHeader {
  /** Modulo 2^32, like `ack`. */
  readonly seq: number;
  readonly ack: number;
  readonly call: number;
  /** From 1. */
  readonly part: number;
  /** The final frame of its part. */
  readonly last: boolean;
}

/** `u32 seq, u32 ack, u64 call, u32 part, u8 last`. */
export const headerBytes = 21;

export function encodeFrame({ seq, ack, call, part, last }: FrameHeader, body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + body.byteLength);
  frame.writeUInt32LE(seq >>> 0, 0);
  frame.writeUInt32LE(ack >>> 0, 4);
  frame.writeBigUInt64LE(BigInt(call), 8);
  frame.writeUInt32LE(part, 16);
  frame.writeUInt8(last ? 1 : 0, 20);
  frame.set(body, headerBytes);
  return frame;
}

export function decodeFrame(frame: Buffer): { readonly header: FrameHeader; readonly body: Buffer } {
  if (frame.byteLength < headerBytes)
    throw new EngineError("MESSAGE_INVALID", { reason: "a binary frame without its header" });
  const call = Number(frame.readBigUInt64LE(8));
  const last = frame.readUInt8(20);
  if (!Number.isSafeInteger(call) || last > 1)
    throw new EngineError("MESSAGE_INVALID", { reason: "malformed header of a binary frame" });
  const header = {
    seq: frame.readUInt32LE(0),
    ack: frame.readUInt32LE(4),
    call,
    part: frame.readUInt32LE(16),
    last: last === 1,
  };
  return { header, body: frame.subarray(headerBytes) };
}

/** The pieces of a body in which it is sent; an empty body is one empty piece. */
export function* chunks(
  body: Uint8Array,
  chunkBytes: number,
): Generator<{ readonly chunk: Uint8Array; readonly last: boolean }> {
  let from = 0;
  do {
    const to = Math.min(from + chunkBytes, body.byteLength);
    yield { chunk: body.subarray(from, to), last: to === body.byteLength };
    from = to;
  } while (from < body.byteLength);
}

/** The parts of one call: complete ones, and the pieces of the one that is still coming. */
interface Arriving {
  readonly parts: Uint8Array[];
  pieces: Uint8Array[];
  sizeBytes: number;
}

/** Bodies that wait for the message that names them. */
export class ArrivedFrames {
  private readonly calls = new Map<number, Arriving>();
  private readonly limits: Limits;
  private heldBytes = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  add({ call, part, last }: FrameHeader, body: Uint8Array): void {
    if (body.byteLength > this.limits.chunkBytes) {
      throw new EngineError("MESSAGE_TOO_LARGE", { size: body.byteLength, limit: this.limits.chunkBytes });
    }
    this.heldBytes += body.byteLength;
    if (this.heldBytes > this.limits.heldFrameBytes) {
      throw new EngineError("LIMIT_REACHED", {
        what: "the size of bodies sent before their call",
        limit: `${this.limits.heldFrameBytes} bytes`,
      });
    }
    const arriving = this.calls.get(call) ?? { parts: [], pieces: [], sizeBytes: 0 };
    if (part !== arriving.parts.length + 1) {
      throw new EngineError("MESSAGE_INVALID", {
        reason: `part ${part} of call ${call} came instead of part ${arriving.parts.length + 1}`,
      });
    }
    this.calls.set(call, arriving);
    arriving.pieces.push(body);
    arriving.sizeBytes += body.byteLength;
    if (!last) return;
    arriving.parts.push(arriving.pieces.length === 1 ? body : Buffer.concat(arriving.pieces));
    arriving.pieces = [];
  }

  /** The complete parts of a call that has now come, no longer held here: the first is part 1. */
  take(call: number): readonly Uint8Array[] {
    const arriving = this.calls.get(call);
    if (!arriving) return [];
    this.calls.delete(call);
    this.heldBytes -= arriving.sizeBytes;
    return arriving.parts;
  }
}
