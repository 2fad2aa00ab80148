/**
 * Function plans on a cluster: what has to be known of their sources, and what has to be computed before them, so that a
 * job becomes one relation. Stages are those of the embedded engine (`execute/stage-plan.ts`).
 */
import type { Batch } from "../data/batch.js";
import { EngineError } from "../errors.js";
import type { StageInput } from "../execute/stage-input.js";
import { type OutsideSource, planStages, type Stage } from "../execute/stage-plan.js";
import type { Job } from "../plan/backend.js";
import type { Language } from "../plan/kernel.js";
import { commonLanguage } from "../plan/language.js";
import { type FunctionPlan, inputsOf, type RelationalPlan } from "../plan/plan.js";
import type { Retention } from "../plan/retention.js";
import { knownPartitions } from "../plan/settle.js";
import { BatchReader, type TaskUpdates } from "./batch-rows.js";
import type { ConnectSession, ExecuteOptions } from "./connect-client.js";
import type { CachedRemoteRelation, ConnectStorageLevel, Relation } from "./connect-messages.js";
import type { Equipment, Executors } from "./executors.js";
import { type FilePlaces, filesIn, placeFiles } from "./file-places.js";
import { type Kept, KeptRelations } from "./kept.js";
import { needsTypescript, type PassContext, workerLanguage } from "./pass-task.js";
import { batchRow } from "./python-command.js";
import type { Views } from "./settle.js";
import { binaryRelation, notesOf, orderedTextRelation, placed, valuesLanguage, wholeRows } from "./sources.js";
import { keepSink, partitionsRelation, type Source, StageRelations } from "./stage-relations.js";

type Node<K extends FunctionPlan["kind"]> = Extract<FunctionPlan, { kind: K }>;

export interface PlansWorld {
  readonly master: string;
  /** The language of the program. */
  readonly language: Language;
  readonly executable: string;
  readonly searchPath: () => readonly string[];
  readonly session: ConnectSession;
  readonly executors: Executors;
  readonly parallelism: number;
  readonly broadcasts: () => ReadonlyMap<number, Batch>;
  readonly relation: (plan: RelationalPlan, scope: JobScope) => Promise<Relation>;
  /** Takes what tasks added to accumulators. */
  readonly accumulate: (updates: TaskUpdates) => void;
}

/** What one job gives to all that is computed for it. */
export interface JobScope extends Pick<Job, "signal" | "properties"> {
  readonly views: Views;
  /** Persisted RDDs that it computes at present: their own elements are not there yet. */
  readonly computing?: ReadonlySet<Retention>;
  readonly progress?: ExecuteOptions["progress"];
}

/** A job whose stages are known. */
export interface PlannedJob {
  readonly stages: readonly Stage[];
  /** The one that delivers. */
  readonly last: Stage;
  readonly relations: StageRelations;
  /** In whose form the elements of the last stage are; null when every language reads it. */
  readonly data: Language | null;
  /** Gives back what was kept for this job alone. */
  readonly release: () => Promise<void>;
}

/** Sources of one job, by the node that they stand for. */
class JobSources {
  readonly #sources: { readonly source: Source; readonly data: Language | null }[] = [];
  readonly #ofNodes = new Map<FunctionPlan, OutsideSource>();

  add(node: FunctionPlan, source: Source, partitions: number, data: Language | null): void {
    this.#ofNodes.set(node, { source: this.#sources.length, partitions, data });
    this.#sources.push({ source, data });
  }

  addKept(node: FunctionPlan, { relation, partitions, language }: Kept): void {
    this.add(node, narrowSource(relation, "batches"), partitions, language);
  }

  readonly of = (node: FunctionPlan): OutsideSource | null => this.#ofNodes.get(node) ?? null;

  readonly source = (number: number): Source => (this.#sources[number] as { readonly source: Source }).source;

  /** In whose form the elements of a source are. */
  language(number: number): Language | null {
    return this.#sources[number]?.data ?? null;
  }
}

/** What is known of a job while its nodes are looked at. */
interface Looking {
  readonly sources: JobSources;
  readonly traits: Traits;
  readonly scope: JobScope;
}

type NarrowSource = Extract<Source, { kind: "narrow" }>;

const narrowSource = (relation: Relation, reading: NarrowSource["reading"]): NarrowSource => ({
  kind: "narrow",
  relation,
  reading,
});

/** What a plan is, as far as it matters before its stages are known. */
interface Traits {
  needsTypescript: boolean;
  /** The numbers of partitions of its sources matter. */
  needsCounts: boolean;
}

const isPersisted = ({ retention }: FunctionPlan): boolean =>
  retention?.level.keeps === true && retention.checkpointed === null;

const isComputing = ({ retention }: FunctionPlan, { computing }: JobScope): boolean =>
  retention !== undefined && computing?.has(retention) === true;

const spreads: ReadonlySet<FunctionPlan["kind"]> = new Set(["combine", "cartesian", "union", "regroup"]);

/** Stands for the number of partitions of a source that nobody asked for. */
const uncounted = -1;

const notHere = (): never => {
  throw new EngineError("INTERNAL", { reason: "a source that was not prepared" });
};

export class FunctionPlans {
  readonly kept: KeptRelations = new KeptRelations();
  readonly #world: PlansWorld;
  readonly #counts = new WeakMap<FunctionPlan, Promise<number>>();
  readonly #places = new WeakMap<FunctionPlan, Promise<FilePlaces>>();
  readonly #texts = new WeakMap<FunctionPlan, Promise<NarrowSource>>();
  readonly #stageIds = new WeakMap<FunctionPlan, number>();
  #nextStage = 0;

