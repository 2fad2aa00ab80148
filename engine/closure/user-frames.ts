/** Stack frames of rebuilt functions, told in lines of the file that their author wrote. */

import { readFileSync } from "node:fs";
import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { UserFrame } from "../errors.js";
import type { FunctionPart } from "./body.js";

/** `new Function` puts the code behind a head of two lines, and stacks count from 1. */
const linesBeforeCode = 3;

const maxKnownParts = 10_000;
const parts = new Map<string, FunctionPart>();
const names = new Map<string, string>();
let made = 0;

/** A name under which the part's code occurs in stacks: one for the same code, so that V8 need not compile it again. */
export function sourceUrl(part: FunctionPart): string {
  const key = `${part.file}\n${part.lines[2]}\n${part.code}`;
  const known = names.get(key);
  if (known !== undefined) return known;
  if (names.size >= maxKnownParts) {
    parts.clear();
    names.clear();
  }
  const name = `kindling:${++made}:${encodeURI(part.file).replace(/[()]/g, "_")}`;
  parts.set(name, { ...part, values: [] });
  names.set(key, name);
  return name;
}

/** Our own code: the folder that holds the engine. */
export const engineFolder: string = dirname(dirname(fileURLToPath(import.meta.url))) + sep;

/** Stands for the file of functions that the engine itself wrote around the user's. */
export const engineFile = "kindling";

/**
 * The user's frames of a thrown error, outermost first: of rebuilt functions and of what they call, without the
 * engine's frames and Node's. Empty for what is no error, or was made elsewhere.
 */
export function userFrames(error: unknown): UserFrame[] {
  const stack = stackOf(error);
  if (typeof stack !== "string") return [];
  const lines = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const outermost = lines.findLastIndex((line) => line.includes("kindling:"));
  return lines
    .slice(0, outermost + 1)
    .flatMap((line) => frameOf(line) ?? [])
    .reverse();
}

/** The stack, which may be a property that throws. */
function stackOf(error: unknown): unknown {
  try {
    return error instanceof Error || isErrorLike(error) ? error.stack : undefined;
  } catch {
    return undefined;
  }
}

const isErrorLike = (value: unknown): value is { readonly stack: unknown } =>
  typeof value === "object" && value !== null && "stack" in value;

function frameOf(line: string): UserFrame | undefined {
  const [, called, inParentheses, bare, lineText, columnText] =
    /^\s+at (?:(.+?) \((.+?)|(.+?)):(\d+):(\d+)\)?$/.exec(line) ?? [];
  const file = inParentheses ?? bare;
  if (file === undefined) return undefined;
  const part = parts.get(file);
  if (part)
    return part.file === engineFile
      ? undefined
      : partFrame(part, { called, line: Number(lineText), column: Number(columnText) });
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  if (!path.startsWith("/") && !/^[A-Za-z]:\\/.test(path)) return undefined;
  if (path.startsWith(engineFolder)) return undefined;
  return withText({ file: path, line: Number(lineText), function: functionName(called) });
}

interface CodePlace {
  readonly called: string | undefined;
  readonly line: number;
  readonly column: number;
}

function partFrame(part: FunctionPart, { called, line, column }: CodePlace): UserFrame {
  const codeLine = line - linesBeforeCode;
  const name = functionName(called);
  if (part.lines.length === 0) return { file: part.file || "<anonymous>", line: codeLine, function: name };
  return withText({ file: part.file, line: originalLine(part.lines, codeLine, column - 1), function: name });
}

/** The line on which a part's function begins. */
export function definitionFrame({ file, lines }: FunctionPart, name: string): UserFrame | null {
  const line = lines[2];
  if (line === undefined || file === "" || file === engineFile) return null;
  return withText({ file, line, function: name });
}

/** Entries are in order; the last one at or before the place counts. */
function originalLine(lines: readonly number[], codeLine: number, column: number): number {
  let found = 0;
  for (let at = 0; at < lines.length; at += 3) {
    const [line = 0, start = 0] = lines.slice(at, at + 2);
    if (line < codeLine || (line === codeLine && start <= column)) found = at;
    else break;
  }
  return (lines[found + 2] ?? 0) + codeLine - (lines[found] ?? 0);
}

/** `Object.<anonymous>`, `eval` and nothing at all stand for functions without a name of their own. */
function functionName(called: string | undefined): string {
  const name = (called ?? "").replace(/^(?:async |new )/, "").replace(/ \[as .*\]$/, "");
  return /^(?:Object\.)?(?:<anonymous>|eval)?$/.test(name) ? "<anonymous>" : name.replace(/^Object\./, "");
}

function withText(frame: UserFrame): UserFrame {
  const text = sourceLine(frame.file, frame.line);
  return text === undefined ? frame : { ...frame, text };
}

function sourceLine(file: string, line: number): string | undefined {
  try {
    return readFileSync(file, "utf8").split("\n")[line - 1];
  } catch {
    return undefined; // The file need not exist where the function runs.
  }
}
