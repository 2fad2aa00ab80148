/**
 * MessagePack, byte by byte. `@msgpack/msgpack` serves the control messages; elements need what it lacks: −0 and integers
 * beyond 2^53 kept as they are, maps with keys of any kind, and rows written straight from columns.
 */
import { EngineError } from "../errors.js";

const initialBytes = 4096;

/** Writes values one after the other into a growing buffer. */
export class PackWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  #position = 0;

  get position(): number {
    return this.#position;
  }

  /** What was written, as a copy; the writer starts anew. */
  take(): Uint8Array {
    const taken = Buffer.allocUnsafeSlow(this.#position);
    this.#bytes.copy(taken, 0, 0, this.#position);
    this.#position = 0;
    return taken;
  }

  /** Room for `size` more bytes; the position moves past them, the old one is returned. */
  #advance(size: number): number {
    const start = this.#position;
    if (start + size > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, start + size));
      this.#bytes.copy(grown, 0, 0, start);
      this.#bytes = grown;
    }
    this.#position = start + size;
    return start;
  }

  #byte(value: number): void {
    const at = this.#advance(1);
    this.#bytes[at] = value;
  }

  nil(): void {
    this.#byte(0xc0);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  /** A safe integer. */
  integer(value: number): void {
    if (value >= -32 && value < 128) {
      this.#byte(value & 0xff);
    } else if (value >= -0x8000 && value < 0x8000) {
      const at = this.#advance(3);
      this.#bytes[at] = 0xd1;
      this.#bytes.writeInt16BE(value, at + 1);
    } else if (value >= -0x80000000 && value < 0x80000000) {
      const at = this.#advance(5);
      this.#bytes[at] = 0xd2;
      this.#bytes.writeInt32BE(value, at + 1);
    } else {
      const at = this.#advance(9);
      this.#bytes[at] = 0xd3;
      this.#bytes.writeInt32BE(Math.floor(value / 2 ** 32), at + 1);
      this.#bytes.writeUInt32BE(value >>> 0, at + 5);
    }
  }

  /** An integer of 64 bits, signed. */
  long(value: bigint): void {
    const at = this.#advance(9);
    this.#bytes[at] = 0xd3;
    this.#bytes.writeBigInt64BE(value, at + 1);
  }

  double(value: number): void {
    const at = this.#advance(9);
    this.#bytes[at] = 0xcb;
    this.#bytes.writeDoubleBE(value, at + 1);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    const at = this.#textOf(size);
    this.#bytes.write(value, at, size, "utf8");
  }

  /** A text that is encoded already. */
  utf8(value: Uint8Array): void {
    const at = this.#textOf(value.length);
    this.#bytes.set(value, at);
  }

  #textOf(size: number): number {
    if (size < 32) this.#byte(0xa0 | size);
    else this.#sized(0xd9, size);
    return this.#advance(size);
  }

  bytes(value: Uint8Array): void {
    this.#sized(0xc4, value.length);
    const at = this.#advance(value.length);
    this.#bytes.set(value, at);
  }

  /** The length after the first of three codes that differ by its width. */
  #sized(code: number, size: number): void {
    if (size < 0x100) {
      const at = this.#advance(2);
      this.#bytes[at] = code;
      this.#bytes[at + 1] = size;
    } else if (size < 0x10000) {
      const at = this.#advance(3);
      this.#bytes[at] = code + 1;
      this.#bytes.writeUInt16BE(size, at + 1);
    } else {
      const at = this.#advance(5);
      this.#bytes[at] = code + 2;
      this.#bytes.writeUInt32BE(size, at + 1);
    }
  }

  /** The start of an array, whose elements follow. */
  array(length: number): void {
    if (length < 16) this.#byte(0x90 | length);
    else this.#wide(0xdd, length);
  }

  /** The start of an array whose length is filled in later by `setLength`. */
  arrayOfUnknownLength(): number {
    this.#wide(0xdd, 0);
    return this.#position - 4;
  }

  setLength(at: number, length: number): void {
    this.#bytes.writeUInt32BE(length, at);
  }

  /** The start of a map; each key is followed by its value. */
  map(size: number): void {
    if (size < 16) this.#byte(0x80 | size);
    else this.#wide(0xdf, size);
  }

  #wide(code: number, length: number): void {
    const at = this.#advance(5);
    this.#bytes[at] = code;
    this.#bytes.writeUInt32BE(length, at + 1);
  }

  /** An extension of type `type` whose content is what `write` writes. */
  extension(type: number, write: () => void): void {
    this.#wide(0xc9, 0);
    const lengthAt = this.#position - 4;
    this.#byte(type);
    const start = this.#position;
    write();
    this.setLength(lengthAt, this.#position - start);
  }

  /** Content of an extension without a MessagePack header. */
  raw(value: Uint8Array): void {
    const at = this.#advance(value.length);
    this.#bytes.set(value, at);
  }

  rawInt32(value: number): void {
    const at = this.#advance(4);
    this.#bytes.writeInt32BE(value, at);
  }

  rawInt64(value: bigint): void {
    const at = this.#advance(8);
    this.#bytes.writeBigInt64BE(value, at);
  }

  /** An extension whose content is one double. */
  doubleExtension(type: number, value: number): void {
    const at = this.#advance(10);
    this.#bytes[at] = 0xd7;
    this.#bytes[at + 1] = type;
    this.#bytes.writeDoubleBE(value, at + 2);
  }
}

