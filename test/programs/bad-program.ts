/** Programs that go wrong, run as users run them: what their users see, and what must not be left behind. */
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Ended, inPlace, type Place, type Running, type Way } from "./program-run.js";

const maxLines = 15;
/** The lines of an error are no longer than a terminal can show. */
const maxCharacters = 4_000;

export interface BadProgram {
  readonly what: string;
  /** The line at fault ends in `at fault`: it is the first that the error shows. Left out where only Python can go wrong so. */
  readonly typescript?: string;
  readonly python?: string;
  /** Parts of the error in both languages. */
  readonly says: readonly string[];
  readonly typescriptSays?: readonly string[];
  readonly pythonSays?: readonly string[];
  /** What the program printed before; nothing. */
  readonly prints?: string;
}

export const notSent = "[FUNCTION_NOT_SHIPPABLE] the function ";

const typescriptHead = `import { open } from "node:fs/promises"; import { Socket } from "node:net"; import { SparkContext } from "kindling";
const sc = new SparkContext("local[2]");
`;
const pythonHead = `import ctypes, os, socket, sys, threading, time; from kindling import SparkContext
sc = SparkContext("local[2]")
`;

type ProgramWay = readonly ["bad.ts" | "bad.py", Way];
export const everyWay: readonly ProgramWay[] = [
  ["bad.ts", "kindling run"],
  ["bad.py", "kindling run"],
  ["bad.py", "plain"],
];
/** Once in each language. */
export const eachLanguage: readonly ProgramWay[] = [
  ["bad.ts", "kindling run"],
  ["bad.py", "plain"],
];

type Start = (place: Place, program: string, way: Way) => Running;
const start: Start = (place, program, way) => place.start(program, way);

export function tests(programs: readonly BadProgram[], ways: readonly ProgramWay[]): void {
  test.each(programs)("$what", (bad) => check(bad, ways));
}

/** Runs the program in each way and looks at what its user sees. */
export async function check(bad: BadProgram, ways: readonly ProgramWay[], begin: Start = start): Promise<void> {
  const possible = ways.filter(([program]) => textOf(bad, program) !== undefined);
  await Promise.all(
    possible.map(([program, way]) =>
      inPlace((place) => checkIn(place, bad, () => begin(place, program, way), program))(),
    ),
  );
}

const textOf = ({ typescript, python }: BadProgram, program: string): string | undefined =>
  program === "bad.ts" ? typescript : python;

async function checkIn(
  place: Place,
  bad: BadProgram,
  begin: () => Running,
  program: "bad.ts" | "bad.py",
): Promise<void> {
  const isTypescript = program === "bad.ts";
  const text = isTypescript
    ? `${typescriptHead}${bad.typescript}\nawait sc.stop();\n`
    : `${pythonHead}${bad.python}\nsc.stop()\n`;
  place.write(program, text);
  mkdirSync(join(place.folder, "empty"));
  symlinkSync("loop", join(place.folder, "loop"));
  chmodSync(place.write("secret.txt", "secret\n"), 0);
  const more = (isTypescript ? bad.typescriptSays : bad.pythonSays) ?? [];
  expectShort(await begin().ended, firstLine(program, text), {
    parts: [...bad.says, ...more],
    prints: bad.prints ?? "",
  });
  expect(await place.leftBehind()).toEqual([]);
}

/** The first line of an error: where the program is at fault. */
function firstLine(file: string, text: string): string {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.endsWith("at fault"));
  return `${file}:${at + 1}: ${lines[at]?.trim()}`;
}

interface Shown {
  readonly parts: readonly string[];
  readonly prints: string;
}

export function expectShort({ code, out, err }: Ended, first: string, { parts, prints }: Shown): void {
  expect(err[0]).toBe(first);
  for (const part of parts) expect(err.join("\n")).toContain(part);
  const characters = err.join("\n").length;
  expect([code, out, err.length <= maxLines, characters <= maxCharacters]).toEqual([1, prints, true, true]);
}
