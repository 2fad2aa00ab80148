/**
 * XXH64 with seed 0, the checksum of Zstandard frames. Numbers of 64 bits are pairs of 32 bits, as `bigint` is ten times
 * slower.
 */

/** A constant as its high and low half. */
type Word = readonly [high: number, low: number];

const prime1: Word = [0x9e3779b1, 0x85ebca87];
const prime2: Word = [0xc2b2ae3d, 0x27d4eb4f];
const prime3: Word = [0x165667b1, 0x9e3779f9];
const prime4: Word = [0x85ebca77, 0xc2b2ae63];
const prime5: Word = [0x27d4eb2f, 0x165667c5];

const laneBytes = 8;
const stripeBytes = 32;

/** A number of 64 bits that operations change in place; the halves are signed. */
class Register {
  high: number;
  low: number;

  constructor([high, low]: Word = [0, 0]) {
    this.high = high | 0;
    this.low = low | 0;
  }

  add(high: number, low: number): void {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.high = (this.high + high + (sum > 0xffffffff ? 1 : 0)) | 0;
    this.low = sum | 0;
  }

  multiply([high, low]: Word): void {
    const [a0, a1] = [this.low & 0xffff, this.low >>> 16];
    const [b0, b1] = [low & 0xffff, low >>> 16];
    const lowest = a0 * b0;
    const [inner, outer] = [a0 * b1, a1 * b0];
    const middle = (lowest >>> 16) + (inner & 0xffff) + (outer & 0xffff);
    const carried = a1 * b1 + (inner >>> 16) + (outer >>> 16) + (middle >>> 16);
    this.high = (carried + Math.imul(this.high, low) + Math.imul(this.low, high)) | 0;
    this.low = (middle << 16) | (lowest & 0xffff);
  }

  /** Rotates to the left by 1 to 31 bits. */
  rotate(bits: number): void {
    const { high, low } = this;
    this.high = (high << bits) | (low >>> (32 - bits));
    this.low = (low << bits) | (high >>> (32 - bits));
  }

  xor(high: number, low: number): void {
    this.high ^= high;
    this.low ^= low;
  }

  /** Mixes in its own bits, shifted to the right. */
  fold(bits: number): void {
    const { high, low } = this;
    if (bits >= 32) this.low ^= high >>> (bits - 32);
    else this.xor(high >>> bits, (low >>> bits) | (high << (32 - bits)));
  }

  round(high: number, low: number): void {
    const lane = new Register([high, low]);
    lane.multiply(prime2);
    this.add(lane.high, lane.low);
    this.rotate(31);
    this.multiply(prime1);
  }

  copy(): Register {
    return new Register([this.high, this.low]);
  }
}

/** The bytes come in pieces of any size. */
export class XxHash64 {
  readonly #sums: readonly [Register, Register, Register, Register];
  readonly #rest = new DataView(new ArrayBuffer(stripeBytes));
  #restBytes = 0;
  #total = 0;

  constructor() {
    const [first, second, third, fourth] = [prime1, prime2, [0, 0] as const, [0, 0] as const].map(
      (word) => new Register(word),
    );
    this.#sums = [first, second, third, fourth] as [Register, Register, Register, Register];
    this.#sums[0].add(...prime2);
    // 0 minus the first prime.
    this.#sums[3].xor(~prime1[0], ~prime1[1]);
    this.#sums[3].add(0, 1);
  }

  add(bytes: Uint8Array): void {
    this.#total += bytes.length;
    let at = 0;
    if (this.#restBytes > 0) {
      at = Math.min(bytes.length, stripeBytes - this.#restBytes);
      this.#keep(bytes.subarray(0, at));
      if (this.#restBytes < stripeBytes) return;
      this.#stripe(this.#rest, 0);
      this.#restBytes = 0;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (; at + stripeBytes <= bytes.length; at += stripeBytes) this.#stripe(view, at);
    this.#keep(bytes.subarray(at));
  }

  /** The lower 32 bits of the hash of all bytes so far, unsigned. */
  low32(): number {
    const hash = this.#total < stripeBytes ? new Register(prime5) : this.#merged();
    hash.add(Math.floor(this.#total / 2 ** 32), this.#total | 0);
    this.#mixRest(hash);
    hash.fold(33);
    hash.multiply(prime2);
    hash.fold(29);
    hash.multiply(prime3);
    hash.fold(32);
    return hash.low >>> 0;
  }

  #keep(bytes: Uint8Array): void {
    new Uint8Array(this.#rest.buffer).set(bytes, this.#restBytes);
    this.#restBytes += bytes.length;
  }

  #stripe(view: DataView, at: number): void {
    this.#sums[0].round(view.getInt32(at + 4, true), view.getInt32(at, true));
    this.#sums[1].round(view.getInt32(at + 12, true), view.getInt32(at + 8, true));
    this.#sums[2].round(view.getInt32(at + 20, true), view.getInt32(at + 16, true));
    this.#sums[3].round(view.getInt32(at + 28, true), view.getInt32(at + 24, true));
  }

  #merged(): Register {
    const hash = new Register();
    for (const [i, bits] of [1, 7, 12, 18].entries()) {
      const turned = (this.#sums[i] as Register).copy();
      turned.rotate(bits);
      hash.add(turned.high, turned.low);
    }
    for (const sum of this.#sums) {
      const lane = new Register();
      lane.round(sum.high, sum.low);
      hash.xor(lane.high, lane.low);
      hash.multiply(prime1);
      hash.add(...prime4);
    }
    return hash;
  }

  #mixRest(hash: Register): void {
    let at = 0;
    for (; at + laneBytes <= this.#restBytes; at += laneBytes) {
      const lane = new Register();
      lane.round(this.#rest.getInt32(at + 4, true), this.#rest.getInt32(at, true));
      hash.xor(lane.high, lane.low);
      hash.rotate(27);
      hash.multiply(prime1);
      hash.add(...prime4);
    }
    if (at + 4 <= this.#restBytes) {
      const word = new Register([0, this.#rest.getInt32(at, true)]);
      word.multiply(prime1);
      hash.xor(word.high, word.low);
      hash.rotate(23);
      hash.multiply(prime2);
      hash.add(...prime3);
      at += 4;
    }
    for (; at < this.#restBytes; at++) {
      const byte = new Register([0, this.#rest.getUint8(at)]);
      byte.multiply(prime5);
      hash.xor(byte.high, byte.low);
      hash.rotate(11);
      hash.multiply(prime1);
    }
  }
}
