/** The toy API as described and emitted, for the tests that look at it. */
import { join } from "node:path";
import type { Api } from "../../codegen/description.js";
import { type Declarations, readDeclarations } from "../../codegen/read/declarations.js";
import { toyFunctions } from "./toy-functions.js";

/** Tests run from the root of the repository. */
export const root: string = process.cwd();

const errors = [
  { code: "PATH_NOT_FOUND", kind: "not_found", message: 'no "{path}"', hint: "", condition: "PATH_NOT_FOUND" },
  { code: "USER_FUNCTION_FAILED", kind: "user_code", message: "{type}: {message}", hint: "look at it", condition: "" },
];

export const toyDeclarations = (): Declarations =>
  readDeclarations({
    entry: join(root, "codegen/toy/toy-api.ts"),
    root,
    codes: errors.map(({ code }) => code),
  });

export function toyApi(): Api {
  const { classes, enums } = toyDeclarations();
  const overlays = {
    python: {
      members: ["Box.transform", "functions.handWritten", "Shelf.boxes"],
      classes: { Formula: "kindling.formula" },
    },
  };
  return { version: 1, classes, enums, functions: toyFunctions, errors, overlays };
}
