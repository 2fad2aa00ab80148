/**
 * Expressions, by precedence climbing (Pratt): each operator has a binding power, from `or` up to `::`. For example in
 * `not a + 1 = 2 and b` the plus binds before the equality, that before `not`, and that before `and`.
 */
import { typeByName } from "../data/type-table.js";
import { type CallSite, EngineError } from "../errors.js";
import type { Expr, Position } from "../plan/expr.js";
import { quoteName } from "../resolve/column-name.js";
import type { Token } from "./lexer.js";
import { TokenStream } from "./token-stream.js";

const power = { or: 1, and: 2, not: 3, predicate: 4, comparison: 5, sum: 6, product: 7, sign: 8, cast: 9 } as const;

/** Words that cannot be a column or an alias without back-quotes. */
export const reservedWords: ReadonlySet<string> = new Set(
  (
    "SELECT FROM WHERE GROUP HAVING ORDER LIMIT OFFSET UNION INTERSECT EXCEPT MINUS JOIN INNER LEFT RIGHT FULL CROSS ON USING " +
    "AND OR NOT IN BETWEEN LIKE RLIKE IS CASE WHEN THEN ELSE END CAST DISTINCT ALL AS ASC DESC NULLS WITH VALUES LATERAL"
  ).split(" "),
);

const call = (fn: string, args: readonly Expr[], at: Position): Expr => ({ kind: "call", fn, args, at });

type Infix = readonly [power: number, parse: (stream: TokenStream, left: Expr, operator: Token) => Expr];

const binary = (own: number, fn?: string): Infix => [
  own,
  (stream, left, { text, at }) => call(fn ?? text.toLowerCase(), [left, parseExpr(stream, own)], at),
];

/** Operators that stand behind their first operand. */
const infixes: Readonly<Record<string, Infix>> = {
  OR: binary(power.or),
  AND: binary(power.and),
  "=": binary(power.comparison),
  "==": binary(power.comparison, "="),
  "<=>": binary(power.comparison),
  "<>": binary(power.comparison),
  "!=": binary(power.comparison, "<>"),
  "<": binary(power.comparison),
  "<=": binary(power.comparison),
  ">": binary(power.comparison),
  ">=": binary(power.comparison),
  "+": binary(power.sum),
  "-": binary(power.sum),
  "||": binary(power.sum, "concat"),
  "*": binary(power.product),
  "/": binary(power.product),
  "%": binary(power.product),
  IS: [power.predicate, parseIs],
  IN: [power.predicate, parseIn],
  BETWEEN: [power.predicate, parseBetween],
  NOT: [power.predicate, parseNegated],
  "::": [power.cast, (stream, left, { at }) => ({ kind: "cast", child: left, type: parseType(stream), at })],
};

function parseIs(stream: TokenStream, left: Expr, { at }: Token): Expr {
  const negated = stream.accept("NOT");
  if (stream.accept("NULL")) return call(negated ? "isnotnull" : "isnull", [left], at);
  if (!stream.accept("DISTINCT", "FROM")) throw stream.unexpected("NULL or DISTINCT FROM");
  const same = call("<=>", [left, parseExpr(stream, power.predicate)], at);
  return negated ? same : call("not", [same], at);
}

function parseIn(stream: TokenStream, left: Expr, { at }: Token): Expr {
  stream.expect("(");
  return call("in", [left, ...parseList(stream)], at);
}

function parseBetween(stream: TokenStream, left: Expr, { at }: Token): Expr {
  const low = parseExpr(stream, power.predicate);
  stream.expect("AND");
  return call("between", [left, low, parseExpr(stream, power.predicate)], at);
}

/** `x NOT IN (…)`, `x NOT BETWEEN … AND …`. */
function parseNegated(stream: TokenStream, left: Expr, { at }: Token): Expr {
  const operator = stream.take();
  const [, parse] = infixes[operator.text.toUpperCase()] ?? [];
  if (parse !== parseIn && parse !== parseBetween) throw stream.fail(operator, "expected IN or BETWEEN after NOT");
  return call("not", [parse(stream, left, operator)], at);
}

/** Expressions between commas up to the closing parenthesis, which is taken. */
function parseList(stream: TokenStream): Expr[] {
  const list: Expr[] = [];
  if (stream.accept(")")) return list;
  do list.push(parseExpr(stream, 0));
  while (stream.accept(","));
  stream.expect(")");
  return list;
}

type Prefix = (stream: TokenStream, token: Token) => Expr;

const constant =
  (value: boolean | null): Prefix =>
  (_, { at }) => ({ kind: "literal", value, type: { kind: value === null ? "string" : "boolean" }, at });

/** What an expression can start with, apart from names and literals. */
const prefixes: Readonly<Record<string, Prefix>> = {
  NOT: (stream, { at }) => call("not", [parseExpr(stream, power.not)], at),
  "!": (stream, { at }) => call("not", [parseExpr(stream, power.not)], at),
  "-": parseMinus,
  "+": (stream) => parseExpr(stream, power.sign),
  "(": (stream) => {
    if (stream.is("SELECT")) throw stream.fail(stream.peek(), "a query inside an expression is not supported");
    const inner = parseExpr(stream, 0);
    stream.expect(")");
    return inner;
  },
  TRUE: constant(true),
  FALSE: constant(false),
  NULL: constant(null),
  CAST: parseCast,
  CASE: (stream, token) => {
    throw stream.fail(token, "CASE is not supported: use if(condition, value, otherwise)");
  },
};

