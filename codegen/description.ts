/**
 * The schema of `codegen/api.json`: the one description of the public API from which every client is made, and by
 * which the gateway checks every call. `codegen/README.md` says how each fact is declared in the engine.
 */

/** How a call is made; derived from the declaration (`docs/protocol.md`, Order). */
export type CallMode =
  /** Returns a remote object at once: pipelined. */
  | "new"
  /** Returns a value or a promise: awaited. */
  | "value"
  /** Returns nothing, or the object itself: pipelined in order. */
  | "effect"
  /** Runs in the client; nothing is sent. */
  | "local"
  /** Returns an async iterable: fetched page by page, closable. */
  | "iterate";

/** A new one is a row of the reader's table, of `docs/protocol.md` (Values), of the gateway's codec and of each client's. */
export type ScalarKind = "boolean" | "int" | "long" | "double" | "string" | "bytes" | "null" | "void" | "unknown";

type Each<K extends string, Fields> = { [Kind in K]: { readonly kind: Kind } & Fields }[K];

export type ApiType =
  | Each<ScalarKind, unknown>
  | { readonly kind: "literal"; readonly value: string | boolean | number }
  /** `optional`: the value or null. */
  | Each<"list" | "set" | "optional" | "iterable", { readonly of: ApiType }>
  /** `plain`: the engine takes and gives a plain object (`Record<string, …>`), not a `Map`. */
  | { readonly kind: "map"; readonly key: ApiType; readonly value: ApiType; readonly plain?: true }
  | Each<"tuple" | "union", { readonly of: readonly ApiType[] }>
  /** A remote object, or a class or interface passed by value (`Column`, options, schemas): a class of this description. */
  | Each<"object" | "value", { readonly name: string; readonly typeArguments: readonly ApiType[] }>
  | { readonly kind: "enum"; readonly name: string }
  /** A type parameter of the class or method around it. */
  | { readonly kind: "parameter"; readonly name: string }
  /** Elements of an RDD, in batches of the client's format; `element` is exactly one. */
  | Each<"elements" | "element", { readonly of: ApiType }>
  /** Pairs of elements that programs see as a map; as an argument in exactly one batch. */
  | { readonly kind: "elementMap"; readonly key: ApiType; readonly value: ApiType }
  | {
      readonly kind: "function";
      /** Where it runs: workers, client over the wire, once in the client on expressions, client only. */
      readonly runs: "task" | "callback" | "expression" | "local";
      readonly parameters: readonly { readonly name: string; readonly type: ApiType }[];
      readonly returns: ApiType;
    };

export interface ApiTypeParameter {
  readonly name: string;
  /** What it extends. */
  readonly bound?: ApiType;
  readonly default?: ApiType;
}

/** Left out: required. `unset`: may be left out, which is not the same as null. */
export type ApiDefault =
  | { readonly kind: "unset" }
  | { readonly kind: "value"; readonly value: string | number | boolean | null };

/** Names that other languages use instead, by language; an empty name: that language does without it. */
export type ApiNames = Readonly<Record<string, string>>;

export interface ApiParameter {
  readonly name: string;
  readonly type: ApiType;
  /**
   * On the wire every parameter has its declared place; a `rest` or `list` one, whose `type` is that of one item, is
   * a single array there.
   * `keyword`: by name only, where the language has names.
   * `options`: a value whose fields are keyword parameters, where the language has names.
   * `rest`: `...values`. `list`: `...values` that also takes one list.
   */
  readonly passing: "positional" | "keyword" | "options" | "rest" | "list";
  readonly default?: ApiDefault;
  readonly names: ApiNames;
  readonly doc: string;
}

