/**
 * The source text of a function, made into an expression that evaluates to the function anywhere.
 *
 * `toString` gives what the author wrote: a method lacks the object around it (`area() {…}`), a class names its
 * superclass by an expression and sets up its static fields anew. `functionSource` puts the method into an object
 * (`({area() {…}}).area`), replaces the superclass by a captured variable, and leaves out public static fields, whose
 * present values travel as data. Edits keep the number of lines, so that lines can be mapped back.
 */

import { parse } from "acorn";
import { type FreeVariable, freeVariables, type Obstacle, type SyntaxNode } from "./free-variables.js";

/** Names that only rewritten source uses. */
export const superclassName = "$kindling_super";
export const importName = "$kindling_import";
export const metaName = "$kindling_meta";
export const privateStaticName = (name: string): string => `$kindling_static_${name}`;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A stretch of the expression that is copied from the source: from `source` on, `length` characters. */
interface Stretch {
  readonly expression: number;
  readonly source: number;
  readonly length: number;
}

export interface FunctionSource {
  readonly form: "function" | "arrow" | "method" | "class";
  /** The source text as it was. */
  readonly text: string;
  /** Evaluates to the function once the free variables are bound. */
  readonly expression: string;
  /** The name the source itself gives, if it does. */
  readonly ownName: string | undefined;
  readonly variables: ReadonlyMap<string, FreeVariable>;
  readonly obstacle: Obstacle | undefined;
  /** Classes: whether there is an `extends`, and which static fields are private. */
  readonly extends: boolean;
  readonly privateStatics: readonly string[];
  /** Classes: the first private member that instances have; such instances cannot be copied. */
  readonly privateMember: string | undefined;
  /** Offsets in `text` where tokens start, in order. */
  readonly tokens: readonly number[];
  /** Where an offset of `text` went in `expression`; undefined for what was left out. */
  readonly place: (offset: number) => number | undefined;
}

const cache = new Map<string, FunctionSource>();
const maxCachedSources = 1000;

/** The analysed source of a function; sources seen before are not parsed again. */
export function functionSource(text: string): FunctionSource {
  const known = cache.get(text);
  if (known) return known;
  const analysed = analyse(text);
  if (cache.size >= maxCachedSources) cache.clear();
  cache.set(text, analysed);
  return analysed;
}

interface Parsed {
  /** The function or class, or the object literal's property that holds the method. */
  readonly root: SyntaxNode;
  readonly method: boolean;
  /** How many characters were put before the text for parsing it. */
  readonly shift: number;
  readonly tokens: number[];
}

function analyse(text: string): FunctionSource {
  const parsed = parseFunction(text);
  if ("remedy" in parsed) return unreadable(text, parsed);
  const { root, method, shift } = parsed;
  const plan: Plan = {
    text,
    shift,
    edits: [],
    replaced: new Set(),
    extends: false,
    privateStatics: [],
    privateMember: undefined,
  };
  const isClass = root.type === "ClassExpression";
  if (isClass) planClass(root, plan);
  const body = method ? (root["value"] as SyntaxNode) : root;
  const { variables, obstacle, moduleNodes } = freeVariables(body, method, plan.replaced);
  const all = new Map(variables);
  for (const node of moduleNodes) {
    const [name, end] =
      node.type === "ImportExpression" ? [importName, node.start + "import".length] : [metaName, node.end];
    edit(plan, { start: node.start, end, text: name });
    all.set(name, rewritten(name));
  }
  if (plan.extends) all.set(superclassName, { ...rewritten(superclassName), early: true });
  for (const name of plan.privateStatics) {
    const variable = privateStaticName(name);
    all.set(variable, { ...rewritten(variable), early: true });
  }
  const form = method ? "method" : isClass ? "class" : root.type === "ArrowFunctionExpression" ? "arrow" : "function";
  const wrapping = method ? wrapMethod(root, plan) : { before: "(", after: ")" };
  const { expression, stretches } = assemble(plan, wrapping);
  return {
    form,
    text,
    expression,
    ownName: ownName(root),
    variables: all,
    obstacle,
    extends: plan.extends,
    privateStatics: plan.privateStatics,
    privateMember: plan.privateMember,
    tokens: parsed.tokens.map((offset) => offset - shift).filter((offset) => offset >= 0 && offset < text.length),
    place: (offset) => {
      const stretch = stretches.find((one) => offset >= one.source && offset < one.source + one.length);
      return stretch && stretch.expression + offset - stretch.source;
    },
  };
}

/** A property of the rewriting is used as a whole and never assigned. */
const rewritten = (name: string): FreeVariable => ({ name, members: null, written: false, early: false });

function ownName(root: SyntaxNode): string | undefined {
  const id = root["id"] as SyntaxNode | null | undefined;
  return id ? String(id["name"]) : undefined;
}

/** As an expression; if that is not possible, as a member of an object. */
function parseFunction(text: string): Parsed | Obstacle {
  const wholeTokens: number[] = [];
  const whole = tryParse(`(${text}\n)`, wholeTokens);
  if (!isObstacle(whole)) return { root: whole, method: false, shift: 1, tokens: wholeTokens };
  const memberTokens: number[] = [];
  const object = tryParse(`({${text}\n})`, memberTokens);
  if (isObstacle(object)) return whole;
  const root = (object["properties"] as SyntaxNode[])[0];
  return root ? { root, method: true, shift: 2, tokens: memberTokens } : whole;
}

