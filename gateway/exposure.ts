/** What clients may reach: a description and the classes it describes. The default is the engine's public API. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Api } from "../codegen/description.js";
import { EngineError } from "../engine/errors.js";

// biome-ignore lint/suspicious/noExplicitAny: any class, whatever its constructor takes
export type ExposedClass = abstract new (...args: any[]) => object;

export interface Exposure {
  readonly api: Api;
  /** Classes of the description by name; one that is missing cannot be called. */
  readonly classes: ReadonlyMap<string, ExposedClass>;
}

/** The nearest folder above this file that holds `package.json`: files run from `dist/gateway` and from `gateway`. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

export const packageVersion = (): string =>
  (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { readonly version: string }).version;

/** The classes that a module exports, by name. */
export function classesOf(module: Readonly<Record<string, unknown>>): Map<string, ExposedClass> {
  const found = Object.entries(module).filter(([, value]) => typeof value === "function" && "prototype" in value);
  return new Map(found as [string, ExposedClass][]);
}

/** The described class that an object is of; null if it is of none. */
export function classNameOf(object: object, classes: ReadonlyMap<string, ExposedClass>): string | null {
  for (
    let prototype = Object.getPrototypeOf(object);
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    for (const [name, exposed] of classes) if (exposed.prototype === prototype) return name;
  }
  return null;
}

/** The engine as `codegen/api.json` describes it. Loading takes a while: the gateway answers its port before. */
export async function engineExposure(): Promise<Exposure> {
  const path = join(packageRoot(), "codegen", "api.json");
  if (!existsSync(path)) throw new EngineError("PATH_NOT_FOUND", { path });
  const api = JSON.parse(readFileSync(path, "utf8")) as Api;
  const engine: Readonly<Record<string, unknown>> = await import("../engine/index.js");
  return { api, classes: classesOf(engine) };
}
