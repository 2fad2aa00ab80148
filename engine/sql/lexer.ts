/** SQL text as tokens, by Spark's lexical rules. */

import type { DataType } from "../data/data-type.js";
import { type CallSite, EngineError } from "../errors.js";
import type { LiteralValue, Position } from "../plan/expr.js";

export type Token = { readonly at: Position; readonly text: string } & (
  | { readonly kind: "word" }
  /** A name in back-quotes. */
  | { readonly kind: "name"; readonly value: string }
  | { readonly kind: "literal"; readonly value: Exclude<LiteralValue, null>; readonly type: DataType }
  | { readonly kind: "symbol" }
  | { readonly kind: "end" }
);

/** A query text and the call that holds it, for errors. */
export interface SqlSource {
  readonly text: string;
  readonly site: CallSite | null;
}

/** An error at a place of the text. */
export function syntaxError(source: SqlSource, at: Position, reason: string): EngineError {
  const { text, site } = source;
  return new EngineError("SQL_SYNTAX", { reason }, { origin: { sql: { text, ...at }, ...(site && { site }) } });
}

const blank = /\s+|--[^\n]*/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:BD|bd|[LlDdSsYyFf])?(?![A-Za-z0-9_])/y;
const text = /[rR]'[^']*'|[rR]"[^"]*"|'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"/y;
const backQuoted = /`(?:[^`]|``)*`/y;
const symbol = /<=>|<>|!=|==|<=|>=|\|\||::|[-+*/%=<>(),.;!&|^~[\]{}?:@]/y;

const maxInt = 2n ** 31n - 1n;
const maxLong = 2n ** 63n - 1n;

type Read = (
  text: string,
  fail: (reason: string) => EngineError,
) => Token extends infer T ? Partial<T> & { kind: Token["kind"] } : never;

const unsupportedNumbers: Readonly<Record<string, string>> = { s: "smallint", y: "tinyint", f: "float", bd: "decimal" };

const readNumber: Read = (source, fail) => {
  const [, digits = "", suffix = ""] = /^(.*?)(BD|[LDSYF])?$/i.exec(source) ?? [];
  const unsupported = unsupportedNumbers[suffix.toLowerCase()];
  if (unsupported) throw fail(`the type ${unsupported} of ${source} is not supported`);
  if (/[dD]/.test(suffix) || (/[eE]/.test(digits) && suffix === ""))
    return { kind: "literal", value: Number(digits), type: { kind: "double" } };
  if (/[.eE]/.test(digits)) throw fail(`the type decimal of ${source} is not supported: write ${digits}D for a double`);
  const value = BigInt(digits);
  if (value > maxLong + 1n) throw fail(`the type decimal of ${source} is not supported`);
  const type: DataType = suffix === "" && value <= maxInt ? { kind: "int" } : { kind: "bigint" };
  return { kind: "literal", value: value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value, type };
};

const escapes: Readonly<Record<string, string>> = {
  0: "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\u001a",
  "%": "\\%",
  _: "\\_",
};

function readEscape(code: string): string {
  if (/^[uU]/.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
  if (/^[01][0-7]{2}$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
  return escapes[code] ?? code;
}

function unquote(source: string): string {
  const quote = source.at(-1) ?? "'";
  if (/^[rR]/.test(source)) return source.slice(2, -1);
  const escapeCode = /\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[01][0-7]{2}|[\s\S])/g;
  return source
    .slice(1, -1)
    .split(quote + quote)
    .map((part) => part.replace(escapeCode, (_, code: string) => readEscape(code)))
    .join(quote);
}

const readers: readonly (readonly [pattern: RegExp, read: Read])[] = [
  [text, (source) => ({ kind: "literal", value: unquote(source), type: { kind: "string" } })],
  [number, readNumber],
  [word, () => ({ kind: "word" })],
  [backQuoted, (source) => ({ kind: "name", value: source.slice(1, -1).replaceAll("``", "`") })],
  [symbol, () => ({ kind: "symbol" })],
];

const match = (pattern: RegExp, source: string, offset: number): string | undefined => {
  pattern.lastIndex = offset;
  return pattern.exec(source)?.[0];
};

/** The end of a comment that starts at `offset`; comments nest. */
function skipComment(source: string, offset: number): number | null {
  let depth = 0;
  for (let i = offset; i < source.length; i++) {
    if (source.startsWith("/*", i)) {
      depth++;
      i++;
    } else if (source.startsWith("*/", i)) {
      depth--;
      i++;
      if (depth === 0) return i + 1;
    }
  }
  return null;
}

/** The position of an offset, from 1. */
function positions(source: string): (offset: number) => Position {
  let [line, lineStart, seen] = [1, 0, 0];
  return (offset) => {
    for (; seen < offset; seen++) {
      if (source[seen] === "\n") [line, lineStart] = [line + 1, seen + 1];
    }
    return { line, column: offset - lineStart + 1 };
  };
}

/** All tokens of a text, the last of kind `end`. */
export function tokenize(source: SqlSource): Token[] {
  const tokens: Token[] = [];
  const positionOf = positions(source.text);
  let offset = 0;
  while (offset < source.text.length) {
    const skipped = match(blank, source.text, offset);
    if (skipped !== undefined) {
      offset += skipped.length;
      continue;
    }
    const at = positionOf(offset);
    if (source.text.startsWith("/*", offset)) {
      const end = skipComment(source.text, offset);
      if (end === null) throw syntaxError(source, at, "a comment that starts here is not closed");
      offset = end;
      continue;
    }
    const token = readToken(source, offset, at);
    tokens.push(token);
    offset += token.text.length;
  }
  return [...tokens, { kind: "end", text: "", at: positionOf(offset) }];
}

function readToken(source: SqlSource, offset: number, at: Position): Token {
  const fail = (reason: string): EngineError => syntaxError(source, at, reason);
  for (const [pattern, read] of readers) {
    const found = match(pattern, source.text, offset);
    if (found !== undefined) return { ...read(found, fail), text: found, at } as Token;
  }
  const char = String.fromCodePoint(source.text.codePointAt(offset) ?? 0);
  throw fail(/['"`]/.test(char) ? "a quote that starts here is not closed" : `the character ${char} cannot stand here`);
}
