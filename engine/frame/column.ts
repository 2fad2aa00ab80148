/** Columns: expressions as values. Nothing is evaluated, and nothing is sent, until a DataFrame method takes one. */
import type { DataType } from "../data/data-type.js";
import { typeByName } from "../data/type-table.js";
import { EngineError } from "../errors.js";
import type { Expr, SortOrder } from "../plan/expr.js";
import { callSite } from "../session/caller.js";

/** A column, or the name of one. */
export type ColumnOrName = Column | string;

/** What stands beside a column in an operator: another column, or a plain value. */
export type Operand = Column | string | number | bigint | boolean | null;

const long = 2n ** 31n;

/** The literal of a plain value: integral numbers of 32 bits are `int`, other integral ones `bigint`, others `double`. */
export function literalOf(value: Exclude<Operand, Column>): Expr {
  // A null fits any type; the resolver gives it the one its neighbours have.
  if (value === null) return { kind: "literal", value, type: { kind: "string" } };
  switch (typeof value) {
    case "string":
      return { kind: "literal", value, type: { kind: "string" } };
    case "boolean":
      return { kind: "literal", value, type: { kind: "boolean" } };
    default: {
      const integral = typeof value === "bigint" || (Number.isSafeInteger(value) && !Object.is(value, -0));
      if (!integral) return { kind: "literal", value, type: { kind: "double" } };
      const kind = BigInt(value) >= -long && BigInt(value) < long ? "int" : "bigint";
      return { kind: "literal", value, type: { kind } };
    }
  }
}

const exprOf = (operand: Operand): Expr => (operand instanceof Column ? operand.expr : literalOf(operand));

/** The expression of a column, or of the column with this name; `*` is all of them. */
export const columnExpr = (column: ColumnOrName): Expr =>
  column instanceof Column ? column.expr : column === "*" ? { kind: "star" } : { kind: "column", name: column };

/** A type by its name in SQL, such as `bigint`. */
export function typeNamed(name: string, call: string): DataType {
  const type = typeByName(name);
  if (!type) throw new EngineError("TYPE_UNKNOWN", { type: name }, { origin: { site: callSite(call) } });
  return type;
}

/**
 * An expression over the columns of a DataFrame, as a value.
 *
 * @value
 * @module sql
 * @source org.apache.spark.sql.Column
 */
export class Column {
  /** @internal */
  readonly expr: Expr;

  /** @internal */
  constructor(expr: Expr) {
    this.expr = expr;
  }

  /**
   * Clients of other languages send the expression alone.
   *
   * @internal
   */
  static fromWire(plain: object): Column {
    return new Column(plain as Expr);
  }

  #call(fn: string, ...operands: Operand[]): Column {
    return new Column({ kind: "call", fn, args: [this.expr, ...operands.map(exprOf)] });
  }

  /** @internal */
  plus(other: Operand): Column {
    return this.#call("+", other);
  }

  /** @internal */
  minus(other: Operand): Column {
    return this.#call("-", other);
  }

  /** @internal */
  multiply(other: Operand): Column {
    return this.#call("*", other);
  }

  /** @internal */
  divide(other: Operand): Column {
    return this.#call("/", other);
  }

  /** @internal */
  mod(other: Operand): Column {
    return this.#call("%", other);
  }

  /** @internal */
  equalTo(other: Operand): Column {
    return this.#call("=", other);
  }

  /** @internal */
  notEqual(other: Operand): Column {
    return this.#call("<>", other);
  }

  /** @internal */
  lt(other: Operand): Column {
    return this.#call("<", other);
  }

  /** @internal */
  leq(other: Operand): Column {
    return this.#call("<=", other);
  }

  /** @internal */
  gt(other: Operand): Column {
    return this.#call(">", other);
  }

  /** @internal */
  geq(other: Operand): Column {
    return this.#call(">=", other);
  }

  /** @internal */
  and(other: Operand): Column {
    return this.#call("and", other);
  }

  /** @internal */
  or(other: Operand): Column {
    return this.#call("or", other);
  }

  /** @internal */
  isNull(): Column {
    return this.#call("isnull");
  }

  /** @internal */
  isNotNull(): Column {
    return this.#call("isnotnull");
  }

  /** @internal */
  alias(name: string): Column {
    return new Column({ kind: "alias", child: this.expr, name });
  }

  /** @internal */
  as(name: string): Column {
    return this.alias(name);
  }

  /** @internal */
  cast(type: string): Column {
    return new Column({ kind: "cast", child: this.expr, type: typeNamed(type, "cast") });
  }

  /** @internal */
  asc(): Column {
    return this.#call("asc");
  }

  /** @internal */
  desc(): Column {
    return this.#call("desc");
  }
}

/** The order that a column of `orderBy` stands for: ascending, nulls first, unless it says `desc`. */
export function orderOf(column: ColumnOrName): SortOrder {
  const expr = columnExpr(column);
  const direction = expr.kind === "call" && (expr.fn === "asc" || expr.fn === "desc") ? expr.fn : null;
  const [child = expr] = expr.kind === "call" && direction !== null ? expr.args : [expr];
  return { child, ascending: direction !== "desc", nullsFirst: direction !== "desc" };
}
