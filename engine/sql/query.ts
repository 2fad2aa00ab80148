/**
 * Queries. The text becomes a plan of the same nodes that DataFrame methods build:
 * `SELECT k, sum(v) s FROM t GROUP BY k HAVING s > 1 ORDER BY 2` is
 * `sort(s) ← filter(s > 1) ← project(k, s) ← aggregate(k; k, sum(v)) ← view t`.
 */
import type { CallSite } from "../errors.js";
import { columnName } from "../functions/expression-text.js";
import type { Expr, SortOrder } from "../plan/expr.js";
import type { RelationalPlan } from "../plan/plan.js";
import { nameParts, quoteName } from "../resolve/column-name.js";
import { hasAggregate } from "../resolve/expression.js";
import { parseAlias, parseExpr, reservedWords } from "./expression.js";
import type { Token } from "./lexer.js";
import { TokenStream } from "./token-stream.js";

/** A relation, and the name by which its columns can be qualified. */
interface Source {
  readonly plan: RelationalPlan;
  readonly qualifier: string | null;
}

interface QueryContext {
  readonly stream: TokenStream;
  readonly site: CallSite;
  /** Partitions of a `range` that names none. */
  readonly parallelism: number;
}

/** The plan of a query text; names and types are not looked at yet. */
export function parseQuery(text: string, site: CallSite, parallelism = 1): RelationalPlan {
  const stream = new TokenStream({ text, site });
  const plan = parseSelect({ stream, site, parallelism });
  stream.end();
  return plan;
}

function parseSelect(context: QueryContext): RelationalPlan {
  const { stream, site } = context;
  stream.expect("SELECT");
  if (stream.is("DISTINCT")) throw stream.fail(stream.peek(), "SELECT DISTINCT is not supported: use GROUP BY");
  stream.accept("ALL");
  const written = parseItems(stream);
  const { plan: from, qualifier } = stream.accept("FROM")
    ? parseRelation(context)
    : { plan: oneRow(site), qualifier: null };
  const unqualify = unqualifier(qualifier);
  const items = written.map(unqualify);
  const condition = stream.accept("WHERE") ? unqualify(parseExpr(stream, 0)) : null;
  const input: RelationalPlan = condition === null ? from : { kind: "filter", input: from, condition, site };
  const grouping = stream.accept("GROUP", "BY") ? parseGrouping(stream, items, unqualify) : null;
  const having = stream.accept("HAVING") ? unqualify(parseExpr(stream, 0)) : null;
  const isAggregate = grouping !== null || items.some(hasAggregate) || (having !== null && hasAggregate(having));
  let plan = isAggregate
    ? aggregated(context, input, grouping ?? [], items)
    : ({ kind: "project", input, columns: items, site } as const);
  if (having !== null) plan = { kind: "filter", input: plan, condition: having, site };
  if (stream.accept("ORDER", "BY"))
    plan = { kind: "sort", input: plan, orders: parseOrders(stream, items, unqualify), site };
  return parseLimit(context, plan);
}

/** One row without columns, for queries without FROM. */
const oneRow = (site: CallSite): RelationalPlan => ({
  kind: "project",
  input: { kind: "range", start: 0n, end: 1n, step: 1n, partitions: 1, site },
  columns: [],
  site,
});

function parseItems(stream: TokenStream): Expr[] {
  const items: Expr[] = [];
  do items.push(parseItem(stream));
  while (stream.accept(","));
  return items;
}

function parseItem(stream: TokenStream): Expr {
  const { at } = stream.peek();
  if (stream.accept("*")) return { kind: "star", at };
  if (stream.is(".", 1) && stream.is("*", 2)) {
    const qualifier = stream.name(reservedWords);
    if (qualifier === null) throw stream.unexpected("a name");
    stream.take();
    stream.take();
    // Becomes a star once the qualifier was compared with that of FROM.
    return { kind: "column", name: `${quoteName(qualifier)}.\`*\``, at };
  }
  return parseAlias(stream, parseExpr(stream, 0));
}

/** Takes the qualifier of the only relation off the names: `t.id` is `id`. Other qualified names stay, and are not found. */
function unqualifier(qualifier: string | null): (expr: Expr) => Expr {
  const visit = (expr: Expr): Expr => {
    switch (expr.kind) {
      case "column": {
        const [first, ...rest] = nameParts(expr.name) ?? [];
        if (qualifier === null || rest.length === 0 || first?.toLowerCase() !== qualifier.toLowerCase()) return expr;
        return expr.name.endsWith(".`*`")
          ? { kind: "star", ...(expr.at && { at: expr.at }) }
          : { ...expr, name: rest.map(quoteName).join(".") };
      }
      case "alias":
      case "cast":
        return { ...expr, child: visit(expr.child) };
      case "call":
      case "udf":
        return { ...expr, args: expr.args.map(visit) };
      default:
        return expr;
    }
  };
  return visit;
}

function parseRelation(context: QueryContext): Source {
  const { stream } = context;
  const source = parseSource(context);
  stream.accept("AS");
  const alias = stream.name(reservedWords);
  if (stream.is(",") || /^(JOIN|INNER|LEFT|RIGHT|FULL|CROSS)$/i.test(stream.peek().text)) {
    throw stream.fail(stream.peek(), "joins are not supported");
  }
  return alias === null ? source : { ...source, qualifier: alias };
}

