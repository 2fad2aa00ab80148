/**
 * The stages of a function plan as one relation. A stage is one `mapInArrow` over rows (partition, input, bucket, source,
 * part, batch); a shuffle sends each row to the partition that it names (`direct_shuffle_partition_id`) and sorts there,
 * since Spark promises no order. For `values → map → reduceByKey → collect`:
 *
 *     local rows → by partition → mapInArrow [map reduceByKey] → by partition → mapInArrow [reduceByKey] → driver
 *
 * A stage over several sources is the same over all their rows together, marked with the leaf of its tree that reads
 * them; what is needed by several tasks goes to each of them. What several stages of a job read is computed once, and kept
 * until the job has ended.
 */
import type { StageInput } from "../execute/stage-input.js";
import type { Stage } from "../execute/stage-plan.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { BatchRow } from "./batch-rows.js";
import type { InlineFunction, Relation } from "./connect-messages.js";
import type { BroadcastName } from "./executors.js";
import type { FilePlaces } from "./file-places.js";
import { type PassContext, passFields, workerLanguage } from "./pass-task.js";
import type { Pickled } from "./pickle.js";
import { batchRow, type OutputType, stageFunction } from "./python-command.js";
import {
  binaryRelation,
  inputColumns,
  localRelation,
  markers,
  numbered,
  placed,
  type Reading,
  unionOf,
  valueRows,
} from "./sources.js";
import { isDirect, type Leaf, leafKey, leavesOf, packedLists, passesOf, pickledTree, routesOf } from "./stage-tree.js";

type Node<K extends FunctionPlan["kind"]> = Extract<FunctionPlan, { kind: K }>;

/** Elements that no stage makes. */
export type Source =
  | { readonly kind: "values"; readonly node: Node<"values"> }
  | { readonly kind: "files"; readonly node: Node<"files">; readonly files: FilePlaces }
  /** Partition p of the relation has partition p's elements, in order. */
  | { readonly kind: "narrow"; readonly relation: Relation; readonly reading: Reading };

/** What all stages of a job have in common. */
export interface StageContext {
  readonly pass: PassContext;
  readonly broadcasts: readonly BroadcastName[];
  readonly properties: Readonly<Record<string, string>>;
  readonly source: (number: number) => Source;
  /** Computes a relation once for this job. */
  readonly share: (relation: Relation) => Promise<Relation>;
}

/** What becomes of the rows of the last stage. */
export interface StageEnd {
  readonly sink: Pickled;
  readonly output: OutputType;
  /** Null: all of them. */
  readonly wanted: readonly number[] | null;
  /** Other relations come before it in a union. */
  readonly follows?: boolean;
}

/** To which tasks the elements of each partition of a leaf go; null: each to the task of its number. */
type Targets = readonly (readonly number[])[] | null;

/** What is to become of a leaf's rows. */
interface Place {
  /** Its number in the tree that reads it. */
  readonly input: number;
  readonly targets: Targets;
  /** Other relations come before it in a union. */
  readonly follows: boolean;
}

/** The rows of a leaf, for the tasks that read them. */
type Feed = { readonly rows: readonly BatchRow[] } | { readonly relation: Relation };

interface TaskInput {
  readonly relation: Relation;
  readonly reading: Reading | "none";
  readonly direct: boolean;
}

const formatCodes = { portable: 1, pickle: 2 } as const;

export const sinkOf = (kind: string, ...fields: readonly (readonly [string, Pickled])[]): Pickled => ({
  dict: [["kind", kind], ...fields],
});

const routesSink = (kind: "shuffle" | "keep", input: number, targets: Targets): Pickled =>
  sinkOf(kind, ["routes", [[input, targets === null ? null : packedLists(targets)]]]);

/** Rows that stay where they are. */
export const keepSink: Pickled = routesSink("keep", 0, null);

const bucketsOf = ({ sink, spec }: Stage): number => (sink.kind === "shuffle" ? sink.buckets : spec.partitions);

/** Rows that name their partition: Spark's own number counts from the first relation of a union. */
const withNumbers = ({ relation, reading }: Pick<TaskInput, "relation" | "reading">) =>
  reading === "lines" || reading === "rows"
    ? { relation: numbered(relation), columns: [...inputColumns[reading], "partition"] }
    : { relation, columns: inputColumns[reading] };

