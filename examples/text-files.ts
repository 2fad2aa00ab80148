/** Real text that every checkout has: the documentation of its packages. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

const isText = (name: string): boolean => /\.(md|txt)$/i.test(name) || /^(licen[cs]e|copying|notice)/i.test(name);

/** Paths of all text files below a directory, sorted. Names with commas, which `textFile` would cut, are left out. */
export function textFilesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && isText(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[,*?[\]{}\\]/.test(path) && !/\/[._]/.test(path.slice(directory.length)))
    .sort();
}
