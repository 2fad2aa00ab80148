/** Where elements of a stage come from that no stage has made, as relations. */
import { type Batch, sliceBatches, whole } from "../data/batch.js";
import { decodeElements } from "../data/elements.js";
import { encodePortable } from "../data/portable.js";
import { EngineError } from "../errors.js";
import type { Language } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import { splitList } from "../source/text-paths.js";
import { type BatchRow, batchColumns, encodeBatchRows } from "./batch-rows.js";
import type { ConnectOrder, Expression, Relation } from "./connect-messages.js";

type Node<K extends FunctionPlan["kind"]> = Extract<FunctionPlan, { kind: K }>;

/** Rows with the number of their partition, which Spark does not tell tasks below a union. */
export const numbered = (input: Relation): Relation => ({
  project: {
    input,
    expressions: [
      { unresolvedStar: {} },
      {
        alias: {
          expr: { unresolvedFunction: { functionName: "spark_partition_id", arguments: [] } },
          name: ["partition"],
        },
      },
    ],
  },
});

/** How a stage reads the rows of its relation. */
export type Reading = "batches" | "rows" | "lines";

/** The columns by which Spark knows that they are used; `none`: one row for each task, which nobody reads. */
export const inputColumns: Readonly<Record<Reading | "files" | "none", readonly string[]>> = {
  batches: batchColumns,
  rows: ["row"],
  lines: ["value"],
  files: ["path", "content"],
  none: ["id"],
};

/** Local rows travel in one message; Spark's servers take 128 MiB. */
const localBytesLimit = 100 * 1024 * 1024;

// --- expressions and relations of the plumbing

export const column = (name: string): Expression => ({ unresolvedAttribute: { unparsedIdentifier: name } });
const ascending = (name: string): ConnectOrder => ({ child: column(name), direction: 1, nullOrdering: 1 });

export const localRelation = (rows: readonly BatchRow[]): Relation => ({
  localRelation: { data: encodeBatchRows(rows) },
});

/** The order of rows within a task. */
const order = ["input", "bucket", "source", "part"].map(ascending);

/** Every row in the partition that it names, in order: Spark promises none. */
export function placed(input: Relation, numPartitions: number): Relation {
  const partitionExprs = [{ directShufflePartitionId: { child: column("partition") } }];
  const moved: Relation = { repartitionByExpression: { input, partitionExprs, numPartitions } };
  return { sort: { input: moved, order, isGlobal: false } };
}

/** One row without a batch per partition: Spark drops stages that get no rows at all. */
export const markers = (partitions: number): BatchRow[] =>
  Array.from({ length: partitions }, (_, partition) => ({ partition, slice: null }));

/** All rows of these relations, which have the same columns; flat trees need no deep stack. */
export function unionOf(relations: readonly [Relation, ...Relation[]]): Relation {
  const [first, ...others] = relations;
  if (others.length === 0) return first;
  const half = Math.ceil(relations.length / 2);
  const [left, right] = [relations.slice(0, half), relations.slice(half)] as unknown as (typeof relations)[];
  const [leftInput, rightInput] = [unionOf(left as typeof relations), unionOf(right as typeof relations)];
  return { setOp: { leftInput, rightInput, setOpType: 2, isAll: true } };
}

/** Rows that say of no batch: notes on their way to accumulators. */
export const notesOf = (input: Relation): Relation => ({
  filter: {
    input,
    condition: {
      unresolvedFunction: {
        functionName: "and",
        arguments: [
          {
            unresolvedFunction: {
              functionName: "==",
              arguments: [column("input"), { literal: { integer: -1 } }],
            },
          },
          { unresolvedFunction: { functionName: "isnotnull", arguments: [column("batch")] } },
        ],
      },
    },
  },
});

// --- sources

const isPickled = (batches: readonly Batch[]): boolean => batches[0]?.format === "pickle";

/** In whose form the program's values travel: TypeScript's own batches become portable. */
export const valuesLanguage = ({ batches }: Node<"values">): Language | null => (isPickled(batches) ? "python" : null);

/** The program's values, each slice once for every task that reads it. */
export function valueRows(
  { batches, slices, group }: Node<"values">,
  input: number,
  targets: readonly (readonly number[])[] | null,
): BatchRow[] {
  const rows = sliceBatches(batches, slices, group).flatMap((pieces, bucket) =>
    pieces.flatMap((slice) => {
      const travelling = slice.batch.format === "v8" ? whole(encodePortable(decodeElements(slice))) : slice;
      const tasks = targets === null ? [bucket] : (targets[bucket] ?? []);
      return tasks.map((partition): BatchRow => ({ partition, input, bucket, slice: travelling }));
    }),
  );
  const size = rows.reduce((sum, { slice }) => sum + (slice?.batch.bytes.length ?? 0), 0);
  if (size > localBytesLimit)
    throw new EngineError("LIMIT_REACHED", { what: "data sent by parallelize", limit: `${localBytesLimit} bytes` });
  return rows;
}

/** All columns as one, named `row`: nobody here knows their names. */
export const wholeRows = (input: Relation): Relation => ({
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

const pathsIn = (path: string): readonly string[] => splitList(path).map((part) => part.trim());

export const textRelation = (path: string): Relation => textOf(pathsIn(path));

const textOf = (paths: readonly string[]): Relation => ({ read: { dataSource: { format: "text", paths } } });

/** Files that Spark reads one after the other; of more, it decides itself which lie in one partition. */
const orderedFiles = 100;
/** Characters of patterns, which a path that is read again must not have. */
const patternCharacters = /[{}[\]*?\\]/;

/** Lines of files in the order of their names, each file a partition or more; too many of them as Spark likes. */
export function orderedTextRelation(path: string, files: readonly string[]): Relation {
  const isOrdered = files.length > 1 && files.length <= orderedFiles;
  if (!isOrdered || files.some((file) => patternCharacters.test(file))) return textRelation(path);
  const [first, ...others] = files.toSorted().map((file) => textOf([file]));
  return first ? unionOf([first, ...others]) : textRelation(path);
}

/** Files with their content; without `content`, only what the file system says of them. */
export const binaryRelation = (path: string, columns: readonly string[]): Relation => ({
  project: {
    input: { read: { dataSource: { format: "binaryFile", paths: pathsIn(path) } } },
    expressions: columns.map(column),
  },
});
