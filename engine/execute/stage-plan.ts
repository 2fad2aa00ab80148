/**
 * From a plan to stages: narrow steps are fused, a stage ends at each shuffle. For
 * `textFile → flatMap → map → reduceByKey` that is stage 0: text, [flatMap map reduceByKey], buckets by hash;
 * and stage 1: stage 0's buckets, [reduceByKey]. Between two shuffles a stage is a tree of inputs: unions, zips and joins
 * of partitions stand in the middle of it, and so do persisted RDDs.
 */
import { sliceBatches } from "../data/batch.js";
import type { FragmentInput, QueryFragment } from "../embedded/fragments.js";
import { type CallSite, EngineError } from "../errors.js";
import type { Job } from "../plan/backend.js";
import type { AnyKernel, Language } from "../plan/kernel.js";
import { batchLanguage, commonLanguage, kernelLanguage } from "../plan/language.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Retention } from "../plan/retention.js";
import type { StageSpec } from "../schedule/stage.js";
import { codecNamed } from "../source/codecs.js";
import type { FilePartition } from "../source/file-partitions.js";
import type { TextSplit } from "../source/text-splits.js";
import { type Ending, planPasses } from "./passes.js";
import type { QueryStageInput, StageInput } from "./stage-input.js";
import type { TaskSink } from "./task.js";

type Node<K extends FunctionPlan["kind"]> = Extract<FunctionPlan, { kind: K }>;

/** What all tasks of one stage have in common. */
export interface Stage {
  readonly spec: StageSpec;
  readonly input: StageInput;
  readonly sink: TaskSink;
  /** Such as `reduceByKey at app.ts:8`. */
  readonly name: string;
  /** No later job can ask for its outputs. */
  readonly once: boolean;
  /** Persisted RDDs of which it computes or reads blocks. */
  readonly persisted: readonly Retention[];
}

/** All partitions of a job's result, which its last stage makes. */
export const partitionsOf = (stages: readonly Stage[]): number[] =>
  Array.from({ length: stages.at(-1)?.spec.partitions ?? 0 }, (_, partition) => partition);

/** What planning needs to know of the session. */
export interface StageContext {
  /** The language of the program, in which elements leave. */
  readonly language: Language;
  readonly newStageId: () => number;
  /** The stage that fills a shuffle keeps its id as long as the plan node lives. */
  readonly shuffleStageId: (node: Node<"exchange">) => number;
  /** Partitions of text files, listed once per plan node. */
  readonly textPartitions: (node: Node<"textFile">) => readonly (readonly TextSplit[])[];
  /** The same for files of other kinds. */
  readonly filePartitions: (node: Node<"files">) => readonly FilePartition[];
  /** The fragments of a relation, found before stages are planned. */
  readonly fragment: (node: Node<"rows">) => QueryFragment;
  /** The stages of a relation that was run before, by its fragments. */
  readonly fragmentStageId: (part: QueryFragment | FragmentInput) => number;
  /** Whether every partition of a persisted RDD is kept somewhere, so that nothing above it need run. */
  readonly isKept: (retention: Retention, partitions: number) => boolean;
  /** Elements that the backend reads in a way of its own; it is asked for every node. */
  readonly outside?: (node: FunctionPlan) => OutsideSource | null;
}

/** Elements that are there, whatever the plan says of where they come from. */
export interface OutsideSource {
  /** By which the backend knows them. */
  readonly source: number;
  readonly partitions: number;
  /** Language of their form; null when every language reads it. */
  readonly data: Language | null;
}

export const siteName = ({ call, file, line }: CallSite): string => `${call} at ${file.split("/").at(-1)}:${line}`;

/** Elements under way: a source, and kernels that no pass has taken up yet. */
interface Flow {
  /** One; several where the first step is a kernel that takes them. */
  readonly inputs: readonly [StageInput, ...StageInput[]];
  readonly partitions: number;
  readonly parents: ReadonlySet<number>;
  readonly persisted: readonly Retention[];
  /** Language of the form of the source's elements; null when every language reads it. */
  readonly data: Language | null;
  readonly steps: readonly AnyKernel[];
  readonly barrier: boolean;
}

type Label = Pick<Stage, "name" | "once">;