function parseSource(context: QueryContext): Source {
  const { stream, site } = context;
  if (stream.accept("(")) {
    const plan = parseSelect(context);
    stream.expect(")");
    return { plan, qualifier: null };
  }
  if (stream.is("RANGE") && stream.is("(", 1)) return { plan: parseRange(context), qualifier: null };
  const start = stream.peek();
  const parts: string[] = [];
  do {
    const part = stream.name(reservedWords);
    if (part === null) throw stream.unexpected("a table");
    parts.push(part);
  } while (stream.accept("."));
  const [first = "", path] = parts;
  if (parts.length === 2 && first.toLowerCase() === "parquet" && start.kind === "word") {
    return { plan: { kind: "parquet", paths: [path ?? ""], site }, qualifier: null };
  }
  return { plan: { kind: "view", name: parts.join("."), site }, qualifier: parts.at(-1) ?? null };
}

/** `range(end)`, `range(start, end[, step[, partitions]])`. */
function parseRange({ stream, site, parallelism }: QueryContext): RelationalPlan {
  const start = stream.take();
  stream.expect("(");
  const values: bigint[] = [];
  do values.push(parseInteger(stream));
  while (stream.accept(","));
  stream.expect(")");
  if (values.length > 4) throw stream.fail(start, "range takes 1 to 4 integers");
  const [first = 0n, second, step = 1n, partitions = BigInt(parallelism)] = values;
  if (step === 0n) throw stream.fail(start, "the step of range must not be 0");
  if (partitions < 1n) throw stream.fail(start, "range needs at least one partition");
  const [from, to] = second === undefined ? [0n, first] : [first, second];
  return { kind: "range", start: from, end: to, step, partitions: Number(partitions), site };
}

function parseInteger(stream: TokenStream): bigint {
  const isNegative = stream.accept("-");
  const token = stream.peek();
  if (token.kind !== "literal" || (token.type.kind !== "int" && token.type.kind !== "bigint"))
    throw stream.unexpected("an integer");
  stream.take();
  const value = BigInt(token.value as number | bigint);
  return isNegative ? -value : value;
}

/** The expressions of GROUP BY; a number means an item of the select list. */
function parseGrouping(stream: TokenStream, items: readonly Expr[], unqualify: (expr: Expr) => Expr): Expr[] {
  const grouping: Expr[] = [];
  do {
    const token = stream.peek();
    const expr = unqualify(parseExpr(stream, 0));
    const item = itemAt(stream, token, expr, items, "GROUP BY");
    if (item !== null && hasAggregate(item)) throw stream.fail(token, "GROUP BY position names an aggregate function");
    grouping.push(item === null ? expr : withoutAlias(item));
  } while (stream.accept(","));
  return grouping;
}

const withoutAlias = (expr: Expr): Expr => (expr.kind === "alias" ? withoutAlias(expr.child) : expr);

/** The item that a bare integer means; null for any other expression. */
function itemAt(stream: TokenStream, token: Token, expr: Expr, items: readonly Expr[], clause: string): Expr | null {
  if (expr.kind !== "literal" || expr.type.kind !== "int") return null;
  const item = items[Number(expr.value) - 1];
  const before = items.slice(0, Number(expr.value));
  if (before.some(({ kind }) => kind === "star"))
    throw stream.fail(token, `${clause} position after * is not supported: name the column`);
  if (!item)
    throw stream.fail(token, `${clause} position ${expr.value} is not in the select list (it has ${items.length})`);
  return item;
}

/**
 * An aggregate whose output is just the select list: its items get names of their own, by which the projection above
 * picks them and gives them their real names.
 */
function aggregated(
  { site, stream }: QueryContext,
  input: RelationalPlan,
  grouping: readonly Expr[],
  items: readonly Expr[],
): RelationalPlan {
  const star = items.find(({ kind }) => kind === "star");
  if (star)
    throw stream.fail(
      { kind: "end", text: "*", at: star.at ?? { line: 1, column: 1 } },
      "* cannot stand beside GROUP BY or aggregates",
    );
  const key = (i: number): string => `kindling_item_${i}`;
  const aggregates = items.map((child, i): Expr => ({ kind: "alias", child, name: key(i) }));
  const columns = items.map(
    (item, i): Expr => ({ kind: "alias", child: { kind: "column", name: key(i) }, name: columnName(item) }),
  );
  return { kind: "project", input: { kind: "aggregate", input, grouping, aggregates, site }, columns, site };
}

function parseOrders(stream: TokenStream, items: readonly Expr[], unqualify: (expr: Expr) => Expr): SortOrder[] {
  const orders: SortOrder[] = [];
  do {
    const token = stream.peek();
    const expr = unqualify(parseExpr(stream, 0));
    const item = itemAt(stream, token, expr, items, "ORDER BY");
    const ascending = !stream.accept("DESC");
    if (ascending) stream.accept("ASC");
    const nullsFirst = stream.accept("NULLS", "FIRST") || (!stream.accept("NULLS", "LAST") && ascending);
    orders.push({ child: item === null ? expr : outputOf(item, items), ascending, nullsFirst });
  } while (stream.accept(","));
  return orders;
}

/** An item by its name in the output; by what it is made of if that name is not the only one. */
function outputOf(item: Expr, items: readonly Expr[]): Expr {
  const name = columnName(item).toLowerCase();
  const isUnique = items.filter((other) => columnName(other).toLowerCase() === name).length === 1;
  return isUnique ? { kind: "column", name: quoteName(columnName(item)) } : withoutAlias(item);
}

function parseLimit({ stream, site }: QueryContext, input: RelationalPlan): RelationalPlan {
  if (!stream.accept("LIMIT") || stream.accept("ALL")) return input;
  const token = stream.peek();
  const count = parseInteger(stream);
  if (count < 0n || count > 2n ** 31n - 1n)
    throw stream.fail(token, `the limit must be an int of at least 0, not ${count}`);
  return { kind: "limit", input, count: Number(count), site };
}
