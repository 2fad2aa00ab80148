/** The parts of the description that are tables already: functions and errors of the engine, overlays of the clients. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ErrorEntry, errorTable } from "../../engine/errors.js";
import { functionDescriptions } from "../../engine/functions/descriptions.js";
import type { Api, ApiError, ApiFunction, ApiOverlay } from "../description.js";
import type { Failure } from "./failures.js";

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

/** Each client lists what it has written by hand: `{"DataFrame": ["__getitem__"], "Column": "kindling.sql.column"}`. */
const overlayLists: Readonly<Record<string, string>> = {
  python: "clients/python/src/kindling/overlay/members.json",
};

export function readOverlays(root: string): Record<string, ApiOverlay> {
  const overlays: Record<string, ApiOverlay> = {};
  for (const [language, path] of Object.entries(overlayLists)) {
    if (!existsSync(join(root, path))) continue;
    const listed = JSON.parse(readFileSync(join(root, path), "utf8")) as Record<string, string | readonly string[]>;
    const entries = Object.entries(listed);
    overlays[language] = {
      members: entries.flatMap(([owner, names]) =>
        typeof names === "string" ? [] : names.map((name) => `${owner}.${name}`),
      ),
      classes: Object.fromEntries(
        entries.flatMap(([name, place]) => (typeof place === "string" ? [[name, place]] : [])),
      ),
    };
  }
  return overlays;
}

/** Members that run in the client only, which a client has neither written by hand nor been excused from. */
export function missingMembers(api: Api): Failure[] {
  return Object.keys(overlayLists).flatMap((language) => {
    const { members = [], classes = {} } = api.overlays[language] ?? {};
    return api.classes
      .filter(({ name, names }) => !(name in classes) && names[language] !== "")
      .flatMap(({ name: owner, methods }) =>
        methods
          .filter(({ mode, form, names }) => mode === "local" && form !== "constructor" && names[language] !== "")
          .map(({ name, names }) => `${owner}.${names[language] ?? name}`)
          .filter((member) => !members.includes(member)),
      )
      .map((member) => ({
        file: overlayLists[language] ?? "",
        line: 1,
        member,
        problem: `a member that runs in the client is not written in ${language}`,
        remedy: "write it in the overlay and list it here",
      }));
  });
}
