/**
 * Function plans as relations. One stage of an RDD job is one `mapInArrow` over rows (partition, source, part, batch); a
 * shuffle sends each row to the partition that it names (`direct_shuffle_partition_id`) and sorts there by source and
 * part, since Spark promises no order. For `values → map → reduceByKey → collect`:
 *
 *     local rows → by partition → mapInArrow [map reduceByKey] → by partition → mapInArrow [reduceByKey] → driver
 */
import { encode as pack } from "@msgpack/msgpack";
import { type Batch, sliceBatches, whole } from "../data/batch.js";
import { decodeElements } from "../data/elements.js";
import { decodePortableExactly, encodePortable } from "../data/portable.js";
import { EngineError } from "../errors.js";
import { planPasses } from "../execute/passes.js";
import type { Pass } from "../execute/task.js";
import { functionsOf, type Kernel, type Language } from "../plan/kernel.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import { type BatchRow, encodeBatchRows } from "./batch-rows.js";
import { fromRows } from "./column-rows.js";
import type { ConnectOrder, Expression, Relation } from "./connect-messages.js";
import type { Pickled } from "./pickle.js";
import { batchRow, columnsOf, type PythonSide, stageFunction } from "./python-command.js";

type Base = Extract<FunctionPlan, { kind: "values" | "textFile" | "rows" | "exchange" }>;
type Elements = Extract<RelationalPlan, { kind: "elements" }>;

/** Local rows travel in one message; Spark's servers take 128 MiB. */
const localBytesLimit = 100 * 1024 * 1024;

export interface StageContext {
  readonly master: string;
  /** The language of the program, in which elements leave. */
  readonly language: Language;
  readonly python: () => PythonSide;
  readonly searchPath: readonly string[];
  /** Raises when the executors cannot run Python functions. */
  readonly requirePython: () => void;
  readonly toRelation: (plan: RelationalPlan) => Relation;
}

/** How the worker of a language starts on an executor; `{python}`, `{folder}` and `{path}` are filled in there. */
interface WorkerStart {
  readonly command: readonly string[];
  readonly environment: readonly (readonly [string, string])[];
}

const workers: Partial<Readonly<Record<Language, WorkerStart>>> = {
  python: {
    command: ["{python}", "{folder}/kindling/worker/__main__.py"],
    environment: [
      ["PYTHONHASHSEED", "0"],
      ["PYTHONPATH", "{folder}:{path}"],
    ],
  },
  // Executors need Node for functions of TypeScript programs, nothing else of ours.
  typescript: { command: ["node", "{folder}/typescript-worker.mjs"], environment: [] },
};

/** The columns of each source, by which Spark knows that they are used. */
const sourceColumns = {
  batches: ["partition", "source", "part", "batch"],
  rows: ["row"],
  lines: ["value"],
} as const;

const formatCodes = { portable: 1, pickle: 2 } as const;

interface Input {
  readonly relation: Relation;
  /** How the stage reads its rows. */
  readonly source: keyof typeof sourceColumns;
  /** Language of the elements' form; null when every language reads it. */
  readonly data: Language | null;
}

type Sink = "shuffle" | "driver" | "nowhere" | "columns" | "partitions";

interface StageEnd {
  readonly sink: Pickled;
  readonly wanted: readonly number[] | null;
}

// --- expressions and relations of the plumbing

const column = (name: string): Expression => ({ unresolvedAttribute: { unparsedIdentifier: name } });
const ascending = (name: string): ConnectOrder => ({ child: column(name), direction: 1, nullOrdering: 1 });

const localRelation = (rows: readonly BatchRow[]): Relation => ({ localRelation: { data: encodeBatchRows(rows) } });

/** Every row in the partition that it names, in order. */
function placed(input: Relation, numPartitions: number): Relation {
  const partitionExprs = [{ directShufflePartitionId: { child: column("partition") } }];
  const moved: Relation = { repartitionByExpression: { input, partitionExprs, numPartitions } };
  return { sort: { input: moved, order: [ascending("source"), ascending("part")], isGlobal: false } };
}

/** One row without a batch per partition: Spark drops stages that get no rows at all. */
const markers = (partitions: number): BatchRow[] =>
  Array.from({ length: partitions }, (_, partition) => ({ partition, slice: null }));

// --- sources

