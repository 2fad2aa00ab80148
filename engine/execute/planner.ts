/** Plans become stages; those that make the outputs of a part of a plan keep their number as long as that part lives. */
import type { Schema } from "../data/data-type.js";
import { parquetFiles } from "../embedded/parquet-files.js";
import type { FunctionPlan, RelationalPlan } from "../plan/plan.js";
import type { Retention } from "../plan/retention.js";
import { resolve } from "../resolve/resolve.js";
import { type Catalog, schemaOf } from "../resolve/resolved.js";
import type { Host } from "../session/caller.js";
import { PlanInputs } from "./plan-inputs.js";
import { planStages, type Stage } from "./stage-plan.js";

export interface PlannerOptions {
  readonly host: Host;
  readonly views: ReadonlyMap<string, RelationalPlan>;
  /** Partitions of what does not say how many it has. */
  readonly defaultParallelism: number;
  /** Tasks that run side by side. */
  readonly slots: number;
  /** Reads the columns of files. */
  readonly describe: (paths: readonly string[]) => Promise<Schema>;
  /** Whether all blocks of a persisted RDD are there. */
  readonly isKept: (retention: Retention, partitions: number) => boolean;
  /** The part of a plan that a stage computed is gone. */
  readonly forget: (stage: number) => void;
}

export class Planner {
  readonly inputs: PlanInputs;
  readonly #options: PlannerOptions;
  readonly #stageIds = new WeakMap<object, number>();
  readonly #forgotten: FinalizationRegistry<number>;
  #nextStage = 0;

  constructor(options: PlannerOptions) {
    this.#options = options;
    this.inputs = new PlanInputs(options.host.workingDirectory, options.defaultParallelism, () => this.#catalog());
    this.#forgotten = new FinalizationRegistry(options.forget);
  }

  async schema(plan: RelationalPlan): Promise<Schema> {
    return schemaOf(await resolve(plan, this.#catalog()));
  }

  /** The stages of a prepared plan; `trusts`: blocks that are kept are read instead of computed. */
  stages(wanted: Parameters<typeof planStages>[0], trusts: boolean): Stage[] {
    const { inputs } = this;
    return planStages(wanted, {
      language: this.#options.host.language,
      newStageId: () => this.#nextStage++,
      shuffleStageId: (node) => this.#stageOf(node),
      textPartitions: (node) => inputs.textPartitions(node),
      filePartitions: (node) => inputs.filePartitions(node),
      fragment: (node) => inputs.fragment(node),
      fragmentStageId: (part) => this.#stageOf(part),
      isKept: (retention, partitions) => this.#options.isKept(retention, partitions) && trusts,
    });
  }

  /** The stage before a shuffle, if it has one; the next job that needs it has another. */
  forgetStageOf(exchange: FunctionPlan): number | undefined {
    const stage = this.#stageIds.get(exchange);
    this.#stageIds.delete(exchange);
    return stage;
  }

  #stageOf(part: object): number {
    const known = this.#stageIds.get(part);
    if (known !== undefined) return known;
    const id = this.#nextStage++;
    this.#stageIds.set(part, id);
    this.#forgotten.register(part, id);
    return id;
  }

  #catalog(): Catalog {
    const { host, views, slots, describe } = this.#options;
    return {
      view: (name) => views.get(name),
      parquet: async (paths) => {
        const files = await parquetFiles(paths, host.workingDirectory);
        return { files, schema: await describe(files.map(({ path }) => path)) };
      },
      parallelism: slots,
    };
  }
}
