/**
 * What Spark does for every method of RDD and SparkContext: the cases of `cases/*.py`, run once with Kindling's Python
 * client; the expected outcomes are PySpark's own (`test/golden/rdd.json`, recorded by `record-rdd.py`).
 */
import { beforeAll, describe, expect, it } from "vitest";
import { knownDifferences } from "./known-differences.js";
import { expectedOf, type Found, golden, runCases, shown } from "./recorded.js";

/** All cases together, however busy the machine is. */
const deadlineMs = 600_000;

let found: ReadonlyMap<string, Found> = new Map();

beforeAll(async () => {
  found = await runCases([], {}, deadlineMs);
}, deadlineMs);

describe("as in PySpark", () => {
  it.each(golden.cases.map((recorded) => [recorded.name, recorded] as const))("%s", (name, recorded) => {
    const expected = expectedOf(recorded);
    const outcome = shown(found.get(name), recorded);
    if (name in knownDifferences) expect(outcome, "listed as different, and agrees").not.toEqual(expected);
    else expect(outcome).toEqual(expected);
  });
});

describe("the table of cases", () => {
  const names = golden.cases.map(({ name }) => name);

  it("was recorded as it is", () => {
    expect([...found.keys()].sort()).toEqual([...names].sort());
  });

  it("lists differences of cases that there are", () => {
    expect(Object.keys(knownDifferences).filter((name) => !names.includes(name))).toEqual([]);
  });

  it("has every method of PySpark", () => {
    const about = new Set(golden.cases.flatMap((recorded) => recorded.about));
    const members = Object.entries(golden.names).flatMap(([owner, own]) => own.map((name) => `${owner}.${name}`));
    expect(members.filter((name) => !about.has(name))).toEqual([]);
  });

  it("shows every rule", () => {
    const shownRules = new Set(golden.cases.flatMap(({ rules }) => rules));
    expect(Object.keys(golden.rules).filter((rule) => !shownRules.has(rule))).toEqual([]);
  });
});
