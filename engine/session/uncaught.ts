/**
 * What a terminal shows of an `EngineError` that a TypeScript program did not catch: its own line, then the cause.
 *
 * Node would print the place inside Node where it noticed, the stack and every field.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { type CallSite, EngineError } from "../errors.js";
import { userPlace } from "./caller.js";

const maxLines = 15;

let isInstalled = false;

/** From now on uncaught errors of ours end the program with a short report; other errors are Node's matter. */
export function reportUncaught(): void {
  if (isInstalled) return;
  isInstalled = true;
  process.on("uncaughtExceptionMonitor", (error) => {
    // A program that has a handler of its own goes on, and who debugs wants all there is.
    const isHandled = process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback();
    if (!(error instanceof EngineError) || isHandled || process.env["KINDLING_DEBUG"]) return;
    process.stderr.write(`${report(error).join("\n")}\n`);
    process.exit(1);
  });
}

function report(error: EngineError): string[] {
  const lines = [...userLine(error.origin.site ?? userPlace(error)), ...`${error.name}: ${error.message}`.split("\n")];
  if (lines.length > maxLines) lines.splice(maxLines - 2, lines.length - maxLines + 1, "  …");
  return lines;
}

function userLine(place: Pick<CallSite, "file" | "line"> | null): string[] {
  if (!place) return [];
  const inside = relative(process.cwd(), place.file);
  return [`${inside.startsWith("..") ? place.file : inside}:${place.line}: ${sourceLine(place)}`.replace(/[: ]+$/, "")];
}

function sourceLine({ file, line }: Pick<CallSite, "file" | "line">): string {
  try {
    return readFileSync(file, "utf8").split("\n")[line - 1]?.trim() ?? "";
  } catch {
    return ""; // A program given with `node --eval` has no file.
  }
}
