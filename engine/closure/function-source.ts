/**
 * The source text of a function, made into an expression that evaluates to the function anywhere.
 *
 * `toString` gives what the author wrote: a method lacks the object around it (`area() {…}`), a class names its
 * superclass by an expression and sets up its static fields anew. `functionSource` puts the method into an object
 * (`({area() {…}}).area`), replaces the superclass by a captured variable, and leaves out public static fields, whose
 * present values travel as data. Edits keep the number of lines, so that lines can be mapped back.
 */

import { parse } from "acorn";
import { type FreeVariable, freeVariables, type Obstacle } from "./free-variables.js";
import {
  assemble,
  edit,
  importName,
  metaName,
  privateStaticName,
  type Rewriting,
  rewriteClass,
  superclassName,
  wrapMethod,
} from "./source-edits.js";
import type { SyntaxNode } from "./syntax-node.js";

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
  const rewriting: Rewriting = {
    text,
    shift,
    edits: [],
    replaced: new Set(),
    extends: false,
    privateStatics: [],
    privateMember: undefined,
  };
  const isClass = root.type === "ClassExpression";
  if (isClass) rewriteClass(root, rewriting);
  const body = method ? (root["value"] as SyntaxNode) : root;
  const { variables, obstacle, moduleNodes } = freeVariables(body, method, rewriting.replaced);
  const all = new Map(variables);
  for (const node of moduleNodes) {
    const [name, end] =
      node.type === "ImportExpression" ? [importName, node.start + "import".length] : [metaName, node.end];
    edit(rewriting, { start: node.start, end, text: name });
    all.set(name, rewritten(name));
  }
  if (rewriting.extends) all.set(superclassName, { ...rewritten(superclassName), early: true });
  for (const name of rewriting.privateStatics) {
    const variable = privateStaticName(name);
    all.set(variable, { ...rewritten(variable), early: true });
  }
  const form = method ? "method" : isClass ? "class" : root.type === "ArrowFunctionExpression" ? "arrow" : "function";
  const wrapping = method ? wrapMethod(root, rewriting) : { before: "(", after: ")" };
  const { expression, stretches } = assemble(rewriting, wrapping);
  return {
    form,
    text,
    expression,
    ownName: ownName(root),
    variables: all,
    obstacle,
    extends: rewriting.extends,
    privateStatics: rewriting.privateStatics,
    privateMember: rewriting.privateMember,
    tokens: parsed.tokens.map((offset) => offset - shift).filter((offset) => offset >= 0 && offset < text.length),
    place: (offset) => {
      const stretch = stretches.find((one) => offset >= one.source && offset < one.source + one.length);
      return stretch && stretch.expression + offset - stretch.source;
    },
  };
}

/** A variable of the rewriting is used as a whole and never assigned. */
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
