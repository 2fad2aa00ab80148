/** The parts of the description that are tables already: functions and errors of the engine, overlays of the clients. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ErrorEntry, errorTable } from "../../engine/errors.js";
import { functionDescriptions } from "../../engine/functions/descriptions.js";
import type { ApiError, ApiFunction } from "../description.js";

export const readErrors = (): ApiError[] =>
  Object.entries<ErrorEntry>(errorTable).map(([code, { kind, message, hint = "", condition = "" }]) => ({
    code,
    kind,
    message,
    hint,
    condition,
  }));

/** The engine describes its functions in this schema, without importing it. */
export const readFunctions = (): readonly ApiFunction[] =>
  functionDescriptions.map((described) => described as unknown as ApiFunction);

/** Each client lists what it has written by hand, by class: `{"DataFrame": ["__getitem__"]}`; an empty list: the whole class. */
const overlayLists: Readonly<Record<string, string>> = {
  python: "clients/python/src/kindling/overlay/members.json",
};

export function readOverlays(root: string): Record<string, readonly string[]> {
  const overlays: Record<string, readonly string[]> = {};
  for (const [language, path] of Object.entries(overlayLists)) {
    if (!existsSync(join(root, path))) continue;
    const members = JSON.parse(readFileSync(join(root, path), "utf8")) as Record<string, readonly string[]>;
    overlays[language] = Object.entries(members).flatMap(([owner, names]) =>
      names.length === 0 ? [owner] : names.map((name) => `${owner}.${name}`),
    );
  }
  return overlays;
}
