/**
 * Runs in the process of a TypeScript or JavaScript program before it, by `kindling run`: `import … from "kindling"` works
 * in any folder, and a program that cannot be loaded says so in a line or two.
 */
import { register } from "node:module";

register("./program-modules.js", import.meta.url);

/** Failures to load a program, by the name or code of the error; its message alone tells the place and the cause. */
const loadFailures: ReadonlySet<unknown> = new Set(["TransformError", "ERR_MODULE_NOT_FOUND"]);

const maxLines = 12;

process.on("uncaughtExceptionMonitor", (error: NodeJS.ErrnoException) => {
  const isHandled = process.listenerCount("uncaughtException") > 0 || process.env["KINDLING_DEBUG"];
  if (isHandled || !(loadFailures.has(error.name) || loadFailures.has(error.code))) return;
  const lines = error.message.split("\n").slice(0, maxLines);
  process.stderr.write(`kindling: ${lines.join("\n")}\n`);
  process.exit(1);
});
