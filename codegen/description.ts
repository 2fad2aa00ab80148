/** The schema of `codegen/api.json`: the one description of the public API from which every client is made. */

/** How a call is made; derived from the declaration (`docs/protocol.md`, Order). */
export type CallMode =
  /** Returns a remote object at once: pipelined. */
  | "new"
  /** Returns a value or a promise: awaited. */
  | "value"
  /** Returns nothing: pipelined in order. */
  | "effect"
  /** Runs in the client; nothing is sent. */
  | "local"
  /** Returns an async iterable: fetched page by page, closable. */
  | "iterate";

export type ApiType =
  | { readonly kind: "boolean" | "int" | "long" | "double" | "string" | "bytes" | "null" | "void" | "unknown" }
  | { readonly kind: "literal"; readonly value: string | boolean | number }
  | { readonly kind: "list" | "set" | "optional" | "iterable"; readonly of: ApiType }
  | { readonly kind: "map"; readonly key: ApiType; readonly value: ApiType }
  | { readonly kind: "tuple" | "union"; readonly of: readonly ApiType[] }
  /** A remote object: a class of this description. */
  | { readonly kind: "object"; readonly name: string; readonly typeArguments: readonly ApiType[] }
  /** A class or interface passed by value: `Column`, options, schemas. */
  | { readonly kind: "value"; readonly name: string; readonly typeArguments: readonly ApiType[] }
  | { readonly kind: "enum"; readonly name: string }
  | { readonly kind: "parameter"; readonly name: string }
  /** Elements of an RDD, in batches of the client's format; `element` is exactly one. */
  | { readonly kind: "elements" | "element"; readonly of: ApiType }
  | {
      readonly kind: "function";
      /** Where it runs: workers, client over the wire, once in the client on expressions, client only. */
      readonly runs: "task" | "callback" | "expression" | "local";
      readonly parameters: readonly { readonly name: string; readonly type: ApiType }[];
      readonly returns: ApiType;
    };

export interface ApiParameter {
  readonly name: string;
  readonly type: ApiType;
  /** `list`: `...cols` that also takes one list. */
  readonly passing: "positional" | "keyword" | "rest" | "list";
  /** Left out: required. `unset`: may be left out, which is not the same as null. */
  readonly default?: { readonly kind: "unset" } | { readonly kind: "value"; readonly value: string | number | boolean | null };
  readonly doc: string;
}

export interface ApiDoc {
  readonly summary: string;
  readonly details: string;
  readonly returns: string;
  /** Codes of errors it raises. */
  readonly throws: readonly string[];
  readonly source: string;
  /** By language; TypeScript's is the one in the declaration. */
  readonly examples: Readonly<Record<string, string>>;
}

export interface ApiMethod {
  readonly name: string;
  readonly form: "constructor" | "static" | "method" | "getter";
  readonly mode: CallMode;
  /** A `new` member that starts work when it is executed. */
  readonly eager: boolean;
  /** Returns the object it was called on. */
  readonly self: boolean;
  readonly typeParameters: readonly string[];
  readonly parameters: readonly ApiParameter[];
  readonly returns: ApiType;
  /** Other signatures of the same method, for type stubs. */
  readonly overloads: readonly { readonly parameters: readonly ApiParameter[]; readonly returns: ApiType }[];
  /** Names that other languages use for it, by language. */
  readonly names: Readonly<Record<string, string>>;
  readonly rights: readonly string[];
  readonly doc: ApiDoc;
}

export interface ApiClass {
  readonly name: string;
  /** `remote`: lives in the gateway; `value`: plain data built in the client. */
  readonly passing: "remote" | "value";
  /** The client module it belongs to, in Spark's terms: `core`, `sql`. */
  readonly module: string;
  readonly typeParameters: readonly string[];
  readonly methods: readonly ApiMethod[];
  /** Of values: their fields on the wire. */
  readonly fields: readonly { readonly name: string; readonly type: ApiType; readonly optional: boolean }[];
  readonly doc: ApiDoc;
}

/** An entry of the functions table, as the clients' `functions` modules and `Column` need it. */
export interface ApiFunction {
  readonly name: string;
  /** `operator`: a method of `Column` as well, such as `+`. */
  readonly kind: "scalar" | "aggregate" | "operator";
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly returns: string;
  readonly doc: string;
  readonly example: string;
}

export interface Api {
  readonly version: 1;
  readonly classes: readonly ApiClass[];
  readonly enums: readonly { readonly name: string; readonly values: readonly string[]; readonly doc: ApiDoc }[];
  readonly functions: readonly ApiFunction[];
  /** The error table: one exception class per kind. */
  readonly errors: readonly { readonly code: string; readonly kind: string; readonly message: string; readonly hint: string; readonly condition: string }[];
  /** Hand-written members of each client's overlay, by language: `DataFrame.__getitem__`. */
  readonly overlays: Readonly<Record<string, readonly string[]>>;
}