/** TypeScript's own batches become portable, cut to the slice; other batches travel whole, with the cut beside them. */
function valueRows({ batches, slices, group }: Extract<Base, { kind: "values" }>): BatchRow[] {
  const rows = sliceBatches(batches, slices, group).flatMap((pieces, partition) =>
    pieces.map((slice): BatchRow => {
      if (slice.batch.format !== "v8") return { partition, slice };
      return { partition, slice: whole(encodePortable(decodeElements(slice))) };
    }),
  );
  const size = rows.reduce((sum, { slice }) => sum + (slice?.batch.bytes.length ?? 0), 0);
  if (size > localBytesLimit)
    throw new EngineError("LIMIT_REACHED", { what: "data sent by parallelize", limit: `${localBytesLimit} bytes` });
  return [...rows, ...markers(slices)];
}

/** The steps above a source or a shuffle, in order of execution. */
interface Segment {
  readonly steps: readonly Kernel[];
  readonly base: Base;
}

/** Walks down to the next source or shuffle; deep plans need no deep stack. */
function segmentOf(plan: FunctionPlan, { master }: StageContext): Segment {
  const steps: Kernel[] = [];
  let node = plan;
  for (; node.kind === "step"; node = node.input) steps.push(node.kernel);
  switch (node.kind) {
    case "values":
    case "textFile":
    case "rows":
    case "exchange":
      return { steps: steps.reverse(), base: node };
    default: {
      const remedy = "use local[N] or local-cluster[n,cores,memMiB]";
      throw new EngineError(
        "BACKEND_UNSUPPORTED",
        { what: node.site.call, master, remedy },
        { origin: { site: node.site } },
      );
    }
  }
}

const isPickled = (batches: readonly Batch[]): boolean => batches[0]?.format === "pickle";

function inputOf(base: Base, context: StageContext): Input {
  switch (base.kind) {
    case "values":
      return {
        relation: placed(localRelation(valueRows(base)), base.slices),
        source: "batches",
        data: isPickled(base.batches) ? "python" : null,
      };
    case "textFile":
      return { relation: textRelation(base.path), source: "lines", data: null };
    case "rows":
      return { relation: wholeRows(context.toRelation(base.input)), source: "rows", data: null };
    case "exchange":
      return shuffled(base, context);
  }
}

/** All columns as one, named `row`: nobody here knows their names. */
const wholeRows = (input: Relation): Relation => ({
  project: {
    input,
    expressions: [
      {
        alias: {
          expr: { unresolvedFunction: { functionName: "struct", arguments: [{ unresolvedStar: {} }] } },
          name: ["row"],
        },
      },
    ],
  },
});

const textRelation = (path: string): Relation => ({
  read: { dataSource: { format: "text", paths: path.split(",").map((part) => part.trim()) } },
});

function shuffled({ input, bucketing }: Extract<Base, { kind: "exchange" }>, context: StageContext): Input {
  const { partitions } = bucketing;
  const { steps, base } = segmentOf(input, context);
  const from = inputOf(base, context);
  const planned = planPasses(steps, from.data, context.language, { bucketing, output: "own", language: null });
  const passes = settlePasses(planned, from.data, context);
  const written = stageRelation(from, passes, { sink: sinkOf("shuffle"), wanted: null }, context);
  const all: Relation = {
    setOp: { leftInput: written, rightInput: localRelation(markers(partitions)), setOpType: 2, isAll: true },
  };
  return { relation: placed(all, partitions), source: "batches", data: passes.at(-1)?.language ?? null };
}

// --- stages

const sinkOf = (kind: Sink): Pickled => ({ dict: [["kind", kind]] });

/**
 * Passes that no language claims, by a function or by the form of the data, run in Python, which every executor has;
 * neighbours of one language become one.
 */
function settlePasses(passes: readonly Pass[], data: Language | null, context: StageContext): Pass[] {
  const settled: Pass[] = [];
  for (const [index, pass] of passes.entries()) {
    const named = pass.steps.flatMap(functionsOf).some(({ language }) => language === pass.language);
    const language = named || (index === 0 && pass.language === data) ? pass.language : "python";
    const last = settled.at(-1);
    if (last?.language === language)
      settled.splice(-1, 1, { ...pass, language, steps: [...last.steps, ...pass.steps] });
    else settled.push({ ...pass, language });
  }
  for (const { language } of settled) {
    if (language in workers) continue;
    const remedy = "use local[N], or a function of Python or TypeScript";
    throw new EngineError("BACKEND_UNSUPPORTED", {
      what: `a function in ${language} over elements`,
      master: context.master,
      remedy,
    });
  }
  if (settled.some(({ language }) => language === "python")) context.requirePython();
  return settled;
}

