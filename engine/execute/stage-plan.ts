/**
 * From a plan to stages: narrow steps are fused, a stage ends at each shuffle. For
 * `textFile → flatMap → map → reduceByKey` that is stage 0: text, [flatMap map reduceByKey], buckets by hash;
 * and stage 1: stage 0's buckets, [reduceByKey].
 */
import type { Batch, BatchSlice } from "../data/batch.js";
import { sliceBatches } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import type { FragmentInput, QueryFragment } from "../embedded/fragments.js";
import type { QueryInput } from "../embedded/query-run.js";
import { type CallSite, EngineError } from "../errors.js";
import type { Job } from "../plan/backend.js";
import { type Bucketing, functionsOf, type Kernel, type Language } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { StageSpec } from "../schedule/stage.js";
import type { TextSplit } from "../source/text-splits.js";
import type { Pass, TaskSink } from "./task.js";

type Exchange = Extract<FunctionPlan, { kind: "exchange" }>;
type Rows = Extract<FunctionPlan, { kind: "rows" }>;
type Leaf = Extract<FunctionPlan, { kind: "values" | "textFile" | "rows" }>;

export type StageSource =
  | { readonly kind: "values"; readonly slices: readonly (readonly BatchSlice[])[] }
  | { readonly kind: "text"; readonly partitions: readonly (readonly TextSplit[])[] }
  | { readonly kind: "shuffle"; readonly stage: number }
  /** The block that another stage wrote for the same partition. */
  | { readonly kind: "blocks"; readonly stage: number }
  /** One statement per partition, over tables that other stages wrote. */
  | {
      readonly kind: "query";
      readonly statements: readonly string[];
      readonly output: Schema;
      readonly inputs: readonly QueryStageInput[];
      /** Task p reads block p of each input; otherwise all blocks. */
      readonly byPartition: boolean;
    };

export interface QueryStageInput extends Omit<QueryInput, "blocks"> {
  readonly stage: number;
}

/** What all tasks of one stage have in common. */
export interface Stage {
  readonly spec: StageSpec;
  readonly source: StageSource;
  readonly passes: readonly Pass[];
  readonly sink: TaskSink;
  /** Such as `reduceByKey at app.ts:8`. */
  readonly name: string;
  /** No later job can ask for its outputs. */
  readonly once: boolean;
}

/** What planning needs to know of the session. */
export interface StageContext {
  /** The language of the program, in which elements leave. */
  readonly language: Language;
  readonly newStageId: () => number;
  /** The stage that fills a shuffle keeps its id as long as the plan node lives. */
  readonly shuffleStageId: (node: Exchange) => number;
  /** Partitions of text files, listed once per plan node. */
  readonly textPartitions: (node: Extract<FunctionPlan, { kind: "textFile" }>) => readonly (readonly TextSplit[])[];
  /** The fragments of a relation, found before stages are planned. */
  readonly fragment: (node: Rows) => QueryFragment;
  /** The stages of a relation that was run before, by its fragments. */
  readonly fragmentStageId: (part: QueryFragment | FragmentInput) => number;
}

/** The steps above a source or a shuffle, in order of execution. */
export interface Segment {
  readonly steps: readonly Kernel[];
  readonly base: Leaf | Exchange;
}

/** Walks down to the next source or shuffle; deep plans need no deep stack. */
export function segmentOf(plan: FunctionPlan): Segment {
  const steps: Kernel[] = [];
  let node = plan;
  while (node.kind === "step") {
    steps.push(node.kernel);
    node = node.input;
  }
  if (node.kind === "deferred") throw new EngineError("INTERNAL", { reason: "a deferred plan was not settled" });
  return { steps: steps.reverse(), base: node };
}

function languageOf(kernel: Kernel): Language | null {
  const own = functionsOf(kernel).find((fn) => fn.language !== "any");
  return own === undefined ? null : (own.language as Language);
}

const batchLanguage = (batches: readonly Batch[]): Language | null =>
  batches[0]?.format === "pickle" ? "python" : batches[0]?.format === "v8" ? "typescript" : null;

