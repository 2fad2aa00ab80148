/** Quantiles and estimates against those of Spark and Commons Math: `test/golden/estimates.json`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BoundedFloat } from "../../../engine/rdd/bounded-float.js";
import { countEstimate, meanEstimate, type Progress, sumEstimate } from "../../../engine/rdd/estimates.js";
import { normalQuantile, poissonQuantile, studentQuantile } from "../../../engine/rdd/quantiles.js";
import { StatCounter } from "../../../engine/rdd/stat-counter.js";

type Shown = number | "nan" | "inf" | "-inf";
type Estimate = readonly [mean: Shown, confidence: Shown, low: Shown, high: Shown];

interface Numbers {
  readonly parts: readonly (readonly number[])[];
  readonly total: number;
  readonly confidence: number;
  readonly estimate: Estimate;
}

interface Recorded {
  readonly sum: readonly Numbers[];
  readonly mean: readonly Numbers[];
  readonly count: readonly (Omit<Numbers, "parts"> & { readonly counts: readonly number[] })[];
  readonly normal: readonly (readonly [p: number, value: number])[];
  readonly student: readonly (readonly [degreesOfFreedom: number, p: number, value: number])[];
  readonly poisson: readonly (readonly [mean: number, p: number, value: number])[];
}

const recorded = JSON.parse(readFileSync(join(process.cwd(), "test/golden/estimates.json"), "utf8")) as Recorded;

const numberOf = (shown: Shown): number => {
  const named = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY };
  return typeof shown === "number" ? shown : named[shown];
};

/** Commons Math looks for quantiles of Student's t up to an error of 1e-9. */
const expectClose = (found: number, expected: number): void => {
  if (Number.isFinite(expected))
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(2e-9 * (1 + Math.abs(expected)));
  else expect(found).toBe(expected);
};

const expectEstimate = ({ mean, confidence, low, high }: BoundedFloat, expected: Estimate): void => {
  for (const [i, value] of [mean, confidence, low, high].entries()) expectClose(value, numberOf(expected[i] as Shown));
};

const merged = (parts: readonly (readonly number[])[]): StatCounter =>
  parts.reduce((all, part) => all.mergeStats(new StatCounter(part)), new StatCounter());

const label = (values: readonly unknown[], total: number, confidence: number): string =>
  `${JSON.stringify(values).slice(0, 40)} of ${total} partitions, ${confidence}`;

describe.each([
  ["sum", sumEstimate],
  ["mean", meanEstimate],
] as const)("the %s", (name, estimate) => {
  const cases = recorded[name].map(({ parts, total, confidence, estimate: expected }) => ({
    name: label(parts, total, confidence),
    stats: merged(parts),
    progress: { ended: parts.length, total },
    confidence,
    expected,
  }));

  test.each(cases)("$name", ({ stats, progress, confidence, expected }) => {
    expectEstimate(estimate(stats, progress, confidence), expected);
  });
});

describe("the count", () => {
  const cases = recorded.count.map(({ counts, total, confidence, estimate }) => ({
    name: label(counts, total, confidence),
    count: counts.reduce((sum, count) => sum + count, 0),
    progress: { ended: counts.length, total } satisfies Progress,
    confidence,
    estimate,
  }));

  test.each(cases)("$name", ({ count, progress, confidence, estimate }) => {
    expectEstimate(countEstimate(count, progress, confidence), estimate);
  });

  test("certainty has no upper bound", () => {
    expect(countEstimate(8, { ended: 2, total: 4 }, 1)).toMatchObject({ low: 8, high: Number.POSITIVE_INFINITY });
  });
});

describe("before a partition has ended", () => {
  const progress = { ended: 0, total: 3 };

  test("nothing is known", () => {
    const nothing = { mean: 0, confidence: 0, high: Number.POSITIVE_INFINITY };
    expect(countEstimate(0, progress, 0.95)).toMatchObject({ ...nothing, low: 0 });
    expect(sumEstimate(new StatCounter(), progress, 0.95)).toMatchObject({ ...nothing, low: Number.NEGATIVE_INFINITY });
    expect(meanEstimate(new StatCounter(), progress, 0.95)).toMatchObject({
      ...nothing,
      low: Number.NEGATIVE_INFINITY,
    });
  });
});

describe("quantiles", () => {
  test.each(recorded.normal)("normal: %f", (p, value) => expectClose(normalQuantile(p), value));

  test.each(recorded.student)("Student's t, %i degrees of freedom: %f", (degreesOfFreedom, p, value) => {
    expectClose(studentQuantile(p, degreesOfFreedom), value);
  });

  test.each(recorded.poisson)("Poisson, mean %f: %f", (mean, p, value) => {
    expect(poissonQuantile(p, mean)).toBe(value);
  });
});