/** A minus before a number is part of it, so that the smallest bigint can be written. */
function parseMinus(stream: TokenStream, { at }: Token): Expr {
  const token = stream.peek();
  if (token.kind === "literal" && typeof token.value !== "string" && typeof token.value !== "boolean") {
    stream.take();
    const value = -token.value;
    const isInt = value === -(2 ** 31) && !/[lL]$/.test(token.text) && token.type.kind === "bigint";
    const literal: Expr = { kind: "literal", value, type: isInt ? { kind: "int" } : token.type, at };
    return climb(stream, literal, power.sign);
  }
  return call("-", [parseExpr(stream, power.sign)], at);
}

function parseCast(stream: TokenStream, { at }: Token): Expr {
  stream.expect("(");
  const child = parseExpr(stream, 0);
  stream.expect("AS");
  const type = parseType(stream);
  stream.expect(")");
  return { kind: "cast", child, type, at };
}

function parseType(stream: TokenStream): Extract<Expr, { kind: "cast" }>["type"] {
  const token = stream.take();
  const type = token.kind === "word" ? typeByName(token.text) : undefined;
  if (type) return type;
  const { text, site } = stream.source;
  const origin = { sql: { text, ...token.at }, ...(site && { site }) };
  throw new EngineError("TYPE_UNKNOWN", { type: token.text }, { origin });
}

/** A column or a call: `a`, ``t.`b c` ``, `sum(a)`. */
function parseNamed(stream: TokenStream): Expr {
  const token = stream.peek();
  if (token.kind === "word" && stream.is("(", 1) && !reservedWords.has(token.text.toUpperCase())) {
    stream.take();
    stream.take();
    return parseArguments(stream, token);
  }
  const parts: string[] = [];
  do {
    const part = stream.name(reservedWords);
    if (part === null) throw stream.unexpected(parts.length === 0 ? "an expression" : "a name");
    parts.push(part);
  } while (!stream.is("*", 1) && stream.accept("."));
  return { kind: "column", name: parts.map(quoteName).join("."), at: token.at };
}

function parseArguments(stream: TokenStream, { text, at }: Token): Expr {
  if (stream.is("*") && stream.is(")", 1)) {
    const star: Expr = { kind: "star", at: stream.take().at };
    stream.take();
    return call(text, [star], at);
  }
  if (stream.is("DISTINCT")) throw stream.fail(stream.peek(), `${text}(DISTINCT …) is not supported`);
  return call(text, parseList(stream), at);
}

/** An expression whose operators bind more than `minimum`. */
export function parseExpr(stream: TokenStream, minimum: number): Expr {
  const token = stream.peek();
  if (token.kind === "literal") return climb(stream, parseLiteral(stream), minimum);
  const prefix = token.kind === "word" || token.kind === "symbol" ? prefixes[token.text.toUpperCase()] : undefined;
  return climb(stream, prefix ? prefix(stream, stream.take()) : parseNamed(stream), minimum);
}

function parseLiteral(stream: TokenStream): Expr {
  const token = stream.take();
  if (token.kind !== "literal") throw stream.unexpected("a literal");
  let { value } = token;
  const { type, at } = token;
  // Without a minus before it, this one is too large: the smallest bigint.
  if (value === 2n ** 63n) throw stream.fail(token, `the type decimal of ${token.text} is not supported`);
  for (
    let next = stream.peek();
    type.kind === "string" && next.kind === "literal" && next.type.kind === "string";
    next = stream.peek()
  ) {
    stream.take();
    value = `${String(value)}${String(next.value)}`;
  }
  return { kind: "literal", value, type, at };
}

function climb(stream: TokenStream, start: Expr, minimum: number): Expr {
  let left = start;
  for (;;) {
    const token = stream.peek();
    const infix = token.kind === "word" || token.kind === "symbol" ? infixes[token.text.toUpperCase()] : undefined;
    if (!infix || infix[0] <= minimum) return left;
    left = infix[1](stream, left, stream.take());
  }
}

/** One expression out of a text, given in the call at `site`: `df.filter("id > 3")`. */
export function parseExpression(text: string, site: CallSite | null = null): Expr {
  const stream = new TokenStream({ text, site });
  const expr = parseExpr(stream, 0);
  const aliased = parseAlias(stream, expr);
  stream.end();
  return aliased;
}

/** `expr AS name`, `expr name`, or the expression alone. */
export function parseAlias(stream: TokenStream, child: Expr): Expr {
  const at = stream.peek().at;
  const isExplicit = stream.accept("AS");
  const name = stream.name(reservedWords);
  if (name === null && isExplicit) throw stream.unexpected("a name");
  return name === null ? child : { kind: "alias", child, name, at };
}