const isObstacle = (result: SyntaxNode | Obstacle): result is Obstacle => "remedy" in result;

function tryParse(text: string, tokens: number[]): SyntaxNode | Obstacle {
  try {
    const program = parse(text, {
      ecmaVersion: "latest",
      allowImportExportEverywhere: true,
      allowSuperOutsideMethod: true,
      checkPrivateFields: false,
      onToken: (token) => tokens.push(token.start),
    });
    const statement = program.body[0] as unknown as SyntaxNode;
    return statement["expression"] as SyntaxNode;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const reason = message.includes("new.target")
      ? "it uses new.target of the function around it"
      : `its source cannot be parsed (${message})`;
    return { reason, remedy: "write it as a plain function or arrow function" };
  }
}

function unreadable(text: string, obstacle: Obstacle): FunctionSource {
  return {
    form: "function",
    text,
    expression: "",
    ownName: undefined,
    variables: new Map(),
    obstacle,
    extends: false,
    privateStatics: [],
    privateMember: undefined,
    tokens: [],
    place: () => undefined,
  };
}

interface Plan {
  readonly text: string;
  readonly shift: number;
  readonly edits: Edit[];
  readonly replaced: Set<unknown>;
  readonly privateStatics: string[];
  extends: boolean;
  privateMember: string | undefined;
}

/** Replaces a stretch of the parsed text, keeping its line breaks. */
function edit(plan: Plan, { start, end, text }: Edit): void {
  const removed = plan.text.slice(start - plan.shift, end - plan.shift);
  const breaks = "\n".repeat(removed.split("\n").length - 1);
  plan.edits.push({ start: start - plan.shift, end: end - plan.shift, text: text + breaks });
}

function planClass(root: SyntaxNode, plan: Plan): void {
  const superclass = root["superClass"] as SyntaxNode | null;
  if (superclass) {
    plan.extends = true;
    plan.replaced.add(superclass);
    const body = root["body"] as SyntaxNode;
    edit(plan, { start: heritageStart(root, superclass, plan), end: body.start, text: ` ${superclassName} ` });
  }
  for (const member of (root["body"] as SyntaxNode)["body"] as SyntaxNode[]) planMember(member, plan);
}

/** Just behind `extends`: the superclass may stand in parentheses, which are no part of its node. */
function heritageStart(root: SyntaxNode, superclass: SyntaxNode, plan: Plan): number {
  const before = plan.text.slice(root.start - plan.shift, superclass.start - plan.shift);
  return root.start + before.lastIndexOf("extends") + "extends".length;
}

function planMember(member: SyntaxNode, plan: Plan): void {
  const key = member["key"] as SyntaxNode | undefined;
  const isPrivate = key?.type === "PrivateIdentifier";
  const isStatic = member["static"] === true || member.type === "StaticBlock";
  if (isPrivate && !isStatic) plan.privateMember ??= String(key["name"]);
  if (member.type === "StaticBlock") {
    plan.replaced.add(member);
    edit(plan, { start: member.start, end: member.end, text: "" });
  } else if (member.type === "PropertyDefinition" && isStatic && !isPrivate) {
    plan.replaced.add(member);
    edit(plan, { start: member.start, end: member.end, text: ";" });
  } else if (member.type === "PropertyDefinition" && isStatic && key) {
    const name = String(key["name"]);
    plan.privateStatics.push(name);
    plan.replaced.add(member["value"]);
    edit(plan, { start: key.end, end: member.end, text: ` = ${privateStaticName(name)};` });
  }
}

/** A key that is computed or private is replaced by its name in quotes; access is by that name. */
function wrapMethod(root: SyntaxNode, plan: Plan): { readonly before: string; readonly after: string } {
  const key = root["key"] as SyntaxNode;
  let name = key.type === "Identifier" ? String(key["name"]) : String(key["value"]);
  if (root["computed"] || key.type === "PrivateIdentifier") {
    name = "member";
    plan.replaced.add(key);
    const { start, end } = root["computed"] ? brackets(key, plan) : key;
    edit(plan, { start, end, text: JSON.stringify(name) });
  }
  const quoted = JSON.stringify(name);
  const accessor = root["kind"] === "get" || root["kind"] === "set";
  return accessor
    ? { before: "Object.getOwnPropertyDescriptor({", after: `}, ${quoted}).${String(root["kind"])}` }
    : { before: "({", after: `})[${quoted}]` };
}

function brackets(key: SyntaxNode, plan: Plan): { readonly start: number; readonly end: number } {
  const start = plan.text.lastIndexOf("[", key.start - plan.shift) + plan.shift;
  return { start, end: plan.text.indexOf("]", key.end - plan.shift) + 1 + plan.shift };
}

interface Assembled {
  readonly expression: string;
  readonly stretches: readonly Stretch[];
}

function assemble(plan: Plan, { before, after }: { readonly before: string; readonly after: string }): Assembled {
  const stretches: Stretch[] = [];
  let expression = before;
  let at = 0;
  const keep = (end: number): void => {
    stretches.push({ expression: expression.length, source: at, length: end - at });
    expression += plan.text.slice(at, end);
  };
  for (const { start, end, text } of plan.edits.toSorted((left, right) => left.start - right.start)) {
    keep(start);
    expression += text;
    at = end;
  }
  keep(plan.text.length);
  return { expression: `${expression}\n${after}`, stretches };
}
