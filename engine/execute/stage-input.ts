/** Where the elements of all partitions of a stage come from; `taskInput` says it for one partition. */
import type { BatchSlice } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import type { QueryInput } from "../embedded/query-run.js";
import { EngineError } from "../errors.js";
import type { FunctionPlan, PipeCommand } from "../plan/plan.js";
import type { FilePartition } from "../source/file-partitions.js";
import { type NumberSlice, numberSlice } from "../source/number-batches.js";
import type { TextSplit } from "../source/text-splits.js";
import type { BlockId, Pass, StorageFlags, TaskInput } from "./task.js";

type NumbersNode = Extract<FunctionPlan, { kind: "numbers" }>;

export interface QueryStageInput extends Omit<QueryInput, "blocks"> {
  readonly stage: number;
}

export type StageInput =
  | { readonly kind: "values"; readonly slices: readonly (readonly BatchSlice[])[] }
  | { readonly kind: "text"; readonly partitions: readonly (readonly TextSplit[])[] }
  | { readonly kind: "files"; readonly partitions: readonly FilePartition[] }
  | { readonly kind: "numbers"; readonly plan: NumbersNode; readonly format: NumberSlice["format"] }
  | { readonly kind: "shuffle"; readonly stage: number }
  /** The block that another stage wrote for the same partition. */
  | { readonly kind: "blocks"; readonly stage: number }
  /** One block file for each partition. */
  | { readonly kind: "stored"; readonly files: readonly string[] }
  /** Elements that the backend reads in a way of its own, by its number for them. */
  | { readonly kind: "outside"; readonly source: number }
  /** One statement per partition, over tables that other stages wrote. */
  | {
      readonly kind: "query";
      readonly statements: readonly string[];
      readonly output: Schema;
      readonly inputs: readonly QueryStageInput[];
      /** Task p reads block p of each input; otherwise all blocks. */
      readonly byPartition: boolean;
    }
  | {
      readonly kind: "pass";
      readonly pass: Pass;
      readonly partitions: number;
      readonly inputs: readonly StageInput[];
    }
  | {
      readonly kind: "union";
      readonly inputs: readonly { readonly input: StageInput; readonly partitions: number }[];
    }
  /** Partition p of every input. */
  | { readonly kind: "aligned"; readonly inputs: readonly StageInput[] }
  | { readonly kind: "regroup"; readonly groups: readonly (readonly number[])[]; readonly input: StageInput }
  /** One side of a cartesian product; `partitions` of the right side. */
  | { readonly kind: "side"; readonly side: "left" | "right"; readonly partitions: number; readonly input: StageInput }
  | { readonly kind: "pipe"; readonly command: PipeCommand; readonly input: StageInput }
  | { readonly kind: "cached"; readonly rdd: number; readonly level: StorageFlags; readonly input: StageInput };

/** The outputs of stages, as far as they are there. */
export interface StageOutputs {
  /** Files in the order of partitions, or the first partition whose file is missing. */
  files(stage: number): readonly string[] | { readonly missing: number };
}

/** What one partition of a stage reads. */
export function taskInput(input: StageInput, partition: number, outputs: StageOutputs): TaskInput {
  const below = (inner: StageInput, index: number): TaskInput => taskInput(inner, index, outputs);
  switch (input.kind) {
    case "values":
      return { kind: "values", slices: input.slices[partition] ?? [] };
    case "text":
      return { kind: "text", splits: input.partitions[partition] ?? [] };
    case "files":
      return { kind: "files", partition: given(input.partitions[partition], partition) };
    case "numbers":
      return { kind: "numbers", slice: numberSlice(input.plan, partition, input.format) };
    case "stored":
      return { kind: "blocks", files: [input.files[partition] ?? ""] };
    case "shuffle":
      return whole(input.stage, outputs, (files) => ({ kind: "shuffle", bucket: partition, files }));
    case "blocks":
      return whole(input.stage, outputs, (files) => ({ kind: "blocks", files: files.slice(partition, partition + 1) }));
    case "outside":
      throw new EngineError("INTERNAL", { reason: "a task of ours does not read what is outside" });
    case "query":
      return queryInput(input, partition, outputs);
    case "pass": {
      const { pass, partitions } = input;
      return {
        kind: "pass",
        pass,
        partition,
        partitions,
        inputs: input.inputs.map((inner) => below(inner, partition)),
      };
    }
    case "union":
      return unionPlace(input, partition, below);
    case "aligned":
      return { kind: "concat", inputs: input.inputs.map((inner) => below(inner, partition)) };
    case "regroup":
      return concat((input.groups[partition] ?? []).map((index) => below(input.input, index)));
    case "side":
      return below(input.input, sidePartition(input, partition));
    case "pipe":
      return { kind: "pipe", command: input.command, input: below(input.input, partition) };
    case "cached": {
      const block = { rdd: input.rdd, partition };
      return { kind: "cached", block, level: input.level, input: below(input.input, partition) };
    }
  }
}

function given<T>(found: T | undefined, partition: number): T {
  if (found === undefined) throw new EngineError("INTERNAL", { reason: `there is no partition ${partition}` });
  return found;
}

/** The blocks of persisted RDDs that one partition of a stage may read. */
export function cachedBlocks(input: StageInput, partition: number): BlockId[] {
  switch (input.kind) {
    case "cached":
      return [{ rdd: input.rdd, partition }, ...cachedBlocks(input.input, partition)];
    case "pass":
    case "aligned":
      return input.inputs.flatMap((inner) => cachedBlocks(inner, partition));
    case "pipe":
      return cachedBlocks(input.input, partition);
    case "regroup":
      return (input.groups[partition] ?? []).flatMap((index) => cachedBlocks(input.input, index));
    case "side":
      return cachedBlocks(input.input, sidePartition(input, partition));
    case "union":
      return unionPlace(input, partition, cachedBlocks);
    default:
      return [];
  }
}

const sidePartition = ({ side, partitions }: Extract<StageInput, { kind: "side" }>, partition: number): number =>
  side === "left" ? Math.floor(partition / partitions) : partition % partitions;

const concat = (inputs: readonly TaskInput[]): TaskInput =>
  inputs.length === 1 && inputs[0] ? inputs[0] : { kind: "concat", inputs };

/** What `below` says of the input of a union to which a partition belongs. */
function unionPlace<T>(
  { inputs }: Extract<StageInput, { kind: "union" }>,
  partition: number,
  below: (input: StageInput, partition: number) => T,
): T {
  let first = 0;
  for (const { input, partitions } of inputs) {
    if (partition < first + partitions) return below(input, partition - first);
    first += partitions;
  }
  throw new EngineError("INTERNAL", { reason: `partition ${partition} of a union of ${first}` });
}

/** An input over all outputs of a stage. */
function whole(stage: number, outputs: StageOutputs, input: (files: readonly string[]) => TaskInput): TaskInput {
  const files = outputs.files(stage);
  return "missing" in files ? { kind: "missing", stage, partition: files.missing } : input(files);
}

function queryInput(
  { statements, output, inputs, byPartition }: Extract<StageInput, { kind: "query" }>,
  partition: number,
  outputs: StageOutputs,
): TaskInput {
  const tables = [];
  for (const { stage, ...table } of inputs) {
    const files = outputs.files(stage);
    if ("missing" in files) return { kind: "missing", stage, partition: files.missing };
    tables.push({ ...table, blocks: byPartition ? files.slice(partition, partition + 1) : files });
  }
  return { kind: "query", query: { sql: statements[partition] ?? "", output, inputs: tables } };
}
