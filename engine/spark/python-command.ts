/**
 * Commands for Spark's Python workers. What PySpark pickles with cloudpickle, a pair of function and return type, is here
 * a pickle that only calls `eval` on a short source text; so it loads under any Python, and none takes part in making it.
 */
import type { DataType, Schema } from "../data/data-type.js";
import type { ShippedFunction } from "../plan/kernel.js";
import { batchColumns } from "./batch-rows.js";
import type { ConnectType, InlineFunction, PythonUdf } from "./connect-messages.js";
import { toConnectStruct, toConnectType, toJsonStruct, toJsonType } from "./connect-type.js";
import { type Pickled, pickle } from "./pickle.js";

/** Spark's numbers for the ways of calling a Python function. */
const evalType = { batchedUdf: 100, mapArrowIter: 207 } as const;

/** The Python that makes the functions: an archive on the executors, and the version they run. */
export interface PythonSide {
  /** The folder name under which Spark unpacks the client's archive. */
  readonly archive: string;
  /** Such as `3.11`. */
  readonly version: string;
}

export interface OutputType {
  readonly connect: ConnectType;
  readonly json: string;
}

/** Columns of one of Spark's simple types; all but the last one, which may be null, always have a value. */
function simpleColumns(columns: readonly (readonly [name: string, type: "integer" | "binary"])[]): OutputType {
  const fields = columns.map(([name, type], at) => ({ name, type, nullable: at === columns.length - 1 }));
  const connectOf = { integer: { integer: {} }, binary: { binary: {} } } as const;
  return {
    connect: {
      struct: { fields: fields.map(({ name, type, nullable }) => ({ name, dataType: connectOf[type], nullable })) },
    },
    json: JSON.stringify({ type: "struct", fields: fields.map((field) => ({ ...field, metadata: {} })) }),
  };
}

/** Rows between two stages: see `kindling_spark/rows.py`. */
export const batchRow: OutputType = simpleColumns(
  batchColumns.map((name) => [name, name === "batch" ? "binary" : "integer"]),
);

/** What Spark writes into files, as it is. */
export const lineRow: OutputType = simpleColumns([["line", "binary"]]);

export const columnsOf = (schema: Schema): OutputType => ({
  connect: toConnectStruct(schema),
  json: toJsonStruct(schema),
});

/** A member of `kindling_spark/stage.py`, called with the archive's name and more. */
function stageCall(archive: string, member: "stage" | "files" | "scalar" | "probe", args: readonly Pickled[]): Pickled {
  const onPath = "folder in sys.path or sys.path.insert(0, folder)";
  const load = `(lambda importlib, sys, folder: (${onPath}, importlib.import_module("kindling_spark.stage"))[1])`;
  const folder = `__import__("pyspark").SparkFiles.get(${JSON.stringify(archive)})`;
  const source = `${load}(__import__("importlib"), __import__("sys"), ${folder}).${member}`;
  return { call: { call: { module: "builtins", name: "eval" }, args: [source] }, args: [archive, ...args] };
}

/** PySpark's pair of function and return type. */
const command = (made: Pickled, jsonType: string): Uint8Array =>
  pickle([made, { call: { module: "pyspark.sql.types", name: "_parse_datatype_json_string" }, args: [jsonType] }]);

/** The function of a `mapInArrow`. */
interface MapFunction {
  readonly made: Pickled;
  /** All columns of the input: Spark takes away what no argument names. */
  readonly input: readonly string[];
  readonly output: OutputType;
}

const mapInArrow = ({ made, input, output }: MapFunction, pythonVer: string): InlineFunction => ({
  functionName: "kindling",
  deterministic: true,
  arguments: input.map((unparsedIdentifier) => ({ unresolvedAttribute: { unparsedIdentifier } })),
  pythonUdf: {
    outputType: output.connect,
    evalType: evalType.mapArrowIter,
    command: command(made, output.json),
    pythonVer,
  },
});

export interface StageShape {
  /** The member that reads the spec: of a stage, or of one that opens files. */
  readonly member: "stage" | "files";
  /** As that member of `kindling_spark/stage.py` reads it. */
  readonly spec: Pickled;
  readonly input: readonly string[];
  readonly output: OutputType;
}

/** The function of one stage. */
export const stageFunction = (python: PythonSide, { member, spec, input, output }: StageShape): InlineFunction =>
  mapInArrow({ made: stageCall(python.archive, member, [spec]), input, output }, python.version);

const probeOutput = columnsOf([{ name: "found", type: { kind: "string" }, nullable: true }]);

/** For a relation with a column `id`. */
export const probeFunction = (python: PythonSide): InlineFunction =>
  mapInArrow({ made: stageCall(python.archive, "probe", []), input: ["id"], output: probeOutput }, python.version);

export const scalarUdf = (python: PythonSide, { name, body }: ShippedFunction, type: DataType): PythonUdf => ({
  outputType: toConnectType(type),
  evalType: evalType.batchedUdf,
  command: command(stageCall(python.archive, "scalar", [name, body]), toJsonType(type)),
  pythonVer: python.version,
});