export interface ApiDoc {
  readonly summary: string;
  readonly details: string;
  readonly returns: string;
  /** Codes of errors it raises. */
  readonly throws: readonly { readonly code: string; readonly when: string }[];
  /** The method, paper or protocol section that it follows. */
  readonly source: string;
  /** What to use instead; empty while it is not deprecated. */
  readonly deprecated: string;
  /** By language: `typescript`, `python`, `r`, `java`, `scala`, `sql`. */
  readonly examples: Readonly<Record<string, string>>;
}

export interface ApiSignature {
  readonly typeParameters: readonly ApiTypeParameter[];
  /** Only objects of this type have it: `RDD<[K, V]>` for `reduceByKey`. */
  readonly receiver?: ApiType;
  readonly parameters: readonly ApiParameter[];
  /** Of mode `iterate`: an `iterable`; of a promise: what it promises. */
  readonly returns: ApiType;
}

export interface ApiMethod extends ApiSignature {
  readonly name: string;
  readonly form: "constructor" | "static" | "method" | "getter" | "staticGetter";
  /** Clients show it as a property, read without parentheses. */
  readonly property: boolean;
  readonly mode: CallMode;
  /** A `new` member that starts work when it is executed. */
  readonly eager: boolean;
  /** Returns the object it was called on: the client gives the same proxy back, the call is an `effect`. */
  readonly self: boolean;
  /** All signatures, where there are several: the method's own one then covers them all. */
  readonly overloads: readonly ApiSignature[];
  readonly names: ApiNames;
  readonly rights: readonly string[];
  readonly doc: ApiDoc;
}

/** A field of a value, under its name in the JSON object on the wire. */
export interface ApiField {
  readonly name: string;
  readonly type: ApiType;
  /** Left out of the object when it is not set. */
  readonly optional: boolean;
  readonly default?: ApiDefault;
  readonly names: ApiNames;
  readonly doc: string;
}

export interface ApiClass {
  readonly name: string;
  /** `remote`: lives in the gateway; `value`: plain data built in the client. */
  readonly passing: "remote" | "value";
  /** The client module it belongs to, in Spark's terms: `core`, `sql`. */
  readonly module: string;
  readonly typeParameters: readonly ApiTypeParameter[];
  /** The class of this description whose members it has as well; bases that are not exported are merged in. */
  readonly extends?: ApiType;
  readonly methods: readonly ApiMethod[];
  /** Of values: their fields on the wire, in the order in which clients take them. */
  readonly fields: readonly ApiField[];
  readonly names: ApiNames;
  readonly doc: ApiDoc;
}

export interface ApiEnum {
  readonly name: string;
  readonly module: string;
  readonly values: readonly string[];
  readonly doc: ApiDoc;
}

/** An entry of the functions table, as the clients' `functions` modules and `Column` need it. */
export interface ApiFunction {
  readonly name: string;
  /** `operator`: a method of `Column`, such as `+`. */
  readonly kind: "scalar" | "aggregate" | "window" | "generator" | "operator";
  /** Columns are `Column`s or their names; anything else travels as a literal or a function. */
  readonly parameters: readonly ApiParameter[];
  /** The SQL type of the result, for documentation. */
  readonly returns: string;
  readonly names: ApiNames;
  readonly doc: ApiDoc;
}

/** An entry of the error table: clients have one exception class per kind. */
export interface ApiError {
  readonly code: string;
  readonly kind: string;
  readonly message: string;
  readonly hint: string;
  readonly condition: string;
}

/** What a client has written by hand beside the generated code. */
export interface ApiOverlay {
  /** By class or module, in the client's own names: `DataFrame.__getitem__`, `functions.col`. */
  readonly members: readonly string[];
  /** Classes that are not generated at all, and the client's module that holds each. */
  readonly classes: Readonly<Record<string, string>>;
}

export interface Api {
  readonly version: 1;
  readonly classes: readonly ApiClass[];
  readonly enums: readonly ApiEnum[];
  readonly functions: readonly ApiFunction[];
  readonly errors: readonly ApiError[];
  /** By language. */
  readonly overlays: Readonly<Record<string, ApiOverlay>>;
}
