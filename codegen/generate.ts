/**
 * `generate` writes the description and the clients made from it; `generate --check` compares instead and names what
 * differs. Both go the same way: first all texts, then one of two last steps.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { apiText } from "./api-text.js";
import type { Api } from "./description.js";
import { emitErrorDocs } from "./emit/error-docs.js";
import { emitPython } from "./emit/python.js";
import { emitRddDocs, type RecordedCases } from "./emit/rdd-docs.js";
import { readDeclarations } from "./read/declarations.js";
import { type Failure, failureText } from "./read/failures.js";
import { readRecordedCases } from "./read/recorded-cases.js";
import { missingMembers, readErrors, readFunctions, readOverlays } from "./read/tables.js";

/** Each client: where its generated files live, and what writes them. */
export const emitters: readonly { readonly folder: string; readonly emit: (api: Api) => Map<string, string> }[] = [
  { folder: "clients/python/src/kindling/generated", emit: emitPython },
];

export interface Described {
  readonly api: Api;
  readonly failures: readonly Failure[];
}

/** The whole description of the engine below `root`. */
export function describeEngine(root: string): Described {
  const errors = readErrors();
  const { classes, enums, failures } = readDeclarations({
    entry: join(root, "engine/index.ts"),
    root,
    codes: errors.map(({ code }) => code),
  });
  const functions = readFunctions();
  const api: Api = { version: 1, classes, enums, functions, errors, overlays: readOverlays(root) };
  return { api, failures: [...failures, ...missingMembers(api)] };
}

/** Every generated file by its path below the root. */
export function generatedFiles(api: Api, recorded: RecordedCases | null = null): Map<string, string> {
  const files = new Map([
    ["codegen/api.json", apiText(api)],
    ["docs/errors.md", emitErrorDocs(api)],
  ]);
  if (recorded) files.set("docs/rdd.md", emitRddDocs(api, recorded));
  for (const { folder, emit } of emitters) {
    for (const [path, text] of emit(api)) files.set(`${folder}/${path}`, text);
  }
  return files;
}

export interface Difference {
  readonly path: string;
  readonly state: "stale" | "missing" | "extra";
}

/** What would change if the files were written. */
export function differences(root: string, files: ReadonlyMap<string, string>): Difference[] {
  const found: Difference[] = [];
  for (const [path, text] of files) {
    const full = join(root, path);
    if (!existsSync(full)) found.push({ path, state: "missing" });
    else if (readFileSync(full, "utf8") !== text) found.push({ path, state: "stale" });
  }
  const extra = emitters.flatMap(({ folder }) => filesIn(root, folder)).filter((path) => !files.has(path));
  return [...found, ...extra.map((path): Difference => ({ path, state: "extra" }))];
}

/** Generated folders hold nothing else, but for what Python leaves beside its modules. */
function filesIn(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/** Makes the files what they should be. */
export function write(root: string, files: ReadonlyMap<string, string>): Difference[] {
  const changed = differences(root, files);
  for (const { path, state } of changed) {
    const full = join(root, path);
    if (state === "extra") rmSync(full);
    else {
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, files.get(path) ?? "");
    }
  }
  return changed;
}

const usage = "usage: generate [--check]";

/** The exit code: 0 done, or nothing to do; 1 files differ, or the declarations cannot be described; 2 usage. */
export function generate(root: string, args: readonly string[]): number {
  if (args.some((arg) => arg !== "--check")) {
    console.error(usage);
    return 2;
  }
  const check = args.includes("--check");
  const started = performance.now();
  const { api, failures } = describeEngine(root);
  if (failures.length > 0) {
    console.error(failures.map(failureText).join("\n"));
    console.error(`${failures.length} declarations cannot be described; nothing was written`);
    return 1;
  }
  const files = generatedFiles(api, readRecordedCases(root));
  const changed = check ? differences(root, files) : write(root, files);
  for (const { path, state } of changed) console.log(check ? `${state}: ${path}` : `${doneTo[state]} ${path}`);
  console.log(`${counts(api)}, ${files.size} files, ${Math.round(performance.now() - started)} ms`);
  if (!check || changed.length === 0) return 0;
  console.error("run `npm run generate` and review the difference");
  return 1;
}

const doneTo: Readonly<Record<Difference["state"], string>> = {
  stale: "rewrote",
  missing: "wrote",
  extra: "removed",
};

function counts({ classes, enums, functions, errors }: Api): string {
  const methods = classes.reduce((sum, owner) => sum + owner.methods.length, 0);
  return `${classes.length} classes, ${methods} methods, ${enums.length} enums, ${functions.length} functions, ${errors.length} errors`;
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === process.argv[1]) {
  process.exitCode = generate(process.cwd(), process.argv.slice(2));
}