/** The TASK frame without partition and attempt, and without the map's header: those are known on the executor. */
function packedTask(pass: Pass, context: StageContext): readonly [fields: number, bytes: Uint8Array] {
  const task = {
    stage: 0,
    partitions: 0,
    steps: pass.steps,
    bucketing: pass.bucketing,
    output: pass.output,
    searchPath: context.searchPath,
  };
  // Fewer than 16 fields: the header is one byte.
  return [Object.keys(task).length, pack(task).subarray(1)];
}

function packedPass(pass: Pass, context: StageContext): Pickled {
  const { command, environment } = workers[pass.language] as WorkerStart;
  const [fields, task] = packedTask(pass, context);
  return {
    dict: [
      ["command", command],
      ["environment", environment],
      ["fields", fields],
      ["task", task],
    ],
  };
}

function stageRelation(
  { relation, source }: Input,
  passes: readonly Pass[],
  { sink, wanted }: StageEnd,
  context: StageContext,
  output: typeof batchRow = batchRow,
): Relation {
  const format = passes.length === 0 || passes[0]?.language === "python" ? formatCodes.pickle : formatCodes.portable;
  const spec: Pickled = {
    dict: [
      [
        "source",
        {
          dict: [
            ["kind", source],
            ["format", format],
          ],
        },
      ],
      ["passes", passes.map((pass) => packedPass(pass, context))],
      ["sink", sink],
      ["wanted", wanted],
    ],
  };
  const func = stageFunction(context.python(), { spec, input: sourceColumns[source], output });
  return { mapPartitions: { input: relation, func } };
}

export interface ResultOptions {
  readonly output: "own" | "portable";
  readonly sink: "driver" | "nowhere";
  /** Null: all of them. */
  readonly wanted: readonly number[] | null;
}

/** A plan whose batches come to the driver, each partition's ended by a row without one. */
export function resultRelation(
  plan: FunctionPlan,
  { output, sink, wanted }: ResultOptions,
  context: StageContext,
): Relation {
  const { steps, base } = segmentOf(plan, context);
  const input = inputOf(base, context);
  // Elements leave in Python's form for a Python program; every other one reads portable batches.
  const language: Language | null = output === "own" && context.language === "python" ? "python" : null;
  const ending = { bucketing: null, output: language === null ? ("portable" as const) : output, language };
  const passes = settlePasses(planPasses(steps, input.data, context.language, ending), input.data, context);
  return stageRelation(input, passes, { sink: sinkOf(sink), wanted }, context);
}

/** One row per partition of the plan, without computing its elements. */
export function partitionsRelation(plan: FunctionPlan, context: StageContext): Relation {
  const { base } = segmentOf(plan, context);
  return stageRelation(inputOf(base, context), [], { sink: sinkOf("partitions"), wanted: null }, context);
}

/** The values themselves as rows of columns, where no other language has to read them; else null. */
function localColumns({ input, schema }: Elements): Relation | null {
  if (input.kind !== "values" || isPickled(input.batches)) return null;
  const rows = input.batches.flatMap((batch) =>
    batch.format === "v8" ? decodeElements(whole(batch)) : decodePortableExactly(batch),
  );
  return { localRelation: { data: fromRows(schema, rows as unknown[][]) } };
}

/** Elements that are rows, as a relation with their columns. */
export function elementsRelation(node: Elements, context: StageContext): Relation {
  const local = localColumns(node);
  if (local) return local;
  const { steps, base } = segmentOf(node.input, context);
  const input = inputOf(base, context);
  const ending = { bucketing: null, output: "own" as const, language: null };
  const planned = steps.length === 0 ? [] : planPasses(steps, input.data, context.language, ending);
  const passes = settlePasses(planned, input.data, context);
  const fields = node.schema.map(({ name, type, nullable }) => [name, type.kind, nullable]);
  const sink: Pickled = {
    dict: [
      ["kind", "columns"],
      ["schema", fields],
    ],
  };
  return stageRelation(input, passes, { sink, wanted: null }, context, columnsOf(node.schema));
}
