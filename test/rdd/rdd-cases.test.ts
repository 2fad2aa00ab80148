/**
 * What Spark does for every method of RDD and SparkContext: the cases of `cases/*.py`, run once with Kindling's Python
 * client; the expected outcomes are PySpark's own (`test/golden/rdd.json`, recorded by `record-rdd.py`).
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../gateway/exposure.js";
import { commandLine, python } from "../programs/program-run.js";
import { knownDifferences } from "./known-differences.js";

/** All cases together, however busy the machine is. */
const deadlineMs = 600_000;

interface Value {
  /** As a Python literal. */
  readonly value: string;
}

interface Failure {
  /** The exception's class, or `java:` and that of the JVM, which has no like here. */
  readonly raises: string;
  /** The part of its message that counts. */
  readonly says: string;
}

type Recorded = (Value | Failure) & {
  readonly name: string;
  /** Methods that the case is about. */
  readonly about: readonly string[];
  readonly rules: readonly string[];
};

interface Golden {
  /** Names of PySpark's members by class. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly rules: Readonly<Record<string, string>>;
  readonly cases: readonly Recorded[];
}

/** A line of `run_cases.py`. */
interface Found {
  readonly name: string;
  readonly value?: string;
  /** All classes that the exception can be caught by. */
  readonly raises?: readonly string[];
  readonly message?: string;
  readonly task?: boolean;
  readonly hangs?: true;
}

const golden = JSON.parse(readFileSync(join(packageRoot(), "test", "golden", "rdd.json"), "utf8")) as Golden;
const found = new Map<string, Found>();

beforeAll(async () => {
  const { KINDLING_URL: _, VIRTUAL_ENV: __, ...inherited } = process.env;
  const env = { ...inherited, PYTHONHASHSEED: "0", KINDLING_PROGRESS: "off", KINDLING_GATEWAY: commandLine };
  const program = join(packageRoot(), "test", "rdd", "run_cases.py");
  const options = { env, timeout: deadlineMs, maxBuffer: 2 ** 26 };
  const { stdout } = await promisify(execFile)(python, [program], options);
  for (const line of stdout.trimEnd().split("\n")) {
    const outcome = JSON.parse(line) as Found;
    found.set(outcome.name, outcome);
  }
}, deadlineMs);

function agrees(outcome: Found, { raises, says }: Failure): boolean {
  const { raises: classes = [], message = "" } = outcome;
  const ofClass = raises.startsWith("java:") ? classes.includes("EngineError") : classes.includes(raises);
  return ofClass && message.toLowerCase().includes(says.toLowerCase());
}

/** An outcome as it would be recorded if it agrees, otherwise all of it. */
function shown(outcome: Found | undefined, expected: Recorded): unknown {
  if (outcome && "value" in expected && outcome.value !== undefined) return { value: outcome.value };
  if (outcome && "raises" in expected && agrees(outcome, expected)) return failureOf(expected);
  return outcome;
}

const failureOf = ({ raises, says }: Failure): Failure => ({ raises, says });

describe("as in PySpark", () => {
  it.each(golden.cases.map((recorded) => [recorded.name, recorded] as const))("%s", (name, recorded) => {
    const expected = "value" in recorded ? { value: recorded.value } : failureOf(recorded);
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
