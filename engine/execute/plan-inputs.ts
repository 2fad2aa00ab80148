/** What has to be known of a plan's sources before stages can be cut: the files of texts, the fragments of relations. */
import { fragmentsOf, type QueryFragment } from "../embedded/fragments.js";
import { EngineError } from "../errors.js";
import { type FunctionPlan, inputsOf } from "../plan/plan.js";
import { knownPartitions } from "../plan/settle.js";
import { resolve } from "../resolve/resolve.js";
import type { Catalog } from "../resolve/resolved.js";
import { type FilePartition, planFiles } from "../source/file-partitions.js";
import { planTextFile, type TextSplit } from "../source/text-splits.js";

type TextNode = Extract<FunctionPlan, { kind: "textFile" }>;
type FilesNode = Extract<FunctionPlan, { kind: "files" }>;

/** What was found for plan nodes, once for each; errors name the line of the node. */
class Found<N extends FunctionPlan, T> {
  readonly #look: (node: N) => Promise<T>;
  readonly #started = new WeakMap<N, Promise<T>>();
  readonly #found = new WeakMap<N, T>();

  constructor(look: (node: N) => Promise<T>) {
    this.#look = look;
  }

  find(node: N): Promise<T> {
    const known = this.#started.get(node);
    if (known) return known;
    const looking = this.#look(node).then(
      (found) => {
        this.#found.set(node, found);
        return found;
      },
      (error: unknown) => {
        throw EngineError.from(error).at({ site: node.site });
      },
    );
    this.#started.set(node, looking);
    return looking;
  }

  /** What `find` has found. */
  get(node: N): T | undefined {
    return this.#found.get(node);
  }
}
type RowsNode = Extract<FunctionPlan, { kind: "rows" }>;

export class PlanInputs {
  readonly #catalog: () => Catalog;
  readonly #texts: Found<TextNode, readonly (readonly TextSplit[])[]>;
  readonly #files: Found<FilesNode, readonly FilePartition[]>;
  readonly #fragments = new WeakMap<RowsNode, QueryFragment>();

  constructor(workingDirectory: string, defaultParallelism: number, catalog: () => Catalog) {
    this.#catalog = catalog;
    this.#texts = new Found((node) => planTextFile(node.path, node.minPartitions, workingDirectory));
    this.#files = new Found(({ path, minPartitions, format }) =>
      planFiles({ path, minPartitions, format, defaultParallelism, workingDirectory }),
    );
  }

  /** The partitions of a text file that was prepared. */
  textPartitions(node: TextNode): readonly (readonly TextSplit[])[] {
    return this.#texts.get(node) ?? [];
  }

  filePartitions(node: FilesNode): readonly FilePartition[] {
    return this.#files.get(node) ?? [];
  }

  fragment(node: RowsNode): QueryFragment {
    const fragment = this.#fragments.get(node);
    if (!fragment) throw new EngineError("INTERNAL", { reason: "a relation was not prepared" });
    return fragment;
  }

  /** Looks at all sources below a settled plan; deep plans need no deep stack. */
  async prepare(plan: FunctionPlan): Promise<void> {
    const seen = new Set<FunctionPlan>();
    for (const open: FunctionPlan[] = [plan]; open.length > 0; ) {
      const node = open.pop() as FunctionPlan;
      if (seen.has(node)) continue;
      seen.add(node);
      if (node.retention?.checkpointed) continue;
      if (node.kind === "textFile") await this.#texts.find(node);
      if (node.kind === "files") await this.#files.find(node);
      if (node.kind === "rows") await this.#relation(node);
      open.push(...inputsOf(node));
    }
  }

  async partitionCount(plan: FunctionPlan): Promise<number> {
    let node = plan;
    while ((node.kind === "step" || node.kind === "pipe") && !node.retention?.checkpointed) node = node.input;
    const checkpoint = node.retention?.checkpointed;
    if (checkpoint) return checkpoint.files.length;
    switch (node.kind) {
      case "textFile":
        return (await this.#texts.find(node)).length;
      case "files":
        return (await this.#files.find(node)).length;
      case "rows":
        await this.#relation(node);
        return this.#queryPartitions(this.fragment(node));
      case "combine":
        return this.#first(node.inputs);
      case "cartesian":
        return (await this.partitionCount(node.left)) * (await this.partitionCount(node.right));
      case "union":
        return node.aligned ? this.#first(node.inputs) : this.#sum(node.inputs);
      default: {
        const known = knownPartitions(node);
        if (known !== null) return known;
        throw new EngineError("INTERNAL", { reason: `a plan of kind ${node.kind} has no partitions yet` });
      }
    }
  }

  /** All inputs have as many: one that is known says how many. */
  async #first([plan]: readonly FunctionPlan[]): Promise<number> {
    return plan ? (knownPartitions(plan) ?? this.partitionCount(plan)) : 0;
  }

  async #sum(plans: readonly FunctionPlan[]): Promise<number> {
    const counts = await Promise.all(plans.map((plan) => this.partitionCount(plan)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** How many partitions the rows of a prepared relation have. */
  async #queryPartitions({ tasks, inputs: [input] }: QueryFragment): Promise<number> {
    if (tasks.kind === "each") return tasks.statements.length;
    if (tasks.kind === "whole" || !input) return 1;
    return input.source.kind === "udf"
      ? this.#queryPartitions(input.source.query)
      : this.partitionCount(input.source.plan);
  }

  async #relation(node: RowsNode): Promise<void> {
    if (this.#fragments.has(node)) return;
    const fragment = fragmentsOf(await resolve(node.input, this.#catalog()));
    await this.#prepareInputs(fragment);
    this.#fragments.set(node, fragment);
  }

  async #prepareInputs({ inputs }: QueryFragment): Promise<void> {
    for (const { source } of inputs) {
      if (source.kind === "udf") await this.#prepareInputs(source.query);
      else await this.prepare(source.plan);
    }
  }
}
