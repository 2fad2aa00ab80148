/**
 * The file that `import "name"` loads, found without importing it.
 *
 * `require.resolve` alone would find another one: packages may export different files to `require` and to `import`, or
 * nothing at all to `require`. Follows Node's algorithm for packages ("Resolution Algorithm Specification").
 */

import { existsSync, readFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const conditions: readonly string[] = ["node", "import", "module-sync", "default"];

/** Whether a specifier names a package or a built-in module, not a file beside the importing one. */
export const isBare = (specifier: string): boolean =>
  isBuiltin(specifier) || /^(?![./#\\])(?![A-Za-z][\w+.-]*:)/.test(specifier);

export const isBuiltin = (specifier: string): boolean =>
  specifier.startsWith("node:") || builtinModules.includes(specifier);

const resolved = new Map<string, string | undefined>();

/** The path of a package's file, or the built-in module's name; undefined when there is none that Node can load. */
export function resolveImport(specifier: string, from: string): string | undefined {
  if (isBuiltin(specifier)) return specifier;
  const key = `${specifier}\n${from}`;
  if (!resolved.has(key)) resolved.set(key, findFile(specifier, from));
  return resolved.get(key);
}

function findFile(specifier: string, from: string): string | undefined {
  const file = exportedFile(specifier, from) ?? requiredFile(specifier, from);
  return file !== undefined && /\.(?:[cm]?js|json|node)$/.test(file) ? file : undefined;
}

function requiredFile(specifier: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return undefined;
  }
}

function exportedFile(specifier: string, from: string): string | undefined {
  const [, name, subpath] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? [];
  if (name === undefined || !from.startsWith("file:")) return undefined;
  for (let folder = dirname(fileURLToPath(from)); ; folder = dirname(folder)) {
    const home = join(folder, "node_modules", name);
    const description = join(home, "package.json");
    if (existsSync(description)) {
      const { exports } = JSON.parse(readFileSync(description, "utf8")) as { readonly exports?: unknown };
      const target = exports === undefined ? undefined : exportTarget(exports, `.${subpath ?? ""}`);
      return target === undefined ? undefined : join(home, target);
    }
    if (folder === dirname(folder)) return undefined;
  }
}

function exportTarget(exports: unknown, subpath: string): string | undefined {
  const isMap =
    typeof exports === "object" && exports !== null && Object.keys(exports).some((key) => key.startsWith("."));
  if (!isMap) return subpath === "." ? conditional(exports, "") : undefined;
  const map = exports as Readonly<Record<string, unknown>>;
  if (subpath in map) return conditional(map[subpath], "");
  for (const key of Object.keys(map).sort((left, right) => right.length - left.length)) {
    const [head = "", tail] = key.split("*");
    if (tail === undefined || !subpath.startsWith(head) || !subpath.endsWith(tail)) continue;
    return conditional(map[key], subpath.slice(head.length, subpath.length - tail.length));
  }
  return undefined;
}

function conditional(target: unknown, star: string): string | undefined {
  if (typeof target === "string") return target.replaceAll("*", star);
  if (Array.isArray(target)) return target.map((one) => conditional(one, star)).find((one) => one !== undefined);
  if (typeof target !== "object" || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const found = conditions.includes(condition) ? conditional(inner, star) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
