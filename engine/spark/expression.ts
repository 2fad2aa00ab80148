/** Expressions of a plan as Spark Connect expressions, unresolved: Spark itself finds columns, functions and types. */
import type { CallSite } from "../errors.js";
import { EngineError } from "../errors.js";
import type { Expr, LiteralValue, SortOrder } from "../plan/expr.js";
import type { ShippedFunction } from "../plan/kernel.js";
import type { ConnectLiteral, ConnectOrder, Expression, ExpressionOrigin, PythonUdf } from "./connect-messages.js";
import { toConnectType } from "./connect-type.js";

export interface ExpressionContext {
  readonly master: string;
  /** The call of the program that holds the expression. */
  readonly site: CallSite;
  /** A function of the user as a scalar Python UDF of Spark. */
  readonly scalarUdf: (fn: ShippedFunction, expr: Extract<Expr, { kind: "udf" }>) => PythonUdf;
}

type Literal = Extract<Expr, { kind: "literal" }>;

const literalForms: { readonly [K in Literal["type"]["kind"]]: (value: NonNullable<LiteralValue>) => ConnectLiteral } =
  {
    boolean: (value) => ({ boolean: Boolean(value) }),
    int: (value) => ({ integer: Number(value) }),
    bigint: (value) => ({ long: String(value) }),
    double: (value) => ({ double: Number(value) }),
    string: (value) => ({ string: String(value) }),
  };

const toLiteral = ({ value, type }: Literal): ConnectLiteral =>
  value === null ? { null: toConnectType(type) } : literalForms[type.kind](value);

/** Operators that Spark knows in its grammar only, by the function that they are. */
const inequalities: ReadonlySet<string> = new Set(["!=", "<>"]);

const call = (functionName: string, args: readonly Expression[]): Expression => ({
  unresolvedFunction: { functionName, arguments: args },
});

const originOf = ({ call: fragment, file, line }: CallSite): ExpressionOrigin => ({
  common: { origin: { pythonOrigin: { fragment, callSite: `${file}:${line}` } } },
});

type Converters = {
  readonly [K in Expr["kind"]]: (expr: Extract<Expr, { kind: K }>, context: ExpressionContext) => Expression;
};

const converters: Converters = {
  column: ({ name }, { site }) => ({ ...originOf(site), unresolvedAttribute: { unparsedIdentifier: name } }),
  star: () => ({ unresolvedStar: {} }),
  literal: (expr) => ({ literal: toLiteral(expr) }),
  call: ({ fn, args }, context) => {
    const converted = args.map((arg) => toExpression(arg, context));
    const isMinusOfOne = fn === "-" && args.length === 1;
    const result = inequalities.has(fn)
      ? call("not", [call("==", converted)])
      : call(isMinusOfOne ? "negative" : fn, converted);
    return { ...originOf(context.site), ...result };
  },
  alias: ({ child, name }, context) => ({ alias: { expr: toExpression(child, context), name: [name] } }),
  cast: ({ child, type }, context) => ({
    ...originOf(context.site),
    cast: { expr: toExpression(child, context), type: toConnectType(type) },
  }),
  udf: (expr, context) => {
    const { fn, args } = expr;
    if (fn.language !== "python") {
      const what = `a function in ${fn.language} in a column expression`;
      const remedy = "use df.rdd.map, or a function of Spark";
      throw new EngineError("BACKEND_UNSUPPORTED", { what, master: context.master, remedy });
    }
    return {
      ...originOf(context.site),
      commonInlineUserDefinedFunction: {
        functionName: fn.name,
        deterministic: true,
        arguments: args.map((arg) => toExpression(arg, context)),
        pythonUdf: context.scalarUdf(fn, expr),
      },
    };
  },
};

export function toExpression(expr: Expr, context: ExpressionContext): Expression {
  const convert = converters[expr.kind] as (expr: Expr, context: ExpressionContext) => Expression;
  return convert(expr, context);
}

export const toOrder = ({ child, ascending, nullsFirst }: SortOrder, context: ExpressionContext): ConnectOrder => ({
  child: toExpression(child, context),
  direction: ascending ? 1 : 2,
  nullOrdering: nullsFirst ? 1 : 2,
});
