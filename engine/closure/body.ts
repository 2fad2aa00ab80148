/**
 * The packed form of a function: one `v8.serialize` of a `Body`, behind one byte of flags.
 *
 * Data (arrays, maps, objects…) lies in the serialized value itself, which keeps identity and cycles. What V8 cannot
 * serialize is a `Special`: functions, classes, modules, symbols. Where data holds a special, it holds nothing at first,
 * and a link says which place gets which special once that is made.
 */

/** A function or class, made by running `code` as a function of its captured `values`. */
export interface FunctionPart {
  readonly kind: "function";
  readonly code: string;
  readonly values: readonly unknown[];
  /** `code` returns `[function, bind]`; calling `bind(values)` gives it the variables made after it. */
  readonly late: boolean;
  /** The name to set, when the code does not give it. */
  readonly rename: string | null;
  readonly file: string;
  /** Triples (line and column in `code`, line in `file`); lines of `code` count from 0, those of `file` from 1. */
  readonly lines: readonly number[];
}

/** How a module was imported: `*` its namespace, `default`, a name; or `require` for what `require` returns. */
export interface ModulePart {
  readonly kind: "module";
  readonly specifier: string;
  /** The file URL from which the specifier is resolved. */
  readonly from: string;
  readonly imported: string;
  /** Leads from there to the value. */
  readonly path: readonly string[];
}

export type Special =
  | FunctionPart
  | ModulePart
  | { readonly kind: "global"; readonly path: readonly string[] }
  /** What `require`, `import` and `import.meta` mean in a file. */
  | { readonly kind: "require" | "import" | "meta"; readonly from: string }
  | { readonly kind: "symbol"; readonly name: string; readonly wellKnown: boolean }
  /** A broadcast value or an accumulator, by what its worker's side is made of. */
  | { readonly kind: "shared"; readonly name: string; readonly fields: Container }
  /** A class that every worker has. */
  | { readonly kind: "workerClass"; readonly name: string }
  /** The `prototype` of the function at index `of`. */
  | { readonly kind: "prototype"; readonly of: number };

export type Container = Record<PropertyKey, unknown>;

/** `container[key]` is the special. */
export type Link = readonly [container: Container, key: string | number];

export interface Body {
  /** Every special after those it needs at once. */
  readonly specials: readonly Special[];
  readonly entry: number;
  /** The links of each special, by its index. */
  readonly links: readonly (readonly Link[])[];
  /** Objects with the prototype to set. */
  readonly prototypes: readonly (readonly unknown[])[];
  /** Maps with keys and values in turn, and sets with elements, to be filled. */
  readonly fills: readonly (readonly unknown[])[];
  /** Object, key and descriptor of properties that plain assignment cannot make. */
  readonly definitions: readonly (readonly unknown[])[];
}

/** The parameter of a part's code, which holds the captured values. */
export const valuesName = "$kindling";

/** The expression of a part starts on this line of its code, counted from 0. */
export const expressionLine = 1;

/** First byte of a body: it holds binary data, which must not share memory with it. */
export const holdsBinary = 1;
export const plainBody = 0;
