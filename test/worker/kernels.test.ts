/** What each kernel of `docs/worker-protocol.md` makes of its input, in every language. */
import { describe, expect, test } from "vitest";
import { tuple } from "../../engine/data/portable.js";
import { type Case, inner, map, upTo } from "./case.js";
import { keyCases } from "./cases/by-key.js";
import { elementCases } from "./cases/elements.js";
import { inputCases } from "./cases/inputs.js";
import { numberCases } from "./cases/numbers.js";
import { decoded, inAnyOrder, portable, Running } from "./running.js";
import type { Outcome } from "./worker-process.js";
import { workers } from "./workers.js";

const cases: readonly Case[] = [...elementCases, ...numberCases, ...keyCases, ...inputCases];

const elementsOf = (outcome: Outcome, { anyOrder = false }: Case): unknown[] =>
  anyOrder ? inAnyOrder(decoded(outcome)) : decoded(outcome);

const expectedOf = ({ output, anyOrder = false }: Case): readonly unknown[] => (anyOrder ? inAnyOrder(output) : output);

const inputSize = ({ input = [], inputs = [input] }: Case): number =>
  inputs.reduce((sum, elements) => sum + elements.length, 0);

describe.each(workers)("$language", (worker) => {
  const running = new Running(worker);

  test.each(cases)("$name", async (one) => {
    const outcome = await running.run(await running.kept(), one);
    expect(outcome.error).toBeNull();
    expect(elementsOf(outcome, one)).toEqual(expectedOf(one));
    expect(outcome.done).toMatchObject({
      written: one.output.length,
      invalidUtf8: 0,
      spilledBytes: 0,
      accumulators: [],
    });
    if (!outcome.enough) expect(outcome.done?.read).toBe(inputSize(one));
  });

  test.each(worker.expected.samples)("sample by $sampling, seed $seed", async ({ sampling, seed, partitions }) => {
    const process = await running.kept();
    for (const [partition, output] of partitions.entries()) {
      const steps = [{ op: "sample", sampling, seed }];
      const input = upTo(40).slice(partition * 20, partition * 20 + 20);
      expect(decoded(await running.run(process, { steps, input, fields: { partition } }))).toEqual(output);
    }
  });

  test.each(worker.expected.samplesByKey)("sampleByKey, poisson: $poisson", async (sample) => {
    const { fractions, poisson, seed, partitions } = sample;
    const process = await running.kept();
    const chances = inner(...Object.entries(fractions).map(([key, fraction]) => tuple(key, fraction)));
    for (const [partition, output] of partitions.entries()) {
      const steps = [
        { op: "sampleByKey", fractions: chances, poisson, seed },
        { op: "map", fn: { language: "any", name: "value" } },
      ];
      const input = upTo(40).map((i) => tuple("ab"[i % 2], i));
      const half = input.slice(partition * 20, partition * 20 + 20);
      expect(decoded(await running.run(process, { steps, input: half, fields: { partition } }))).toEqual(output);
    }
  });

  test("sampleByKey of a key without a fraction", async () => {
    const steps = [{ op: "sampleByKey", fractions: inner(tuple("a", 1)), poisson: false, seed: 1 }];
    const outcome = await running.run(await running.kept(), { steps, input: [tuple("a", 1), tuple("b", 2)] });
    expect(outcome.error).toMatchObject({ code: "USER_FUNCTION_FAILED", step: 0, ...worker.expected.missingFraction });
  });

  test.each([
    { name: "100,000 integers", input: upTo(100_000), distinct: 100_000 },
    { name: "1,000 integers, again and again", input: upTo(20_000).map((i) => i % 1000), distinct: 1000 },
    { name: "50,000 texts", input: upTo(50_000).map((i) => `element ${i}`), distinct: 50_000 },
    { name: "20,000 pairs", input: upTo(20_000).map((i) => tuple(i % 100, `${i}`)), distinct: 20_000 },
    { name: "none", input: [], distinct: 0 },
  ])("distinctSketch of $name", async ({ input, distinct }) => {
    const precision = 12;
    const steps = [{ op: "distinctSketch", precision }];
    const [registers] = decoded(await running.run(await running.kept(), { steps, input })) as [Uint8Array];
    expect(registers).toHaveLength(2 ** precision);
    // HyperLogLog's standard error is 1.04 / sqrt(2^12), 1.6 %.
    expect(Math.abs(estimate(registers) - distinct)).toBeLessThanOrEqual(0.065 * distinct);
  });

  test("count needs no decoding", async () => {
    const process = await running.kept();
    const text = { format: 0, count: 0xffffffff, to: 0xffffffff, bytes: Buffer.from("a\nb\n") };
    const cut = { ...text, count: 2, from: 1, to: 2 };
    const outcome = await process.run({ steps: [{ op: "count" }] }, [text, portable([1]), cut]);
    expect(decoded(outcome)).toEqual([4]);
  });

  test("glom hands the list on", async () => {
    const outcome = await running.run(await running.kept(), { steps: [{ op: "glom" }, map("sizeOf")], input: [1, 2] });
    expect(decoded(outcome)).toEqual([2]);
  });
});

/** HyperLogLog's estimate with its correction for small numbers (Flajolet and others, 2007). */
function estimate(registers: Uint8Array): number {
  const m = registers.length;
  const raw = ((0.7213 / (1 + 1.079 / m)) * m * m) / registers.reduce((sum, rank) => sum + 2 ** -rank, 0);
  const empty = registers.filter((rank) => rank === 0).length;
  return raw <= 2.5 * m && empty > 0 ? m * Math.log(m / empty) : raw;
}
