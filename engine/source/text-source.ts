/** Text files as a source: one column `value`, one row per line, as `spark.read.text` gives them. */
import type { Batch } from "../data/batch.js";
import type { Schema } from "../data/data-type.js";
import { EngineError } from "../errors.js";
import type { Source, SourcePlan } from "./connector.js";
import { readTextSplit } from "./text-read.js";
import { planTextFile, type TextSplit } from "./text-splits.js";

/** The splits of one partition, read one after the other. A type, not an interface: it is plain JSON. */
export type TextPartition = { readonly splits: readonly TextSplit[] };

export interface TextSourceOptions {
  /** As `textFile` takes it. */
  readonly path: string;
  readonly minPartitions: number;
  readonly workingDirectory: string;
}

const schema: Schema = [{ name: "value", type: { kind: "string" }, nullable: true }];

export function textSource(options: TextSourceOptions): Source<TextPartition> {
  return {
    schema: () => Promise.resolve(schema),
    plan: async ({ filters }): Promise<SourcePlan<TextPartition>> => {
      const partitions = await planTextFile(options.path, options.minPartitions, options.workingDirectory);
      return {
        partitions: partitions.map((splits) => ({
          task: { splits },
          bytes: splits.reduce((sum, split) => sum + split.length, 0),
        })),
        answered: filters.map(() => "no"),
      };
    },
    read: readPartition,
  };
}

async function* readPartition({ splits }: TextPartition, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
  for (const split of splits) {
    for await (const batch of readTextSplit(split)) {
      if (signal.aborted) throw new EngineError("JOB_CANCELLED", { reason: "by its caller" });
      yield batch;
    }
  }
}
