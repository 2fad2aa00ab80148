/**
 * Runs in the process of a TypeScript or JavaScript program before it, by `kindling run`: `import … from "kindling"` works
 * in any folder, and a program that cannot be loaded says so in a line or two.
 */
import { Module, register } from "node:module";
import { fileURLToPath } from "node:url";
import { own } from "./program-modules.js";

register("./program-modules.js", import.meta.url);

/** How `require` finds a file; hooks of `import` are not asked. */
interface CommonJs {
  _resolveFilename(request: string, ...context: readonly unknown[]): string;
}

const commonJs = Module as unknown as CommonJs;
const resolveFilename = commonJs._resolveFilename;
commonJs._resolveFilename = (request, ...context) => {
  try {
    return resolveFilename.call(commonJs, request, ...context);
  } catch (error) {
    const url = own[request];
    if (!url || (error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return fileURLToPath(url);
  }
};

/** Failures to load a program, by the name or code of the error; its message alone tells the place and the cause. */
const loadFailures: ReadonlySet<unknown> = new Set(["TransformError", "ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

const maxLines = 12;

process.on("uncaughtExceptionMonitor", (error: NodeJS.ErrnoException) => {
  const isHandled = process.listenerCount("uncaughtException") > 0 || process.env["KINDLING_DEBUG"];
  if (isHandled || !(loadFailures.has(error.name) || loadFailures.has(error.code))) return;
  const lines = error.message.split("\n").slice(0, maxLines);
  process.stderr.write(`kindling: ${lines.join("\n")}\n`);
  process.exit(1);
});
