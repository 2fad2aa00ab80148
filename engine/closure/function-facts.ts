/** What can be told of a function or class without packing it. */

import { functionSource } from "./function-source.js";
import { readFunction } from "./inspector.js";
import { knownValue } from "./known-values.js";
import { isBuiltin } from "./resolve-import.js";
import { scriptOf } from "./scripts.js";
import { functionText, isNative } from "./value-kinds.js";

/** Its name, or the beginning of its source. */
export const nameOfFunction = (value: object): string => {
  const { name } = value as { readonly name?: unknown };
  if (typeof name === "string" && name !== "") return name;
  const text = functionText(value).replace(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
};

const builtin = new WeakMap<object, boolean>();

/** Whether a function or class is part of JavaScript or Node, so that its objects belong to this process. */
export function isBuiltinFunction(subject: object): boolean {
  const known = builtin.get(subject);
  if (known !== undefined) return known;
  const found = findBuiltin(subject);
  builtin.set(subject, found);
  return found;
}

function findBuiltin(subject: object): boolean {
  if (isNative(functionText(subject))) return true;
  const known = knownValue(subject);
  if (known) return known.kind === "global" || (known.kind === "module" && isBuiltin(known.specifier));
  const { place } = readFunction(subject, [], []);
  return place !== undefined && (scriptOf(place.scriptId)?.builtin ?? false);
}

/** The first private member that objects of a class have. */
export const privateMemberOf = (owner: object): string | undefined => functionSource(functionText(owner)).privateMember;
