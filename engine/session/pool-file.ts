/**
 * The file of `spark.scheduler.allocation.file`, which describes fair pools:
 *
 *     <allocations>
 *       <pool name="production"><schedulingMode>FAIR</schedulingMode><weight>2</weight><minShare>3</minShare></pool>
 *     </allocations>
 *
 * The few elements that it may hold are read here; whatever else stands in it is refused with its line.
 */
import { readFileSync } from "node:fs";
import { EngineError } from "../errors.js";
import type { PoolSettings } from "../schedule/settings.js";
import { inputPatterns } from "../source/text-paths.js";
import { choice, type SettingKind, whole } from "./setting-value.js";

const key = "spark.scheduler.allocation.file";

/** An element with its text; only elements without children have one. */
interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  readonly line: number;
  text: string;
}

const bad = (path: string, reason: string): EngineError =>
  new EngineError("CORRUPT_INPUT", { path, format: key, reason });

/** The pools of a file; none where there is no file. */
export function poolsOf(file: string | null, workingDirectory: string): readonly PoolSettings[] {
  if (file === null) return [];
  const [path = file] = inputPatterns(file, workingDirectory, key);
  return parsePools(textOf(path), path);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new EngineError("PATH_NOT_FOUND", { path });
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("PATH_NOT_READABLE", { path, reason }, { cause: error });
  }
}

/** The pools that the text of a file describes; `path` is for messages. */
export function parsePools(text: string, path: string): readonly PoolSettings[] {
  const root = parse(text, path);
  if (root.name !== "allocations") throw bad(path, `line ${root.line}: <allocations> comes first, not <${root.name}>`);
  return root.children.map((pool) => poolOf(pool, path));
}

const fields = {
  schedulingMode: choice("FIFO", "FAIR"),
  weight: whole({ from: 1 }),
  minShare: whole({ from: 0 }),
} as const;

function poolOf(element: Element, path: string): PoolSettings {
  const { line, children } = element;
  const name = element.attributes.get("name");
  if (element.name !== "pool" || !name)
    throw bad(path, `line ${line}: expected <pool name="…">, not <${element.name}>`);
  const unknown = children.find((child) => !(child.name in fields));
  if (unknown) throw bad(path, `line ${unknown.line}: a pool has no <${unknown.name}>`);
  const value = <T>(field: keyof typeof fields, kind: SettingKind<T>, standard: T): T => {
    const found = children.find((child) => child.name === field);
    const read = found ? kind.read(found.text.trim()) : standard;
    if (read === undefined) throw bad(path, `line ${found?.line}: ${field} must be ${kind.expected}`);
    return read;
  };
  return {
    name,
    mode: value("schedulingMode", fields.schedulingMode, "FIFO"),
    weight: value("weight", fields.weight, 1),
    minShare: value("minShare", fields.minShare, 0),
  };
}

/** Prolog, comment, closing tag, opening or empty tag, text. */
const tokens =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<\/([\w.-]+)\s*>|<([\w.-]+)((?:\s+[\w.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|[^<]+/y;

/** The one element of a document. */
function parse(text: string, path: string): Element {
  const top: Element = { name: "", attributes: new Map(), children: [], line: 1, text: "" };
  const open: Element[] = [top];
  let line = 1;
  for (let at = 0; at < text.length; at = tokens.lastIndex) {
    tokens.lastIndex = at;
    const token = tokens.exec(text);
    const inner = open.at(-1) as Element;
    if (!token) throw bad(path, `line ${line}: it is not a document of XML that this setting takes`);
    const [whole, closed, opened, attributes = "", empty] = token;
    if (closed !== undefined) {
      if (inner.name !== closed) throw bad(path, `line ${line}: </${closed}> closes nothing`);
      open.pop();
    } else if (opened !== undefined) {
      const child = { name: opened, attributes: attributesOf(attributes), children: [], line, text: "" };
      inner.children.push(child);
      if (empty !== "/") open.push(child);
    } else if (!whole.startsWith("<")) inner.text += unescaped(whole);
    line += whole.split("\n").length - 1;
  }
  const [root] = top.children;
  if (!root || open.length > 1) throw bad(path, root ? `<${open.at(-1)?.name}> is not closed` : "it is empty");
  return root;
}

const attributesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, name = "", double, single]) => [
      name,
      unescaped(double ?? single ?? ""),
    ]),
  );

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&(\w+);/g, (written, name: string) => entities[name] ?? written);