  constructor(world: PlansWorld) {
    this.#world = world;
  }

  // --- jobs

  /** The stages of a job, whose sources are looked at and whose persisted RDDs are computed first. */
  async plan(job: Pick<Job, "plan" | "output" | "site" | "partitions">, scope: JobScope): Promise<PlannedJob> {
    const equipment = await this.#world.executors.equip();
    const traits: Traits = { needsTypescript: false, needsCounts: false };
    const sources = new JobSources();
    await this.#prepare(job.plan, { sources, traits, scope });
    const stages = planStages(
      { ...job, ...scope, id: 0 },
      {
        language: this.#world.language,
        newStageId: () => this.#nextStage++,
        shuffleStageId: (node) => this.#stageOf(node),
        textPartitions: notHere,
        filePartitions: notHere,
        fragment: notHere,
        fragmentStageId: notHere,
        isKept: () => false,
        outside: sources.of,
      },
    );
    const pass = this.#passContext(equipment, traits, job);
    const mine: CachedRemoteRelation[] = [];
    const relations = new StageRelations(stages, {
      pass,
      broadcasts: await this.#world.executors.broadcasts(this.#world.broadcasts()),
      properties: scope.properties,
      source: sources.source,
      share: async (relation) => {
        const remote = await this.#keep(relation, null, scope);
        mine.push(remote);
        return { cachedRemoteRelation: remote };
      },
    });
    const last = stages.at(-1) as Stage;
    const languageOf = new LanguageOfInput(stages, sources, pass);
    const release = async (): Promise<void> => {
      await Promise.all(mine.map((remote) => this.#world.session.forget(remote).catch(() => {})));
    };
    return { stages, last, relations, data: languageOf.of(last.input), release };
  }

  #passContext(equipment: Equipment, traits: Traits, { output }: Pick<Job, "output">): PassContext {
    const { master, language, executable, searchPath } = this.#world;
    // Objects of TypeScript are written by TypeScript; and without its packages, Python does nothing for it.
    const isOwn = language === "typescript" && (output.kind === "objectFiles" || equipment.missing.length > 0);
    const needsNode = traits.needsTypescript || isOwn;
    return { master, equipment, executable, searchPath: searchPath(), language, needsNode };
  }

  /** The stage that fills a shuffle keeps its number as long as the plan node lives: what it counts, it counts once. */
  #stageOf(node: FunctionPlan): number {
    const known = this.#stageIds.get(node);
    if (known !== undefined) return known;
    const id = this.#nextStage++;
    this.#stageIds.set(node, id);
    return id;
  }

  // --- sources

  /** Looks at all nodes below, inputs first. */
  async #prepare(plan: FunctionPlan, looking: Looking): Promise<void> {
    const { sources, traits, scope } = looking;
    const nodes = this.#nodesBelow(plan, scope);
    for (const node of nodes) {
      if (node.kind === "step" && node.barrier) throw this.#noBarrier(node);
      if (needsTypescript(node)) traits.needsTypescript = true;
      if (spreads.has(node.kind)) traits.needsCounts = true;
    }
    for (const node of nodes) {
      const kept = await this.#kept(node, scope)?.catch(() => null);
      if (kept) sources.addKept(node, kept);
      else if (isPersisted(node) && !isComputing(node, scope)) sources.addKept(node, await this.#persist(node, scope));
      else await this.#source(node, looking);
    }
  }

  /** Spark ends the whole application of its server when a barrier stage before a shuffle finds too few slots. */
  #noBarrier({ site }: FunctionPlan): EngineError {
    const remedy = "use local[N] or local-cluster[n,cores,memMiB], or mapPartitions without barrier()";
    const params = { what: "a barrier stage", master: this.#world.master, remedy };
    return new EngineError("BACKEND_UNSUPPORTED", params, { origin: { site } });
  }

