/** Types of columns in Spark Connect's form, in Spark's JSON form, and back. */
import type { DataType, Schema } from "../data/data-type.js";
import { EngineError } from "../errors.js";
import type { ConnectType, ReceivedType } from "./connect-messages.js";

interface TypeEntry {
  readonly connect: ConnectType;
  /** As Python's `pyspark.sql.types` reads it from JSON. */
  readonly json: string;
}

const table: { readonly [K in DataType["kind"]]: TypeEntry } = {
  boolean: { connect: { boolean: {} }, json: "boolean" },
  int: { connect: { integer: {} }, json: "integer" },
  bigint: { connect: { long: {} }, json: "long" },
  double: { connect: { double: {} }, json: "double" },
  string: { connect: { string: {} }, json: "string" },
};

/** By Connect's name of the kind. */
const kinds: ReadonlyMap<string, DataType["kind"]> = new Map(
  (Object.entries(table) as [DataType["kind"], TypeEntry][]).flatMap(([kind, { connect }]) =>
    Object.keys(connect).map((name): [string, DataType["kind"]] => [name, kind]),
  ),
);

export const toConnectType = (type: DataType): ConnectType => table[type.kind].connect;

export const toConnectStruct = (schema: Schema): ConnectType => ({
  struct: { fields: schema.map(({ name, type, nullable }) => ({ name, dataType: toConnectType(type), nullable })) },
});

export const toJsonType = (type: DataType): string => JSON.stringify(table[type.kind].json);

export const toJsonStruct = (schema: Schema): string =>
  JSON.stringify({
    type: "struct",
    fields: schema.map(({ name, type, nullable }) => ({ name, type: table[type.kind].json, nullable, metadata: {} })),
  });

/** Raises `TYPE_UNKNOWN` for a column of a type that the engine has not. */
export function toSchema(received: ReceivedType): Schema {
  return (received.struct?.fields ?? []).map(({ name, dataType, nullable = false }) => {
    const [found = "nothing"] = Object.keys(dataType).filter((kind) => kind !== "kind");
    const kind = kinds.get(found);
    if (kind === undefined) throw new EngineError("TYPE_UNKNOWN", { type: `${found} (column "${name}")` });
    return { name, type: { kind }, nullable };
  });
}
