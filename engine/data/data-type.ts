/** Types of columns: the names are Spark's SQL names. */

export type DataType =
  | { readonly kind: "boolean" }
  | { readonly kind: "int" }
  | { readonly kind: "bigint" }
  | { readonly kind: "double" }
  | { readonly kind: "string" };

export interface Field {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
}

export type Schema = readonly Field[];