interface Materialised {
  readonly stage: number;
  readonly partitions: number;
}

/** Plans the stages of one job. */
class StagePlanner {
  readonly #context: StageContext;
  readonly stages: Stage[] = [];
  readonly #planned = new Set<number>();
  readonly #flows = new Map<FunctionPlan, Flow>();
  /** Language of what the stage of a shuffle wrote. */
  readonly #languages = new Map<number, Language>();

  constructor(context: StageContext) {
    this.#context = context;
  }

  /** The elements of a plan: built from its source upwards, so that deep plans need no deep stack. */
  flow(plan: FunctionPlan): Flow {
    const above: Node<"step">[] = [];
    let node = plan;
    while (node.kind === "step" && !this.#flows.has(node) && !this.#given(node)) {
      above.push(node);
      node = node.input;
    }
    let flow = this.#flows.get(node) ?? this.#given(node) ?? this.#kept(node, this.#source(node));
    this.#flows.set(node, flow);
    for (const step of above.reverse()) {
      const barrier = flow.barrier || step.barrier === true;
      flow = this.#kept(step, { ...flow, steps: [...flow.steps, step.kernel], barrier });
      if (isKeptNode(step)) this.#flows.set(step, flow);
    }
    return flow;
  }

  /** What stands for a node and all below it. */
  #given(node: FunctionPlan): Flow | null {
    const outside = this.#context.outside?.(node);
    if (!outside) return stored(node);
    return leaf({ kind: "outside", source: outside.source }, outside.partitions, outside.data);
  }

  #source(node: FunctionPlan): Flow {
    switch (node.kind) {
      case "values": {
        const slices = sliceBatches(node.batches, node.slices, node.group);
        return leaf({ kind: "values", slices }, node.slices, batchLanguage(node.batches));
      }
      case "textFile": {
        const partitions = this.#context.textPartitions(node);
        return leaf({ kind: "text", partitions }, partitions.length, null);
      }
      case "files": {
        const partitions = this.#context.filePartitions(node);
        const data = node.format.kind === "objects" ? node.format.language : null;
        return leaf({ kind: "files", partitions }, partitions.length, data);
      }
      case "numbers":
        return leaf({ kind: "numbers", plan: node, format: "portable" }, node.slices, null);
      case "rows": {
        const { stage, partitions } = this.#query(this.#context.fragment(node), labelOf(node));
        return { ...leaf({ kind: "blocks", stage }, partitions, null), parents: new Set([stage]) };
      }
      case "exchange":
        return this.#shuffled(node);
      case "union":
        return this.#union(node);
      case "regroup":
        return this.#regrouped(node);
      case "combine":
        return this.#combined(node);
      case "cartesian":
        return this.#cartesian(node);
      case "pipe":
        return this.#piped(node);
      case "step":
        return this.flow(node.input);
      case "deferred":
        throw new EngineError("INTERNAL", { reason: "a deferred plan was not settled" });
    }
  }

  /** The end of the passes: elements in the form that is wanted. */
  close(flow: Flow, ending: Ending): { readonly input: StageInput; readonly data: Language | null } {
    const isPlain = ending.bucketing === null && !ending.batchElements;
    const bare = flow.steps.length === 0 && isPlain && flow.inputs.every(hasWholeBatches);
    const asIs = bare && (ending.language === null || ending.language === flow.data) && ending.output === "own";
    if (asIs) return { input: flow.inputs[0], data: flow.data };
    const passes = planPasses(flow.steps, flow.data, this.#context.language, ending);
    const { partitions } = flow;
    let inputs = passes[0]?.language === "typescript" ? asNumbers(flow.inputs) : flow.inputs;
    for (const pass of passes) inputs = [{ kind: "pass", pass, partitions, inputs }];
    return { input: inputs[0], data: ending.output === "own" ? (passes.at(-1)?.language ?? null) : null };
  }

  /** Elements in the form of their own language, or of the one that is named. */
  #closed(flow: Flow, language: Language | null): Flow {
    const { input, data } = this.close(flow, { bucketing: null, output: "own", language });
    return { ...flow, inputs: [input], data, steps: [] };
  }

  /** A node that the program persisted: its blocks are looked for first. */
  #kept(node: FunctionPlan, flow: Flow): Flow {
    const { retention } = node;
    if (!retention?.level.keeps || retention.checkpointed) return flow;
    const whole = this.#closed(flow, null);
    const { useDisk, useMemory, replication } = retention.level;
    const level = { useDisk, useMemory, replication };
    const isKept = this.#context.isKept(retention, flow.partitions);
    return {
      ...whole,
      inputs: [{ kind: "cached", rdd: retention.rdd, level, input: whole.inputs[0] }],
      parents: isKept ? new Set() : whole.parents,
      persisted: [...whole.persisted, retention],
    };
  }

  #shuffled(node: Node<"exchange">): Flow {
    const id = this.#context.shuffleStageId(node);
    if (!this.#planned.has(id)) {
      this.#planned.add(id);
      const flow = this.flow(node.input);
      const portable = node.bucketing.by === "hash" && node.bucketing.family === "portable";
      const output = portable ? "portable" : "own";
      const { input, data } = this.close(flow, { bucketing: node.bucketing, output, language: null });
      if (data !== null) this.#languages.set(id, data);
      this.#push(id, flow, input, { kind: "shuffle", buckets: node.bucketing.partitions }, labelOf(node));
    }
    const source: StageInput = { kind: "shuffle", stage: id };
    const flow = leaf(source, node.bucketing.partitions, this.#languages.get(id) ?? null);
    return { ...flow, parents: new Set([id]) };
  }

  #union(node: Node<"union">): Flow {
    const flows = node.inputs.map((input) => this.flow(input));
    const own = flows.map((flow) => this.#closed(flow, null));
    const languages = new Set(own.flatMap((flow) => flow.data ?? []));
    const closed = languages.size > 1 ? flows.map((flow) => this.#portable(flow)) : own;
    const inputs = closed.map(({ inputs: [input], partitions }) => ({ input, partitions }));
    const counts = closed.map(({ partitions }) => partitions);
    const forms = new Set(closed.map((flow) => flow.data));
    return {
      ...together(closed),
      inputs: [
        node.aligned ? { kind: "aligned", inputs: inputs.map(({ input }) => input) } : { kind: "union", inputs },
      ],
      partitions: node.aligned ? Math.max(...counts) : counts.reduce((sum, count) => sum + count, 0),
      data: forms.size === 1 ? ([...forms][0] ?? null) : null,
    };
  }

  #portable(flow: Flow): Flow {
    const { input } = this.close(flow, { bucketing: null, output: "portable", language: null });
    return { ...flow, inputs: [input], data: null, steps: [] };
  }

  #regrouped(node: Node<"regroup">): Flow {
    const flow = this.#closed(this.flow(node.input), null);
    const { groups } = node;
    return { ...flow, inputs: [{ kind: "regroup", groups, input: flow.inputs[0] }], partitions: groups.length };
  }

  /** All inputs in the form of the language that runs the kernel. */
  #combined({ inputs, kernel }: Node<"combine">): Flow {
    const flows = inputs.map((input) => this.flow(input));
    const language = this.#combining(kernel, flows);
    const closed = flows.map((flow) => this.#readable(flow, language));
    return {
      ...together(closed),
      inputs: closed.map(({ inputs: [input] }) => input) as [StageInput, ...StageInput[]],
      partitions: closed[0]?.partitions ?? 0,
      data: language,
      steps: [kernel],
    };
  }

  #combining(kernel: AnyKernel, flows: readonly Flow[]): Language {
    return kernelLanguage(kernel) ?? commonLanguage(flows.map(languageAfter)) ?? this.#context.language;
  }

  /** Elements in a form that the language reads: its own, text, or portable. */
  #readable(flow: Flow, language: Language): Flow {
    const own = languageAfter(flow);
    if (own !== null && own !== language) return this.#portable(flow);
    return this.#closed(flow, flow.steps.length > 0 ? language : null);
  }

  #cartesian(node: Node<"cartesian">): Flow {
    const flows = [this.flow(node.left), this.flow(node.right)];
    const kernel: AnyKernel = { op: "cartesian" };
    const language = this.#combining(kernel, flows);
    const [left, right] = flows.map((flow) => this.#readable(flow, language)) as [Flow, Flow];
    const { partitions } = right;
    return {
      ...together([left, right]),
      inputs: [
        { kind: "side", side: "left", partitions, input: left.inputs[0] },
        { kind: "side", side: "right", partitions, input: right.inputs[0] },
      ],
      partitions: left.partitions * partitions,
      data: language,
      steps: [kernel],
    };
  }

  #piped({ input, command }: Node<"pipe">): Flow {
    const flow = this.flow(input);
    const text = { ...flow, steps: [...flow.steps, { op: "text" } as const] };
    const closed = this.close(text, { bucketing: null, output: "lines", language: null });
    return { ...flow, inputs: [{ kind: "pipe", command, input: closed.input }], data: null, steps: [] };
  }

  // --- relations

  #push(
    id: number,
    flow: Flow,
    input: StageInput,
    sink: TaskSink,
    label: Label,
    role: "outputs" | "result" = "outputs",
  ): void {
    const { partitions, parents, persisted, barrier } = flow;
    const changed = barrier ? changesPartitions(input) : null;
    if (changed !== null) throw new EngineError("BARRIER_CHAIN", { what: changed });
    const spec: StageSpec = { id, parents: [...parents], partitions, role, ...(barrier && { barrier }) };
    this.stages.push({ spec, input, sink, persisted, ...label });
  }

  /** A stage that writes blocks: a query, or the elements that one reads. */
  #blocks(id: number, flow: Flow, input: StageInput, label: Label): Materialised {
    if (!this.#planned.has(id)) {
      this.#planned.add(id);
      this.#push(id, flow, input, { kind: "block", directory: null }, label);
    }
    return { stage: id, partitions: flow.partitions };
  }

  #query(fragment: QueryFragment, label: Label): Materialised {
    const made = fragment.inputs.map((input) => this.#queryInput(input, label));
    const { tasks, output } = fragment;
    const count = tasks.kind === "whole" ? 1 : (made[0]?.partitions ?? 1);
    const statements = tasks.kind === "each" ? tasks.statements : Array.from({ length: count }, () => tasks.statement);
    const inputs = fragment.inputs.map(
      ({ name, schema, functions }, i): QueryStageInput => ({ name, schema, functions, stage: made[i]?.stage ?? -1 }),
    );
    const input: StageInput = {
      kind: "query",
      statements,
      output,
      inputs,
      byPartition: tasks.kind === "perInputPartition",
    };
    const parents = new Set(made.map(({ stage }) => stage));
    const flow = { ...leaf(input, statements.length, null), parents };
    return this.#blocks(this.#context.fragmentStageId(fragment), flow, input, label);
  }

  #queryInput(input: FragmentInput, label: Label): Materialised {
    const flow = input.source.kind === "elements" ? this.flow(input.source.plan) : this.#udfFlow(input.source, label);
    const closed = this.close(flow, { bucketing: null, output: "portable", language: null });
    return this.#blocks(this.#context.fragmentStageId(input), flow, closed.input, label);
  }

  #udfFlow({ query, calls }: Extract<FragmentInput["source"], { kind: "udf" }>, label: Label): Flow {
    const { stage, partitions } = this.#query(query, label);
    const steps: AnyKernel[] = [{ op: "udf", calls: calls.map(({ fn, args }) => ({ fn, args })) }];
    return { ...leaf({ kind: "blocks", stage }, partitions, null), parents: new Set([stage]), steps };
  }

  // --- the result

  result(job: Job): void {
    const flow = this.flow(job.plan);
    const { steps, ending, sink } = resultOf(job, this.#context.language);
    const { input } = this.close({ ...flow, steps: [...flow.steps, ...steps] }, ending);
    if (flow.barrier && job.partitions && job.partitions.length < flow.partitions) {
      throw new EngineError("BARRIER_CHAIN", { what: job.site.call }, { origin: { site: job.site } });
    }
    this.#push(this.#context.newStageId(), flow, input, sink, { name: siteName(job.site), once: true }, "result");
  }
}

