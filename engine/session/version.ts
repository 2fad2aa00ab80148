/** The version of this package. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The nearest `package.json` above this file: files run from `dist/engine` and from `engine`. */
function packageFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, "package.json");
}

let known: string | null = null;

/** Three numbers, such as `1.2.3`. */
export function version(): string {
  known ??= (JSON.parse(readFileSync(packageFile(), "utf8")) as { readonly version: string }).version;
  return known;
}