export class StageRelations {
  readonly #context: StageContext;
  readonly #stages: ReadonlyMap<number, Stage>;
  /** How many stages read the outputs of one. */
  readonly #readers = new Map<number, number>();
  /** Outputs that several stages read. */
  readonly #shared = new Map<number, Promise<Relation>>();

  constructor(stages: readonly Stage[], context: StageContext) {
    this.#context = context;
    this.#stages = new Map(stages.map((stage) => [stage.spec.id, stage]));
    for (const { input } of stages)
      for (const leaf of leavesOf(input))
        if (leaf.kind === "shuffle") this.#readers.set(leaf.stage, (this.#readers.get(leaf.stage) ?? 0) + 1);
  }

  /** The rows that a stage puts out. */
  async relation(stage: Stage, { sink, output, wanted, follows = false }: StageEnd): Promise<Relation> {
    const { input, spec } = stage;
    const { relation, reading, direct } = await this.#taskInput(stage);
    const read = follows ? withNumbers({ relation, reading }) : { relation, columns: inputColumns[reading] };
    const leaves = leavesOf(input);
    const tree = pickledTree(input, {
      leaves,
      pass: ({ pass, partitions, inputs }) =>
        passFields(pass, { stage: spec.id, partitions, inputs: inputs.length }, this.#context.pass),
    });
    // Spark makes a task even where there is no partition.
    const computed = spec.partitions === 0 ? [] : wanted;
    const fields = this.#specFields({ reading, direct, tree, sink, wanted: computed, stage: spec.id, input });
    const func = this.#function(fields, read.columns, output);
    return { mapPartitions: { input: read.relation, func } };
  }

  #function(spec: Pickled, columns: readonly string[], output: OutputType): InlineFunction {
    const { python } = this.#context.pass.equipment;
    return stageFunction(python, { member: "stage", spec, input: columns, output });
  }