  /** What a node's elements are read from, if they were computed before. */
  #kept(node: FunctionPlan, scope: JobScope): Promise<Kept> | null {
    return isComputing(node, scope) ? null : this.kept.of(node.retention);
  }

  /** Nodes down to what is kept, each after its inputs; deep plans need no deep stack. */
  #nodesBelow(plan: FunctionPlan, scope: JobScope): FunctionPlan[] {
    const done = new Set<FunctionPlan>();
    for (const open = [plan]; open.length > 0; ) {
      const node = open.at(-1) as FunctionPlan;
      const inputs = this.#kept(node, scope) === null ? inputsOf(node) : [];
      const missing = inputs.filter((input) => !done.has(input));
      if (missing.length > 0) open.push(...missing);
      else {
        open.pop();
        done.add(node);
      }
    }
    return [...done];
  }

  async #source(node: FunctionPlan, { sources, traits, scope }: Looking): Promise<void> {
    const count = async (): Promise<number> => (traits.needsCounts ? this.partitionCount(node, scope) : uncounted);
    switch (node.kind) {
      case "values":
        return sources.add(node, { kind: "values", node }, node.slices, valuesLanguage(node));
      case "textFile":
        return sources.add(node, await this.#textOf(node, scope), await count(), null);
      case "rows": {
        const relation = wholeRows(await this.#world.relation(node.input, scope));
        return sources.add(node, narrowSource(relation, "rows"), await count(), null);
      }
      case "files": {
        const files = await this.#placesOf(node, scope);
        const data = node.format.kind === "objects" ? node.format.language : null;
        return sources.add(node, { kind: "files", node, files }, files.partitions, data);
      }
    }
  }

  #placesOf(node: Node<"files">, scope: JobScope): Promise<FilePlaces> {
    const known = this.#places.get(node);
    if (known) return known;
    const looking = this.#list(node, scope).catch((error: unknown) => {
      this.#places.delete(node);
      throw EngineError.from(error).at({ site: node.site });
    });
    this.#places.set(node, looking);
    return looking;
  }

  async #list(node: Node<"files">, scope: JobScope): Promise<FilePlaces> {
    return placeFiles(await this.#filesOf(node, scope), node, this.#world.parallelism);
  }

  async #filesOf({ path }: Node<"files" | "textFile">, { signal }: JobScope): Promise<ReturnType<typeof filesIn>> {
    const files: ReturnType<typeof filesIn> = [];
    await this.#world.session.execute(binaryRelation(path, ["path", "length"]), {
      signal,
      receive: (stream) => void files.push(...filesIn(stream)),
    });
    return files;
  }

  /** Its files are listed once. */
  #textOf(node: Node<"textFile">, scope: JobScope): Promise<NarrowSource> {
    const known = this.#texts.get(node);
    if (known) return known;
    const looking = this.#filesOf(node, scope).then(
      (files) =>
        narrowSource(
          orderedTextRelation(
            node.path,
            files.map(({ path }) => path),
          ),
          "lines",
        ),
      (error: unknown) => {
        this.#texts.delete(node);
        throw EngineError.from(error).at({ site: node.site });
      },
    );
    this.#texts.set(node, looking);
    return looking;
  }

  // --- numbers of partitions

  /** Nothing is computed but what Spark itself has to ask. */
  async partitionCount(plan: FunctionPlan, scope: JobScope): Promise<number> {
    let node = plan;
    while ((node.kind === "step" || node.kind === "pipe") && this.#kept(node, scope) === null) node = node.input;
    const kept = await this.#kept(node, scope)?.catch(() => null);
    if (kept) return kept.partitions;
    switch (node.kind) {
      case "files":
        return (await this.#placesOf(node, scope)).partitions;
      case "textFile":
      case "rows":
        return this.#counted(node, () => this.#count(node, scope));
      case "combine":
        return this.#first(node.inputs, scope);
      case "cartesian":
        return this.#counted(node, async () => {
          const [left, right] = [this.partitionCount(node.left, scope), this.partitionCount(node.right, scope)];
          return (await left) * (await right);
        });
      case "union":
        if (node.aligned) return this.#first(node.inputs, scope);
        return this.#counted(node, async () => {
          const counts = await Promise.all(node.inputs.map((input) => this.partitionCount(input, scope)));
          return counts.reduce((sum, count) => sum + count, 0);
        });
      default: {
        const known = knownPartitions(node);
        if (known !== null) return known;
        throw new EngineError("INTERNAL", { reason: `a plan of kind ${node.kind} has no partitions yet` });
      }
    }
  }

  async #first([plan]: readonly FunctionPlan[], scope: JobScope): Promise<number> {
    return plan ? (knownPartitions(plan) ?? this.partitionCount(plan, scope)) : 0;
  }

  #counted(node: FunctionPlan, count: () => Promise<number>): Promise<number> {
    const known = this.#counts.get(node);
    if (known) return known;
    const counting = count().catch((error: unknown) => {
      this.#counts.delete(node);
      throw error;
    });
    this.#counts.set(node, counting);
    return counting;
  }

  async #count(node: Node<"textFile" | "rows">, scope: JobScope): Promise<number> {
    const equipment = await this.#world.executors.equip();
    const source =
      node.kind === "textFile"
        ? await this.#textOf(node, scope)
        : narrowSource(wholeRows(await this.#world.relation(node.input, scope)), "rows");
    let count = 0;
    const reader = new BatchReader();
    await this.#world.session.execute(partitionsRelation(source, { equipment }), {
      signal: scope.signal,
      receive: (stream) => {
        count += [...reader.read(stream)].filter(({ kind }) => kind === "end").length;
      },
    });
    return count;
  }

  // --- what is kept

  #persist(node: FunctionPlan, scope: JobScope): Promise<Kept> {
    const retention = node.retention as Retention;
    const { useDisk, useMemory, useOffHeap, deserialized, replication } = retention.level;
    const level = { useDisk, useMemory, useOffHeap, deserialized, replication };
    const computing = new Set([...(scope.computing ?? []), retention]);
    return this.kept.persist(retention, this.materialise(node, level, { ...scope, computing }));
  }

  /** Computes a plan once, and keeps what comes of it on the executors. */
  async materialise(plan: FunctionPlan, level: ConnectStorageLevel | null, scope: JobScope): Promise<Kept> {
    const { relation, partitions, language, release } = await this.blocks(plan, scope);
    try {
      const remote = await this.#keep(relation, level, scope);
      return { relation: { cachedRemoteRelation: remote }, remote, partitions, language };
    } finally {
      await release();
    }
  }

  /** A plan as a relation of batches, partition by partition. */
  async blocks(
    plan: FunctionPlan,
    scope: JobScope,
  ): Promise<{ readonly relation: Relation } & Omit<Kept, "relation" | "remote"> & Pick<PlannedJob, "release">> {
    const partitions = await this.partitionCount(plan, scope);
    const output = { kind: "blocks", directory: null } as const;
    const { last, relations, data: language, release } = await this.plan({ plan, output, site: plan.site }, scope);
    const relation = await relations.relation(last, { sink: keepSink, output: batchRow, wanted: null });
    return { relation, partitions, language, release };
  }

  /** Keeps a relation of batches; what tasks added to accumulators on the way is told. */
  async #keep(
    relation: Relation,
    level: ConnectStorageLevel | null,
    { signal, progress }: JobScope,
  ): Promise<CachedRemoteRelation> {
    const { session } = this.#world;
    const remote = await session.keep(relation, level, { signal, ...(progress && { progress }) });
    await this.tellNotes({ cachedRemoteRelation: remote }, signal);
    return remote;
  }

  /** Tells accumulators what is on its way to them in a relation that was computed. */
  async tellNotes(relation: Relation, signal: AbortSignal): Promise<void> {
    const reader = new BatchReader();
    await this.#world.session.execute(notesOf(relation), {
      signal,
      receive: (stream) => {
        for (const found of reader.read(stream)) if (found.kind === "updates") this.#world.accumulate(found.of);
      },
    });
  }

  /** Blocks that Spark wrote into a directory, in partitions again. */
  storedBlocks(directory: string, { partitions, language }: Pick<Kept, "partitions" | "language">): Kept {
    const read: Relation = { read: { dataSource: { format: "parquet", paths: [directory] } } };
    return { relation: placed(read, Math.max(1, partitions)), remote: null, partitions, language };
  }
}

/** In whose form the elements of stages are. */
class LanguageOfInput {
  readonly #stages: ReadonlyMap<number, Stage>;
  readonly #sources: JobSources;
  readonly #pass: PassContext;

  constructor(stages: readonly Stage[], sources: JobSources, pass: PassContext) {
    this.#stages = new Map(stages.map((stage) => [stage.spec.id, stage]));
    this.#sources = sources;
    this.#pass = pass;
  }

  of(input: StageInput): Language | null {
    switch (input.kind) {
      case "pass":
        return input.pass.output === "own" ? workerLanguage(input.pass, this.#pass) : null;
      case "outside":
        return this.#sources.language(input.source);
      case "shuffle": {
        const stage = this.#stages.get(input.stage);
        return stage ? this.of(stage.input) : null;
      }
      case "union":
        return commonLanguage(input.inputs.map((one) => this.of(one.input)));
      case "aligned":
        return commonLanguage(input.inputs.map((one) => this.of(one)));
      case "regroup":
      case "side":
      case "cached":
        return this.of(input.input);
      default:
        return null;
    }
  }
}
