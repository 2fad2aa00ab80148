/** The files that functions were defined in: their text, their imports, and the lines their author wrote. */

import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parse } from "acorn";
import { listScripts, type ParsedScript, type ScriptPlace } from "./inspector.js";
import type { SyntaxNode } from "./syntax-node.js";

export interface ImportedName {
  readonly specifier: string;
  /** The exported name; `*` for the namespace. */
  readonly name: string;
}

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export class Script {
  /** The file's path; empty for code that came from no file. */
  readonly file: string;
  readonly url: string;
  readonly text: string;
  readonly #parsed: ParsedScript;
  #imports: ReadonlyMap<string, ImportedName> | undefined;
  #lineStarts: readonly number[] | undefined;
  #sourceMap: SourceMap | null | undefined;

  constructor(parsed: ParsedScript, text: string) {
    this.#parsed = parsed;
    this.text = text;
    this.file = filePath(parsed.url);
    this.url = this.file === "" ? parsed.url : pathToFileURL(this.file).href;
  }

  /** Whether the code is part of Node itself. */
  get builtin(): boolean {
    return this.#parsed.url.startsWith("node:");
  }

  /** Whether all code of the script is strict because it says so at its beginning. */
  get strict(): boolean {
    return /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*["']use strict["']/.test(this.text);
  }

  /** What a name of the module's scope was imported from. */
  importOf(name: string): ImportedName | undefined {
    this.#imports ??= importsOf(this.text);
    return this.#imports.get(name);
  }

  /** The offset in the text at which `source` stands, for a function that V8 places at `place`. */
  offsetOf(source: string, place: ScriptPlace): number | undefined {
    const line = place.lineNumber - this.#parsed.startLine;
    const shift = line === 0 ? this.#parsed.startColumn : 0;
    const inside = (this.#starts()[line] ?? 0) + place.columnNumber - shift;
    const offset = this.text.lastIndexOf(source, inside);
    return offset >= 0 && offset + source.length >= inside ? offset : undefined;
  }

  /** The place in the author's own file of an offset in the text. */
  placeAt(offset: number): Place {
    const starts = this.#starts();
    const line = lineAt(starts, offset);
    const column = offset - (starts[line] ?? 0);
    this.#sourceMap ??= loadSourceMap(this.#parsed.sourceMapURL, this.file);
    const entry = this.#sourceMap?.findEntry(line, column);
    if (entry && "originalSource" in entry && entry.originalSource)
      return { file: originalFile(entry.originalSource, this.file), line: entry.originalLine + 1 };
    return { file: this.file, line: line + this.#parsed.startLine + 1 };
  }

  get mapped(): boolean {
    this.#sourceMap ??= loadSourceMap(this.#parsed.sourceMapURL, this.file);
    return this.#sourceMap !== null;
  }

  #starts(): readonly number[] {
    this.#lineStarts ??= lineStarts(this.text);
    return this.#lineStarts;
  }
}

const scripts = new Map<string, Script>();

/** The script a function stands in. The first call for a new script takes some milliseconds, later ones none. */
export function scriptOf(scriptId: string): Script | undefined {
  if (!scripts.has(scriptId))
    for (const parsed of listScripts((script) => script.scriptId === scriptId || isUserFile(script)))
      if (!scripts.has(parsed.scriptId)) scripts.set(parsed.scriptId, new Script(parsed, parsed.text ?? ""));
  return scripts.get(scriptId);
}

/** Their functions will be asked for next. */
const isUserFile = ({ scriptId, url }: ParsedScript): boolean =>
  !scripts.has(scriptId) && url.startsWith("file:") && !url.includes("/node_modules/");

function filePath(url: string): string {
  if (url.startsWith("file:")) return fileURLToPath(url.replace(/[?#].*$/, ""));
  return url.startsWith("/") || /^[A-Za-z]:\\/.test(url) ? url : "";
}

/** Offsets at which lines start. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The line, from 0, that an offset lies in. */
export function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function importsOf(text: string): ReadonlyMap<string, ImportedName> {
  const names = new Map<string, ImportedName>();
  for (const statement of moduleBody(text)) {
    if (statement.type !== "ImportDeclaration") continue;
    const specifier = String((statement["source"] as SyntaxNode)["value"]);
    for (const one of statement["specifiers"] as SyntaxNode[])
      names.set(nameOf(one["local"]), { specifier, name: importedName(one) });
  }
  return names;
}

function importedName(specifier: SyntaxNode): string {
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  return specifier.type === "ImportDefaultSpecifier" ? "default" : nameOf(specifier["imported"]);
}

const nameOf = (node: unknown): string => String((node as SyntaxNode)["name"] ?? (node as SyntaxNode)["value"]);

function moduleBody(text: string): readonly SyntaxNode[] {
  try {
    const program = parse(text, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true });
    return program.body as unknown as SyntaxNode[];
  } catch {
    return []; // A script, not a module: it has no import declarations.
  }
}

/** The map that a script names: inside its own text, or in a file beside it; null when there is none to read. */
function loadSourceMap(mapUrl: string | undefined, file: string): SourceMap | null {
  if (!mapUrl) return null;
  try {
    const inline = /^data:[^,]*?(;base64)?,(.*)$/s.exec(mapUrl);
    const json = inline
      ? Buffer.from(decodeURIComponent(inline[2] ?? ""), inline[1] ? "base64" : "utf8").toString()
      : readFileSync(
          mapUrl.startsWith("file:") ? fileURLToPath(mapUrl) : resolve(dirname(file), decodeURIComponent(mapUrl)),
          "utf8",
        );
    return new SourceMap(JSON.parse(json) as SourceMapPayload);
  } catch {
    return null;
  }
}

function originalFile(source: string, generated: string): string {
  return source.startsWith("file:") ? fileURLToPath(source) : resolve(dirname(generated), source);
}
