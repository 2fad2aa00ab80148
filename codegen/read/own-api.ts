/** The description of an API that is not the engine's: what the exports of one file declare. */
import { dirname } from "node:path";
import type { Api } from "../description.js";
import { readDeclarations } from "./declarations.js";
import type { Failure } from "./failures.js";
import { readErrors } from "./tables.js";

export { failureText } from "./failures.js";

export function describeOwn(entry: string): { readonly api: Api; readonly failures: readonly Failure[] } {
  const errors = readErrors();
  const codes = errors.map(({ code }) => code);
  const { classes, enums, failures } = readDeclarations({ entry, root: dirname(entry), codes });
  return { api: { version: 1, classes, enums, functions: [], errors, overlays: {} }, failures };
}