type PassDraft = { language: Language; steps: Kernel[] };

/** Groups steps by language; steps that any language knows stay with the one before. */
function draftPasses(steps: readonly Kernel[], data: Language | null, fallback: Language): PassDraft[] {
  const passes: PassDraft[] = [];
  for (const [index, step] of steps.entries()) {
    const last = passes.at(-1);
    const wanted = languageOf(step) ?? last?.language ?? (index === 0 && step.op === "count" ? "typescript" : null);
    const language = wanted ?? data ?? steps.map(languageOf).find((found) => found !== null) ?? fallback;
    if (last?.language === language) last.steps.push(step);
    else passes.push({ language, steps: [step] });
  }
  return passes;
}

interface Ending {
  readonly bucketing: Bucketing | null;
  readonly output: Pass["output"];
  /** The language in which elements must leave; null when any will do. */
  readonly language: Language | null;
}

/** The passes of a stage; an empty pass turns elements into another language's form where that is all that is missing. */
export function planPasses(
  steps: readonly Kernel[],
  data: Language | null,
  fallback: Language,
  ending: Ending,
): Pass[] {
  const drafts = draftPasses(steps, data, fallback);
  const first = drafts[0];
  const counts = first?.steps[0]?.op === "count";
  if (first && data !== null && first.language !== data && !counts) drafts.unshift({ language: data, steps: [] });
  const last = drafts.at(-1);
  const leaves = ending.language ?? last?.language ?? data ?? fallback;
  if (!last || (ending.language !== null && last.language !== leaves)) {
    const from = last?.language ?? data;
    if (from !== null && from !== leaves && !last) drafts.push({ language: from, steps: [] });
    drafts.push({ language: leaves, steps: [] });
  }
  return drafts.map(({ language, steps: own }, index) => {
    const isLast = index === drafts.length - 1;
    return {
      language,
      steps: own,
      bucketing: isLast ? ending.bucketing : null,
      output: isLast ? ending.output : "portable",
    };
  });
}

export const siteName = ({ call, file, line }: CallSite): string => `${call} at ${file.split("/").at(-1)}:${line}`;

interface Planned {
  readonly source: StageSource;
  readonly partitions: number;
  readonly parents: readonly number[];
  /** Language of the elements' form; null when every language reads it. */
  readonly data: Language | null;
}

type Label = Pick<Stage, "name" | "once">;

interface Materialised {
  readonly stage: number;
  readonly partitions: number;
}

