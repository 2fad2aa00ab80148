/** Doc comments of declarations: one table says what each tag means. */
import { type JSDocableNode, Node } from "ts-morph";
import type { ApiDefault, ApiDoc } from "../description.js";
import { oneLine, parseDocComment, parseExample } from "./doc-comment.js";
import type { Scope } from "./scope.js";

export type Flag = "awaited" | "eager" | "internal" | "local" | "property" | "value";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a doc comment says of its declaration and, by name, of its parameters. */
export interface Remarks {
  readonly doc: ApiDoc;
  readonly flags: ReadonlySet<Flag>;
  readonly module: string | undefined;
  readonly rights: readonly string[];
  readonly names: Readonly<Record<string, string>>;
  readonly parameters: ReadonlyMap<string, ParameterRemarks>;
}

export interface ParameterRemarks {
  doc?: string;
  passing?: "keyword" | "list";
  default?: ApiDefault;
  names?: Record<string, string>;
}

/** Modules of the clients, by Spark's areas. */
export const modules: readonly string[] = ["core", "sql", "ml", "graph", "streaming", "tensor"];

interface Draft {
  readonly doc: Mutable<ApiDoc> & { throws: { code: string; when: string }[]; examples: Record<string, string> };
  readonly flags: Set<Flag>;
  readonly rights: string[];
  readonly names: Record<string, string>;
  readonly parameters: Map<string, ParameterRemarks>;
  module: string | undefined;
  readonly fail: (problem: string, remedy: string) => void;
  readonly codes: ReadonlySet<string>;
}

const parameter = (draft: Draft, name: string): ParameterRemarks => {
  const remarks = draft.parameters.get(name) ?? {};
  draft.parameters.set(name, remarks);
  return remarks;
};

/** The name under which remarks are kept that name no parameter: those of a field, on itself. */
export const itself = "";

const firstWord = (text: string): [string, string] => {
  const [, word = "", rest = ""] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  return [word, rest];
};

const flag =
  (name: Flag): TagMeaning =>
  (draft) =>
    draft.flags.add(name);

/** `@py NAME` renames the member, `@py parameter=NAME` one parameter; `-` leaves it out of that language. */
const rename =
  (language: string): TagMeaning =>
  (draft, text) => {
    const [, name, other = ""] = /^(?:(\w+)=)?([\w.]+|-)$/.exec(text) ?? [];
    if (other === "") return draft.fail(`cannot read the name in "${text}"`, "write NAME, parameter=NAME or -");
    const given = { [language]: other === "-" ? "" : other };
    if (name === undefined) Object.assign(draft.names, given);
    else parameter(draft, name).names = { ...parameter(draft, name).names, ...given };
  };

const passing =
  (kind: "keyword" | "list"): TagMeaning =>
  (draft, text) => {
    parameter(draft, text).passing = kind;
  };

type TagMeaning = (draft: Draft, text: string) => void;

const tagMeanings: Readonly<Record<string, TagMeaning>> = {
  awaited: flag("awaited"),
  default: (draft, text) => {
    const [first, rest] = firstWord(text);
    const named = rest !== "" && /^[A-Za-z_]\w*$/.test(first) && !['"', "'"].includes(text[0] ?? "");
    const value = literal(named ? rest : text);
    if (value === undefined) return draft.fail(`@default ${text} is no JSON value`, "write @default parameter value");
    parameter(draft, named ? first : itself).default = { kind: "value", value };
  },
  deprecated: (draft, text) => {
    draft.doc.deprecated = oneLine(text);
  },
  eager: flag("eager"),
  example: (draft, text) => {
    const example = parseExample(text);
    if (example === null) return draft.fail("cannot read the example", "write it as ```language … ```");
    const earlier = draft.doc.examples[example.language];
    draft.doc.examples[example.language] = earlier === undefined ? example.code : `${earlier}\n\n${example.code}`;
  },
  internal: flag("internal"),
  java: rename("java"),
  keyword: passing("keyword"),
  list: passing("list"),
  local: flag("local"),
  module: (draft, text) => {
    draft.module = text;
    if (!modules.includes(text)) draft.fail(`module "${text}" is not known`, `use one of ${modules.join(", ")}`);
  },
  param: (draft, text) => {
    const [name, rest] = firstWord(text);
    parameter(draft, name).doc = oneLine(rest.replace(/^-\s+/, ""));
  },
  property: flag("property"),
  py: rename("python"),
  r: rename("r"),
  returns: (draft, text) => {
    draft.doc.returns = oneLine(text);
  },
  rights: (draft, text) => draft.rights.push(...text.split(/[\s,]+/)),
  scala: rename("scala"),
  source: (draft, text) => {
    draft.doc.source = oneLine(text);
  },
  throws: (draft, text) => {
    const [code, when] = firstWord(text);
    draft.doc.throws.push({ code, when: oneLine(when) });
    if (!draft.codes.has(code))
      draft.fail(`@throws ${code} is not in the error table`, "name a code of engine/errors.ts");
  },
  unset: (draft, text) => {
    parameter(draft, text).default = { kind: "unset" };
  },
  value: flag("value"),
};

function literal(text: string): string | number | boolean | null | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? undefined : (value as string | number | boolean | null);
  } catch {
    return undefined;
  }
}

/** The last doc comment above a declaration; the first declaration that has one, of several. */
export function readRemarks(nodes: readonly Node[], member: string, scope: Scope): Remarks {
  const documented = nodes.find((node) => commentOf(node) !== undefined);
  const node = documented ?? nodes[0];
  const comment = parseDocComment((documented && commentOf(documented)) ?? "");
  const draft: Draft = {
    doc: {
      summary: comment.summary,
      details: comment.details,
      returns: "",
      throws: [],
      source: "",
      deprecated: "",
      examples: {},
    },
    flags: new Set(),
    rights: [],
    names: {},
    parameters: new Map(),
    module: undefined,
    fail: (problem, remedy) => node && scope.failures.add(node, member, problem, remedy),
    codes: scope.codes,
  };
  for (const { name, text } of comment.tags) {
    const meaning = Object.hasOwn(tagMeanings, name) ? tagMeanings[name] : undefined;
    if (meaning) meaning(draft, text);
    else draft.fail(`the tag @${name} is not known`, `use one of ${Object.keys(tagMeanings).join(", ")}`);
  }
  return draft;
}

function commentOf(node: Node): string | undefined {
  const docable = Node.isVariableDeclaration(node) ? node.getVariableStatement() : node;
  if (docable === undefined || !Node.isJSDocable(docable)) return undefined;
  return (docable as JSDocableNode).getJsDocs().at(-1)?.getInnerText();
}

/** Only the flags; for a look at a declaration that may be left out, without failures of its other tags. */
export const isInternal = (node: Node): boolean => /^\s*@internal\b/m.test(commentOf(node) ?? "");
