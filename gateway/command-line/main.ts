#!/usr/bin/env node
/** The program `kindling`. What a command needs is loaded when it is chosen: the start counts. */
import { EngineError, type ErrorCode } from "../../engine/errors.js";
import { packageVersion } from "../exposure.js";
import { type CommandName, commandHelp, commands, generalHelp } from "./commands.js";

/** Errors that come from how the command was written; others end with 1. */
const usageErrors: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["USAGE_INVALID", "PROGRAM_NOT_RUNNABLE"]);

const carriers: Readonly<Record<CommandName, (args: readonly string[]) => Promise<number>>> = {
  run: async (args) => (await import("./run.js")).runProgram(args),
  generate: async (args) => (await import("./generate.js")).generateClients(args),
  gateway: async (args) => (await import("./serve.js")).serveGateway(args),
};

const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);
const isHelp = (argument: string | undefined): boolean => argument === "--help" || argument === "-h";

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

async function execute([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined)
    throw new EngineError("USAGE_INVALID", { reason: "a command is missing", command: "kindling --help" });
  if (isHelp(name) || name === "help")
    return print(rest[0] && isCommand(rest[0]) ? commandHelp(rest[0]) : generalHelp());
  if (name === "--version") return print(`kindling ${packageVersion()}\n`);
  if (!isCommand(name)) {
    throw new EngineError("USAGE_INVALID", { reason: `"${name}" is not a command`, command: "kindling --help" });
  }
  return isHelp(rest[0]) ? print(commandHelp(name)) : carriers[name](rest);
}

/** One line: what was wrong, and what to do. */
function report(error: EngineError): void {
  const { message, hint } = error.toData();
  process.stderr.write(`kindling: ${hint === undefined ? message : `${message}; ${hint}`}\n`);
  if (process.env["KINDLING_DEBUG"]) process.stderr.write(`${error.stack}\n`);
}

try {
  process.exitCode = await execute(process.argv.slice(2));
} catch (thrown) {
  const error = EngineError.from(thrown);
  report(error);
  process.exitCode = usageErrors.has(error.code) ? 2 : 1;
}