const leaf = (input: StageInput, partitions: number, data: Language | null): Flow => ({
  inputs: [input],
  partitions,
  parents: new Set(),
  persisted: [],
  data,
  steps: [],
  barrier: false,
});

/** What several flows have in common when one follows from all of them. */
const together = (flows: readonly Flow[]): Pick<Flow, "parents" | "persisted" | "barrier" | "steps"> => ({
  steps: [],
  parents: new Set(flows.flatMap(({ parents }) => [...parents])),
  persisted: flows.flatMap(({ persisted }) => persisted),
  barrier: flows.some(({ barrier }) => barrier),
});

/** The language in whose form the elements are when all steps have run. */
const languageAfter = ({ steps, data }: Flow): Language | null =>
  steps.map(kernelLanguage).findLast((language) => language !== null) ?? data;

/** What on the way to these elements makes more or fewer partitions of those before it. */
function changesPartitions(input: StageInput): string | null {
  switch (input.kind) {
    case "union":
      return "union";
    case "regroup":
      return "coalesce";
    case "side":
      return "cartesian";
    case "pass":
    case "aligned":
      return input.inputs.map(changesPartitions).find((found) => found !== null) ?? null;
    case "pipe":
    case "cached":
      return changesPartitions(input.input);
    default:
      return null;
  }
}

