/** The estimate of distinct elements against true counts; its standard error is that of Flajolet's HyperLogLog, 1.04 / √m. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { distinctCount, mergedSketch } from "../../../engine/rdd/distinct-count.js";

/** The first 64 bits of SHA-256 of each number, in two halves. */
const hashes = Array.from({ length: 100_000 }, (_, i): readonly [number, number] => {
  const hash = createHash("sha256").update(String(i)).digest();
  return [hash.readUInt32BE(0), hash.readUInt32BE(4)];
});

/** Registers over the hashes of `from` to `to`: what the kernel does, with a hash of this test's own. */
function sketch(from: number, to: number, precision: number): Uint8Array {
  const registers = new Uint8Array(2 ** precision);
  for (let i = from; i < to; i++) {
    const [first, second] = hashes[i] as readonly [number, number];
    const register = first >>> (32 - precision);
    const rest = (first << precision) >>> 0;
    const zeros = rest === 0 ? 32 - precision + Math.clz32(second) : Math.clz32(rest);
    registers[register] = Math.max(registers[register] as number, zeros + 1);
  }
  return registers;
}

const counts = [0, 1, 10, 100, 1_000, 20_000, 100_000];

describe.each([4, 9, 12, 14])("with %i bits for the register", (precision) => {
  const deviation = 1.04 / Math.sqrt(2 ** precision);

  test.each(counts)("%i distinct elements", (count) => {
    const found = distinctCount(sketch(0, count, precision));
    // Three standard deviations: the hash is fixed, so that the result is, too.
    expect(Math.abs(found - count)).toBeLessThanOrEqual(3 * deviation * count);
  });
});

test("the mean over many sets has no bias, small or large", () => {
  for (const size of [3, 50, 400, 1_500]) {
    const ratios = Array.from({ length: 60 }, (_, i) => distinctCount(sketch(i * size, (i + 1) * size, 9)) / size);
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    expect(Math.abs(mean - 1)).toBeLessThan((3 * 1.04) / Math.sqrt(512) / Math.sqrt(60));
  }
});

test("sketches of parts that overlap make that of the whole", () => {
  const whole = sketch(0, 3_000, 10);
  expect(mergedSketch([sketch(0, 2_000, 10), sketch(1_000, 3_000, 10)], 10)).toEqual(whole);
});

test("registers that are all full have no end", () => {
  expect(distinctCount(new Uint8Array(512).fill(64 - 9 + 1))).toBe(Number.POSITIVE_INFINITY);
});