/** What a reader makes of the parts that are not plain JavaScript values. */
export interface PackForms {
  /** A double without a fraction. */
  readonly integralDouble: (value: number) => unknown;
  readonly extension: (type: number, content: Buffer) => unknown;
}

/** Reads values one after the other. */
export class PackReader {
  readonly #bytes: Buffer;
  readonly #forms: PackForms;
  #position = 0;

  constructor(bytes: Uint8Array, forms: PackForms) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#forms = forms;
  }

  /** The length of the array that starts here. */
  arrayLength(): number {
    const code = this.#unsigned(1);
    if ((code & 0xf0) === 0x90) return code & 0x0f;
    if (code === 0xdc) return this.#unsigned(2);
    if (code === 0xdd) return this.#unsigned(4);
    throw malformed(code);
  }

  value(): unknown {
    const code = this.#unsigned(1);
    if (code < 0x80) return code;
    if (code >= 0xe0) return code - 0x100;
    if (code < 0x90) return this.#map(code & 0x0f);
    if (code < 0xa0) return this.#array(code & 0x0f);
    if (code < 0xc0) return this.#text(code & 0x1f);
    return this.#coded(code);
  }

  #coded(code: number): unknown {
    switch (code) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.#slice(this.#unsigned(1));
      case 0xc5:
        return this.#slice(this.#unsigned(2));
      case 0xc6:
        return this.#slice(this.#unsigned(4));
      case 0xc7:
        return this.#extension(this.#unsigned(1));
      case 0xc8:
        return this.#extension(this.#unsigned(2));
      case 0xc9:
        return this.#extension(this.#unsigned(4));
      case 0xca:
        return this.#double(this.#bytes.readFloatBE(this.#skip(4)));
      case 0xcb:
        return this.#double(this.#bytes.readDoubleBE(this.#skip(8)));
      case 0xcc:
        return this.#unsigned(1);
      case 0xcd:
        return this.#unsigned(2);
      case 0xce:
        return this.#unsigned(4);
      case 0xcf:
        return narrow(this.#bytes.readBigUInt64BE(this.#skip(8)));
      case 0xd0:
        return this.#bytes.readInt8(this.#skip(1));
      case 0xd1:
        return this.#bytes.readInt16BE(this.#skip(2));
      case 0xd2:
        return this.#bytes.readInt32BE(this.#skip(4));
      case 0xd3:
        return narrow(this.#bytes.readBigInt64BE(this.#skip(8)));
      case 0xd4:
        return this.#extension(1);
      case 0xd5:
        return this.#extension(2);
      case 0xd6:
        return this.#extension(4);
      case 0xd7:
        return this.#extension(8);
      case 0xd8:
        return this.#extension(16);
      case 0xd9:
        return this.#text(this.#unsigned(1));
      case 0xda:
        return this.#text(this.#unsigned(2));
      case 0xdb:
        return this.#text(this.#unsigned(4));
      case 0xdc:
        return this.#array(this.#unsigned(2));
      case 0xdd:
        return this.#array(this.#unsigned(4));
      case 0xde:
        return this.#map(this.#unsigned(2));
      case 0xdf:
        return this.#map(this.#unsigned(4));
      default:
        throw malformed(code);
    }
  }

  /** The place of the next `size` bytes, which are passed. */
  #skip(size: number): number {
    const start = this.#position;
    this.#position += size;
    if (this.#position > this.#bytes.length) {
      throw new EngineError("WORKER_PROTOCOL", {
        language: "task",
        reason: "a portable batch ends in the middle of a value",
      });
    }
    return start;
  }

  #unsigned(size: number): number {
    return this.#bytes.readUIntBE(this.#skip(size), size);
  }

  #double(value: number): unknown {
    return Number.isInteger(value) ? this.#forms.integralDouble(value) : value;
  }

  #text(size: number): string {
    const start = this.#skip(size);
    return this.#bytes.toString("utf8", start, start + size);
  }

  #slice(size: number): Uint8Array {
    const start = this.#skip(size);
    return new Uint8Array(this.#bytes.subarray(start, start + size));
  }

  #array(length: number): unknown[] {
    // Not allocated ahead: the length may be a lie.
    const values: unknown[] = [];
    for (let i = 0; i < length; i++) values.push(this.value());
    return values;
  }

  #map(size: number): unknown {
    const entries: [unknown, unknown][] = [];
    for (let i = 0; i < size; i++) entries.push([this.value(), this.value()]);
    if (entries.every(([key]) => typeof key === "string")) return Object.fromEntries(entries as [string, unknown][]);
    return new Map(entries);
  }

  #extension(size: number): unknown {
    const type = this.#bytes.readInt8(this.#skip(1));
    const start = this.#skip(size);
    return this.#forms.extension(type, this.#bytes.subarray(start, start + size));
  }
}

/** A number where that is exact. */
export const narrow = (value: bigint): number | bigint => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

const malformed = (code: number): EngineError =>
  new EngineError("WORKER_PROTOCOL", {
    language: "task",
    reason: `a portable batch with the byte 0x${code.toString(16)}`,
  });