/** Numbers that TypeScript functions read need not become portable first. */
const asNumbers = ([first, ...others]: Flow["inputs"]): Flow["inputs"] =>
  first.kind === "numbers" && others.length === 0 ? [{ ...first, format: "v8" }] : [first, ...others];

/** Whether no batch has to be cut before it is written. */
function hasWholeBatches(input: StageInput): boolean {
  switch (input.kind) {
    case "values":
    case "outside":
      return false;
    case "union":
      return input.inputs.every(({ input: inner }) => hasWholeBatches(inner));
    case "aligned":
      return input.inputs.every(hasWholeBatches);
    case "regroup":
    case "side":
      return hasWholeBatches(input.input);
    default:
      return true;
  }
}

const isKeptNode = ({ retention }: FunctionPlan): boolean => retention?.level.keeps === true;

/** A checkpoint stands for everything above it. */
function stored({ retention }: FunctionPlan): Flow | null {
  const checkpoint = retention?.checkpointed;
  if (!checkpoint) return null;
  const { files, language } = checkpoint;
  return leaf({ kind: "stored", files }, files.length, language);
}

const labelOf = (node: FunctionPlan): Label => ({
  name: siteName(node.site),
  once: "once" in node && node.once === true,
});

interface ResultProgram {
  readonly steps: readonly AnyKernel[];
  readonly ending: Ending;
  readonly sink: TaskSink;
}

