/** Reads declarations given as text. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Declarations, readDeclarations } from "../../codegen/read/declarations.js";

/** `files` by name; the entry is `api.ts`. */
export function readText(files: Readonly<Record<string, string>>): Declarations {
  const folder = mkdtempSync(join(tmpdir(), "kindling-read-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return readDeclarations({ entry: join(folder, "api.ts"), root: folder, codes: ["PATH_NOT_FOUND"] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Members of a documented class `A`, from line 3 on. */
export const inClass = (members: string): Readonly<Record<string, string>> => ({
  "api.ts": `/** A. */\nexport class A {\n${members}\n}`,
});
