/** `kindling generate`: the description of an API of one's own, and its clients. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Api } from "../../codegen/description.js";
import { EngineError } from "../../engine/errors.js";
import { type Given, parseFlags } from "./commands.js";

const isPackageName = (name: string): boolean => /^[a-z_][a-z0-9_]*$/.test(name);

const wrong = (reason: string): EngineError =>
  new EngineError("USAGE_INVALID", { reason, command: "kindling generate --help" });

/** The reader stands on ts-morph, which only those who generate need to have installed. */
async function reader(): Promise<typeof import("../../codegen/read/own-api.js")> {
  try {
    return await import("../../codegen/read/own-api.js");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new EngineError("PACKAGE_MISSING", { package: "ts-morph", remedy: "npm install --save-dev ts-morph" });
  }
}

/** Every file that is to be written, by its path. */
async function generated(api: Api, { strings }: Given, source: string): Promise<Map<string, string>> {
  const described = `${JSON.stringify({ ...api, errors: [] }, null, 1)}\n`;
  const files = new Map([[strings["api"] ?? source.replace(/\.[cm]?ts$/, ".json"), described]]);
  const folder = strings["python"];
  if (folder === undefined) return files;
  const name = basename(resolve(folder));
  if (!isPackageName(name)) throw wrong(`--python must end with the name of a package, not "${name}"`);
  const { emitPython } = await import("../../codegen/emit/python.js");
  for (const [path, text] of emitPython(api, name)) files.set(join(folder, path), text);
  return files;
}

/** The exit code: 0; 1 where something cannot be described, and then nothing is written. */
export async function generateClients(args: readonly string[]): Promise<number> {
  const given = parseFlags("generate", args);
  const source = given.strings["from"];
  if (source === undefined) throw wrong("--from is missing");
  if (!/\.[cm]?ts$/.test(source)) throw wrong(`--from must be a TypeScript file, not "${source}"`);
  if (!existsSync(source)) throw new EngineError("PATH_NOT_FOUND", { path: source });
  const { describeOwn, failureText } = await reader();
  const { api, failures } = describeOwn(resolve(source));
  if (failures.length > 0) {
    process.stderr.write(`${failures.map(failureText).join("\n")}\n`);
    process.stderr.write(`kindling: ${failures.length} declarations cannot be described; nothing was written\n`);
    return 1;
  }
  for (const [path, text] of await generated(api, given, source)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stdout.write(`wrote ${relative("", path)}\n`);
  }
  return 0;
}
