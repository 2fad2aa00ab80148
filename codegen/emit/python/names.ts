/** Names and values in Python's spelling. */
import type { ApiNames } from "../../description.js";

/** Words that cannot be the name of a parameter or method. */
const reserved: ReadonlySet<string> = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global " +
    "if import in is lambda nonlocal not or pass raise return self try while with yield"
  ).split(" "),
);

/** The Python name of a member, parameter or field; empty where Python does without it. */
export function pythonName(name: string, names: ApiNames): string {
  const given = names.python;
  if (given !== undefined) return given;
  return reserved.has(name) ? `${name}_` : name;
}

/** Where the hand-written mixin of a class lives: `DataFrame` → `data_frame`. */
export const snakeCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();

/** A JSON value as a Python literal. */
export function literal(value: string | number | boolean | null): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}