  #specFields(fields: {
    readonly reading: Reading | "none";
    readonly direct: boolean;
    readonly tree: Pickled;
    readonly sink: Pickled;
    readonly wanted: readonly number[] | null;
    readonly stage: number;
    /** Null: nothing is done to the elements. */
    readonly input: StageInput | null;
  }): Pickled {
    const { broadcasts, properties } = this.#context;
    return {
      dict: [
        ["source", fields.reading],
        ["format", this.#format(fields.input)],
        ["direct", fields.direct],
        ["tree", fields.tree],
        ["sink", fields.sink],
        ["wanted", fields.wanted],
        ["stage", fields.stage],
        ["broadcasts", broadcasts.map(({ id, name }): Pickled => [id, name])],
        ["properties", Object.entries(properties)],
      ],
    };
  }

  /** What rows and numbers become: pickles only where nobody but Python reads them. */
  #format(input: StageInput | null): number {
    const isPythons =
      input?.kind === "pass" && passesOf(input).every((pass) => workerLanguage(pass, this.#context.pass) === "python");
    return isPythons ? formatCodes.pickle : formatCodes.portable;
  }

  // --- what comes to the tasks of a stage

  async #taskInput({ input, spec }: Stage): Promise<TaskInput> {
    const { partitions } = spec;
    const leaves = leavesOf(input);
    const [leaf] = leaves;
    if (!leaf) {
      const end = String(Math.max(0, partitions));
      const relation: Relation = { range: { start: "0", end, step: "1", numPartitions: Math.max(1, partitions) } };
      return { relation, reading: "none", direct: true };
    }
    if (isDirect(input)) {
      const narrow = await this.#narrow(leaf);
      if (narrow) return { ...narrow, direct: true };
      const only = { input: 0, targets: null, follows: false };
      return { relation: this.#placed([await this.#feed(leaf, only)], partitions), reading: "batches", direct: true };
    }
    const routes = routesOf(input, partitions);
    const feeds = leaves.map((one, number) => {
      const targets = routes.get(leafKey(one)) ?? [];
      return this.#feed(one, { input: number, targets, follows: number > 0 });
    });
    return { relation: this.#placed(await Promise.all(feeds), partitions), reading: "batches", direct: false };
  }

  #placed(feeds: readonly Feed[], partitions: number): Relation {
    const rows = feeds.flatMap((feed) => ("rows" in feed ? feed.rows : []));
    const relations = feeds.flatMap((feed) => ("relation" in feed ? [feed.relation] : []));
    // Rows of the driver come last: relations before it count the partitions.
    const all = unionOf([...relations, localRelation([...rows, ...markers(partitions)])] as [Relation]);
    return placed(all, Math.max(1, partitions));
  }

  /** A leaf whose partitions are Spark's own, in order. */
  async #narrow(leaf: Leaf): Promise<{ readonly relation: Relation; readonly reading: Reading } | null> {
    if (leaf.kind === "outside") {
      const source = this.#context.source(leaf.source);
      return source.kind === "narrow" ? source : null;
    }
    if ((this.#readers.get(leaf.stage) ?? 0) < 2) return null;
    return { relation: await this.#sharedOutputs(leaf.stage), reading: "batches" };
  }

  #sharedOutputs(id: number): Promise<Relation> {
    const known = this.#shared.get(id);
    if (known) return known;
    const stage = this.#stages.get(id) as Stage;
    const place = { input: 0, targets: null, follows: false };
    const sharing = this.#outputs(stage, place).then((relation) =>
      this.#context.share(this.#placed([{ relation }], bucketsOf(stage))),
    );
    this.#shared.set(id, sharing);
    return sharing;
  }

  /** What a stage writes for another one's leaf. */
  #outputs(stage: Stage, { input, targets, follows }: Place): Promise<Relation> {
    const sink = routesSink("shuffle", input, targets);
    return this.relation(stage, { sink, output: batchRow, wanted: null, follows });
  }

  async #feed(leaf: Leaf, place: Place): Promise<Feed> {
    const { input, targets } = place;
    const narrow = await this.#narrow(leaf);
    if (narrow) return { relation: this.#routed(narrow, place) };
    if (leaf.kind === "shuffle") {
      const stage = this.#stages.get(leaf.stage) as Stage;
      return { relation: await this.#outputs(stage, place) };
    }
    const source = this.#context.source(leaf.source);
    if (source.kind === "files") return { relation: this.#files(source, input, targets) };
    return { rows: source.kind === "values" ? valueRows(source.node, input, targets) : [] };
  }

  /** Partitions of Spark's own, on their way to other tasks. */
  #routed(
    { relation, reading }: { readonly relation: Relation; readonly reading: Reading },
    { input, targets, follows }: Place,
  ): Relation {
    const tree: Pickled = sinkOf("leaf", ["leaf", 0]);
    const sink = routesSink("keep", input, targets);
    const spec = this.#specFields({ reading, direct: true, tree, sink, wanted: null, stage: -1, input: null });
    const read = follows ? withNumbers({ relation, reading }) : { relation, columns: inputColumns[reading] };
    return { mapPartitions: { input: read.relation, func: this.#function(spec, read.columns, batchRow) } };
  }

  #files({ node, files }: Extract<Source, { kind: "files" }>, input: number, targets: Targets): Relation {
    const { format } = node;
    const own = format.kind === "objects" && format.language === "typescript" ? "v8" : "pickle";
    const form: Pickled = {
      dict: [
        ["kind", format.kind],
        ["recordBytes", format.kind === "records" ? format.recordBytes : 0],
        ["own", own],
      ],
    };
    const places = files.places.map(({ path, partition, starts }): Pickled => [path, partition, starts]);
    const spec: Pickled = {
      dict: [
        ["form", form],
        ["places", places],
        ["routes", [[input, targets === null ? null : packedLists(targets)]]],
      ],
    };
    const { python } = this.#context.pass.equipment;
    const columns = inputColumns.files;
    const func = stageFunction(python, { member: "files", spec, input: columns, output: batchRow });
    return { mapPartitions: { input: binaryRelation(node.path, columns), func } };
  }
}

/** One row per partition of a relation of Spark's, without looking at its rows. */
export function partitionsRelation(
  { relation, reading }: Extract<Source, { kind: "narrow" }>,
  { equipment }: Pick<PassContext, "equipment">,
): Relation {
  const spec: Pickled = {
    dict: [
      ["source", reading],
      ["format", formatCodes.portable],
      ["direct", true],
      ["tree", sinkOf("leaf", ["leaf", 0])],
      ["sink", sinkOf("partitions")],
      ["wanted", null],
      ["stage", -1],
      ["broadcasts", []],
      ["properties", []],
    ],
  };
  const func = stageFunction(equipment.python, {
    member: "stage",
    spec,
    input: inputColumns[reading],
    output: batchRow,
  });
  return { mapPartitions: { input: relation, func } };
}
