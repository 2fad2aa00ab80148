/** Samples of partitions, against Spark's RDDs. */
import { describe, expect, it } from "vitest";
import {
  bernoulliSampler,
  cellSampler,
  partitionSeed,
  poissonSampler,
  type Sampler,
} from "../../../../engine/data/random/samplers.js";
import { takeSample } from "../../../../engine/data/random/take-sample.js";
import { recorded } from "./recorded.js";

/** The numbers below `n` as `parallelize` cuts them. */
const slices = (n: number, count: number): number[][] =>
  Array.from({ length: count }, (_, slice) => {
    const start = Math.floor((slice * n) / count);
    return Array.from({ length: Math.floor(((slice + 1) * n) / count) - start }, (_, i) => start + i);
  });

const taken = (elements: readonly number[], sampler: Sampler): number[] =>
  elements.flatMap((element) => Array.from({ length: sampler() }, () => element));

function sample(parts: readonly (readonly number[])[], replace: boolean, fraction: number, seed: number): number[][] {
  return parts.map((elements, partition) => {
    const own = partitionSeed(seed, partition);
    return taken(elements, replace ? poissonSampler(fraction, own) : bernoulliSampler(fraction, own));
  });
}

describe("sample", () => {
  it.each(recorded("sample"))("of $args", ({ args, value }) => {
    const [n, count, replace, fraction, seed] = args as [number, number, boolean, number, number];
    expect(sample(slices(n, count), replace, fraction, seed)).toEqual(value);
  });
});

describe("randomSplit", () => {
  it.each(recorded("randomSplit"))("of $args", ({ args, value }) => {
    const [n, count, weights, seed] = args as [number, number, number[], number];
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const ends = weights.map((_, i) => weights.slice(0, i + 1).reduce((sum, weight) => sum + weight / total, 0));
    const parts = ends.map((end, i) =>
      slices(n, count).map((elements, partition) =>
        taken(elements, cellSampler(ends[i - 1] ?? 0, end, seed + partition)),
      ),
    );
    expect(parts).toEqual(value);
  });
});

describe("takeSample", () => {
  it.each(recorded("takeSample"))("of $args", async ({ args, value }) => {
    const [n, count, withReplacement, wanted, seed] = args as [number, number, boolean, number, number];
    const parts = slices(n, count);
    const found = await takeSample({
      withReplacement,
      count: wanted,
      total: n,
      seed,
      collect: async () => parts.flat(),
      sample: async (fraction, drawn) => sample(parts, withReplacement, fraction, drawn).flat(),
    });
    expect(found).toEqual(value);
  });
});
