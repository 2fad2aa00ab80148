/** Loads what a function imported, synchronously, in the process that runs the function. */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { types } from "node:util";
import { EngineError } from "../errors.js";
import type { ModulePart } from "./body.js";
import { isBare, isBuiltin, resolveImport } from "./resolve-import.js";

/** The value a function had imported. */
export function loadModule({ specifier, from, imported, path }: ModulePart): unknown {
  const exports = requireModule(specifier, from);
  let value = importedValue(exports, imported);
  for (const name of path) value = (value as Readonly<Record<string, unknown>>)[name];
  return value;
}

function requireModule(specifier: string, from: string): unknown {
  const require = createRequire(from === "" ? import.meta.url : from);
  try {
    return require(from === "" || isBuiltin(specifier) ? specifier : (resolveImport(specifier, from) ?? specifier));
  } catch (thrown) {
    const waits = (thrown as { readonly code?: unknown }).code === "ERR_REQUIRE_ASYNC_MODULE";
    const message = thrown instanceof Error ? (thrown.message.split("\n")[0] ?? "") : String(thrown);
    throw new EngineError(
      "FUNCTION_NOT_SHIPPABLE",
      {
        function: specifier,
        variable: specifier,
        reason: waits
          ? `the module "${specifier}" waits at its top level (await)`
          : `the worker cannot load "${specifier}": ${message}`,
        remedy: waits
          ? "load it inside an async function with await import(…)"
          : "install the package where the program is, or capture only what the function needs of it",
      },
      { cause: thrown },
    );
  }
}

/** What `import` would have given: a CommonJS module's exports are its default export, and its members the named ones. */
function importedValue(exports: unknown, imported: string): unknown {
  if (imported === "require") return exports;
  const members = exports as Readonly<Record<string, unknown>>;
  if (types.isModuleNamespaceObject(exports)) return imported === "*" ? exports : members[imported];
  if (imported === "default") return exports;
  if (imported !== "*") return members[imported];
  const isObject = typeof exports === "object" || typeof exports === "function";
  return Object.create(isObject ? exports : null, { default: { value: exports, enumerable: true } }) as object;
}

/** What `import(…)` means in the file at `from`. */
export const importFrom =
  (from: string) =>
  (specifier: unknown, options?: ImportCallOptions): Promise<unknown> => {
    const name = String(specifier);
    if (isBuiltin(name)) return import(name, options);
    if (!isBare(name)) return import(new URL(name, from).href, options);
    const file = resolveImport(name, from);
    return import(file === undefined ? name : pathToFileURL(file).href, options);
  };

/** `import.meta` of the file at `from`. */
export function metaOf(from: string): Readonly<Record<string, unknown>> {
  const filename = from.startsWith("file:") ? fileURLToPath(from) : from;
  const resolve = (specifier: string): string => {
    const file = isBare(specifier) ? resolveImport(specifier, from) : undefined;
    if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
    return file === undefined ? new URL(specifier, from).href : pathToFileURL(file).href;
  };
  return { url: from, filename, dirname: dirname(filename), resolve };
}
