/** What was recorded from PySpark (`test/golden/rdd.json`), and how an outcome of a case here is compared with it. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../gateway/exposure.js";
import { commandLine, python } from "../programs/program-run.js";

export interface Value {
  /** As a Python literal. */
  readonly value: string;
}

export interface Failure {
  /** The exception's class, or `java:` and that of the JVM, which has no like here. */
  readonly raises: string;
  /** The part of its message that counts. */
  readonly says: string;
}

export type Recorded = (Value | Failure) & {
  readonly name: string;
  /** Methods that the case is about. */
  readonly about: readonly string[];
  readonly rules: readonly string[];
};

export interface Golden {
  /** Names of PySpark's members by class. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly rules: Readonly<Record<string, string>>;
  readonly cases: readonly Recorded[];
}

/** A line of `run_cases.py`. */
export interface Found {
  readonly name: string;
  readonly value?: string;
  /** All classes that the exception can be caught by. */
  readonly raises?: readonly string[];
  readonly message?: string;
  readonly task?: boolean;
  readonly hangs?: true;
}

export const golden: Golden = JSON.parse(
  readFileSync(join(packageRoot(), "test", "golden", "rdd.json"), "utf8"),
) as Golden;
/** Runs the cases, or those whose names hold one of the texts, with Kindling's Python client; outcomes by name. */
export async function runCases(
  texts: readonly string[],
  variables: Readonly<Record<string, string>>,
  deadlineMs: number,
): Promise<Map<string, Found>> {
  const { KINDLING_URL: _, VIRTUAL_ENV: __, ...inherited } = process.env;
  const own = { PYTHONHASHSEED: "0", KINDLING_PROGRESS: "off", KINDLING_GATEWAY: commandLine };
  const program = join(packageRoot(), "test", "rdd", "run_cases.py");
  const options = { env: { ...inherited, ...own, ...variables }, timeout: deadlineMs, maxBuffer: 2 ** 26 };
  const { stdout } = await promisify(execFile)(python, [program, ...texts], options);
  const outcomes = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Found);
  return new Map(outcomes.map((outcome) => [outcome.name, outcome]));
}

function agrees(outcome: Found, { raises, says }: Failure): boolean {
  const { raises: classes = [], message = "" } = outcome;
  const ofClass = raises.startsWith("java:") ? classes.includes("EngineError") : classes.includes(raises);
  return ofClass && message.toLowerCase().includes(says.toLowerCase());
}

/** An outcome as it would be recorded if it agrees, otherwise all of it. */
export function shown(outcome: Found | undefined, expected: Recorded): unknown {
  if (outcome && "value" in expected && outcome.value !== undefined) return { value: outcome.value };
  if (outcome && "raises" in expected && agrees(outcome, expected)) return failureOf(expected);
  return outcome;
}

export const failureOf = ({ raises, says }: Failure): Failure => ({ raises, says });

/** What a case is to show, in the form of `shown`. */
export const expectedOf = (recorded: Recorded): unknown =>
  "value" in recorded ? { value: recorded.value } : failureOf(recorded);