/** What the delivering stage does with its elements. */
function resultOf({ output, site }: Job, language: Language): ResultProgram {
  const ending = (form: Ending["output"], wanted: Language | null): Ending => ({
    bucketing: null,
    output: form,
    language: wanted,
  });
  switch (output.kind) {
    case "collect":
      return output.format === "own"
        ? { steps: [], ending: ending("own", language), sink: { kind: "result" } }
        : { steps: [], ending: ending("portable", null), sink: { kind: "result" } };
    case "textFiles": {
      const { path, stem } = output;
      const sink: TaskSink = { kind: "textFile", path, stem, codec: codecNamed(output.codec, site.call) };
      return { steps: [{ op: "text" }], ending: ending("lines", null), sink };
    }
    case "sequenceFiles": {
      const { path, stem, classes } = output;
      const sink: TaskSink = { kind: "sequenceFile", path, stem, codec: codecNamed(output.codec, site.call), classes };
      return { steps: [], ending: ending("portable", null), sink };
    }
    case "objectFiles": {
      const sink: TaskSink = { kind: "objectFile", path: output.path, codec: codecNamed(output.codec, site.call) };
      return { steps: [], ending: { ...ending("own", language), batchElements: output.batchSize }, sink };
    }
    case "blocks":
      return { steps: [], ending: ending("own", null), sink: { kind: "block", directory: output.directory } };
    case "discard":
      return { steps: [], ending: ending("own", null), sink: { kind: "discard" } };
  }
}

/** All stages of a job in order of dependency, the one that delivers last. */
export function planStages(job: Job, context: StageContext): Stage[] {
  const planner = new StagePlanner(context);
  planner.result(job);
  return planner.stages;
}