/** All stages of a job in order of dependency, the one that delivers last. */
export function planStages(job: Job, context: StageContext): Stage[] {
  const stages: Stage[] = [];
  const languages = new Map<number, Language>();

  const planShuffle = (node: Exchange): number => {
    const id = context.shuffleStageId(node);
    if (languages.has(id)) return id;
    const { steps, base } = segmentOf(node.input);
    const planned = planBase(base);
    const passes = planPasses(steps, planned.data, context.language, {
      bucketing: node.bucketing,
      output: "own",
      language: null,
    });
    languages.set(id, passes.at(-1)?.language ?? context.language);
    stages.push({
      spec: { id, parents: planned.parents, partitions: planned.partitions, role: "outputs" },
      source: planned.source,
      passes,
      sink: { kind: "shuffle", buckets: node.bucketing.partitions },
      name: siteName(node.site),
      once: false,
    });
    return id;
  };

  const planBase = (base: Segment["base"]): Planned => {
    switch (base.kind) {
      case "values": {
        const slices = sliceBatches(base.batches, base.slices);
        return {
          source: { kind: "values", slices },
          partitions: base.slices,
          parents: [],
          data: batchLanguage(base.batches),
        };
      }
      case "textFile": {
        const partitions = context.textPartitions(base);
        return { source: { kind: "text", partitions }, partitions: partitions.length, parents: [], data: null };
      }
      case "rows": {
        const { stage, partitions } = planQuery(context.fragment(base), {
          name: siteName(base.site),
          once: base.once === true,
        });
        return { source: { kind: "blocks", stage }, partitions, parents: [stage], data: null };
      }
      case "exchange": {
        const stage = planShuffle(base);
        const data = languages.get(stage) ?? null;
        return { source: { kind: "shuffle", stage }, partitions: base.bucketing.partitions, parents: [stage], data };
      }
    }
  };

  /** A stage that writes blocks: a query, or the elements that one reads. */
  const pushBlocks = (id: number, planned: Planned, passes: readonly Pass[], label: Label): Materialised => {
    const { parents, partitions, source } = planned;
    if (!stages.some((stage) => stage.spec.id === id)) {
      stages.push({
        spec: { id, parents, partitions, role: "outputs" },
        source,
        passes,
        sink: { kind: "block" },
        ...label,
      });
    }
    return { stage: id, partitions };
  };

  const planQuery = (fragment: QueryFragment, label: Label): Materialised => {
    const inputs = fragment.inputs.map((input) => ({ input, made: planInput(input, label) }));
    const { tasks, output } = fragment;
    const count = inputs[0]?.made.partitions ?? 1;
    const statements =
      tasks.kind === "each"
        ? tasks.statements
        : Array.from({ length: tasks.kind === "whole" ? 1 : count }, () => tasks.statement);
    const source: StageSource = {
      kind: "query",
      statements,
      output,
      inputs: inputs.map(({ input: { name: table, schema, functions }, made }) => ({
        name: table,
        schema,
        functions,
        stage: made.stage,
      })),
      byPartition: tasks.kind === "perInputPartition",
    };
    const parents = inputs.map(({ made }) => made.stage);
    return pushBlocks(
      context.fragmentStageId(fragment),
      { source, partitions: statements.length, parents, data: null },
      [],
      label,
    );
  };

  const planInput = (input: FragmentInput, label: Label): Materialised => {
    const ending = { bucketing: null, output: "portable", language: null } as const;
    if (input.source.kind === "udf") {
      const below = planQuery(input.source.query, label);
      const calls = input.source.calls.map(({ fn, args }) => ({ fn, args }));
      const planned: Planned = {
        source: { kind: "blocks", stage: below.stage },
        partitions: below.partitions,
        parents: [below.stage],
        data: null,
      };
      return pushBlocks(
        context.fragmentStageId(input),
        planned,
        planPasses([{ op: "udf", calls }], null, context.language, ending),
        label,
      );
    }
    const { steps, base } = segmentOf(input.source.plan);
    const planned = planBase(base);
    return pushBlocks(
      context.fragmentStageId(input),
      planned,
      planPasses(steps, planned.data, context.language, ending),
      label,
    );
  };

  const { steps, base } = segmentOf(job.plan);
  const planned = planBase(base);
  stages.push({
    spec: { id: context.newStageId(), parents: planned.parents, partitions: planned.partitions, role: "result" },
    source: planned.source,
    ...resultProgram(job, steps, planned.data, context.language),
    name: siteName(job.site),
    once: true,
  });
  return stages;
}

/** What the delivering stage does with its elements. */
function resultProgram(
  job: Job,
  steps: readonly Kernel[],
  data: Language | null,
  language: Language,
): Pick<Stage, "passes" | "sink"> {
  const end = (more: readonly Kernel[], ending: Omit<Ending, "bucketing">): Pass[] =>
    planPasses([...steps, ...more], data, language, { bucketing: null, ...ending });
  switch (job.output.kind) {
    case "collect":
      return {
        passes:
          job.output.format === "own"
            ? end([], { output: "own", language })
            : end([], { output: "portable", language: null }),
        sink: { kind: "result" },
      };
    case "textFiles":
      return {
        passes: end([{ op: "text" }], { output: "lines", language: null }),
        sink: { kind: "textFile", path: job.output.path },
      };
    case "discard":
      return { passes: end([], { output: "own", language: null }), sink: { kind: "discard" } };
  }
}
