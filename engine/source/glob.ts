/**
 * Hadoop's path patterns: `*` and `?` (not across `/`), `[abc]`, `[a-z]`, `[^a]` or `[!a]`, `{a,b}` (which may hold
 * `/`), `\x` for the character x itself. A name that starts with a dot is matched like any other.
 */
import { readdir } from "node:fs/promises";
import { EngineError } from "../errors.js";
import { isMissing, readFailure } from "./file-errors.js";

export interface GlobMatches {
  /** False for a plain path, whose absence is another mistake than a pattern without matches. */
  readonly isPattern: boolean;
  /** Paths that match; the last step of a plain ending is not checked against the disk. */
  readonly paths: readonly string[];
}

/** The paths on disk that match an absolute pattern, in no particular order; `call` is the program's method, for messages. */
export async function matchGlob(pattern: string, call = "textFile"): Promise<GlobMatches> {
  try {
    return await matchFlat(expandBraces(pattern));
  } catch (thrown) {
    throw thrown instanceof MalformedPattern ? thrown.toError(call, pattern) : thrown;
  }
}

/** What a pattern lacks, until it is known whose pattern it is. */
class MalformedPattern extends Error {
  readonly expected: string;

  constructor(expected: string) {
    super(expected);
    this.expected = expected;
  }

  toError(call: string, pattern: string): EngineError {
    return new EngineError("INVALID_ARGUMENT", {
      call,
      parameter: "path",
      expected: `a well-formed pattern with ${this.expected}`,
      actual: JSON.stringify(pattern),
    });
  }
}

async function matchFlat(flat: readonly string[]): Promise<GlobMatches> {
  const matches = await Promise.all(flat.map(matchComponents));
  return {
    isPattern: flat.length > 1 || matches.some((match) => match.isPattern),
    paths: matches.flatMap((match) => match.paths),
  };
}

async function matchComponents(pattern: string): Promise<GlobMatches> {
  let paths = [""];
  let isPattern = false;
  for (const component of splitComponents(pattern)) {
    const matcher = componentMatcher(component);
    if (matcher === null) {
      const name = component.replace(/\\(.)/gsu, "$1");
      paths = paths.map((path) => `${path}/${name}`);
      continue;
    }
    isPattern = true;
    const found: string[] = [];
    for (const path of paths) {
      for (const name of await namesIn(path || "/")) if (matcher.test(name)) found.push(`${path}/${name}`);
    }
    paths = found;
  }
  return { isPattern, paths: paths.map((path) => path || "/") };
}

const splitComponents = (pattern: string): string[] => pattern.split("/").filter((component) => component !== "");

/** The names in a directory; none if it is missing or a file. */
async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (thrown) {
    if (isMissing(thrown)) return [];
    throw readFailure(path, thrown);
  }
}

/** `{a/b,c}/d` becomes `a/b/d` and `c/d`, so that no braces hold a slash; other braces stay. */
export function expandBraces(pattern: string): string[] {
  const group = leftmostGroupWithSlash(pattern);
  if (group === null) return [pattern];
  const [before, after] = [pattern.slice(0, group.open), pattern.slice(group.close + 1)];
  return alternatives(pattern.slice(group.open + 1, group.close)).flatMap((one) => expandBraces(before + one + after));
}

function leftmostGroupWithSlash(pattern: string): { readonly open: number; readonly close: number } | null {
  let depth = 0;
  let open = -1;
  let hasSlash = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === "\\") {
      i++;
      if (i >= pattern.length) throw new MalformedPattern("a character after the last backslash");
    } else if (char === "{") {
      if (depth === 0) [open, hasSlash] = [i, false];
      depth++;
    } else if (char === "}" && depth > 0) {
      depth--;
      if (depth === 0 && hasSlash) return { open, close: i };
    } else if (char === "/") hasSlash = true;
  }
  return null;
}

/** The parts between commas that are not inside inner braces. */
function alternatives(body: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < body.length; i++) {
    const char = body[i];
    if (char === "\\") i++;
    else if (char === "{") depth++;
    else if (char === "}") depth--;
    else if (char === "," && depth === 0) {
      parts.push(body.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, body.slice(start)];
}

const quote = (char: string): string => char.replace(/[\^$\\.*+?()[\]{}|/]/u, "\\$&");

/**
 * One component as a regular expression, or null when it has no wildcard. It follows Hadoop's `GlobPattern` step by
 * step, so that its odd corners are the same: `*` and `?` stay wildcards' text inside brackets.
 */
function componentMatcher(component: string): RegExp | null {
  let source = "";
  let inSet = false;
  let depth = 0;
  let hasWildcard = false;
  const chars = [...component];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? "";
    if (char === "\\") {
      const escaped = chars[++i];
      if (escaped === undefined) throw new MalformedPattern("a character after the last backslash");
      source += inSet && escaped === "-" ? "\\-" : quote(escaped);
    } else if (char === "*" || char === "?") {
      source += char === "*" ? ".*" : ".";
      hasWildcard = true;
    } else if (char === "{") {
      source += "(?:";
      depth++;
      hasWildcard = true;
    } else if (char === ",") source += depth > 0 ? "|" : ",";
    else if (char === "}" && depth > 0) {
      source += ")";
      depth--;
    } else if (char === "[") {
      if (inSet) throw new MalformedPattern("every [ closed");
      source += "[";
      inSet = hasWildcard = true;
    } else if (inSet && (char === "^" || char === "!")) source += char === "!" && chars[i - 1] !== "[" ? "!" : "^";
    else if (char === "]" && inSet) {
      // First in its set it stands for itself; JavaScript would take `[]` for the empty set.
      const isFirst = chars[i - 1] === "[" || (chars[i - 2] === "[" && /[\^!]/.test(chars[i - 1] ?? ""));
      source += isFirst ? "\\]" : "]";
      inSet = isFirst;
    } else source += inSet ? char : quote(char);
  }
  if (inSet) throw new MalformedPattern("every [ closed");
  if (depth > 0) throw new MalformedPattern("every { closed");
  if (!hasWildcard) return null;
  try {
    return new RegExp(`^(?:${source})$`, "su");
  } catch {
    throw new MalformedPattern("ranges in order and every [ closed");
  }
}
