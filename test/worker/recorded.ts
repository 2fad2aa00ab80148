/** What `test/golden/record-worker.py` recorded from PySpark. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository, seen from the compiled file. */
export const root: string = fileURLToPath(new URL("../../..", import.meta.url));

type Partitions = readonly (readonly unknown[])[];

export interface Recorded {
  readonly samples: readonly {
    readonly by: string;
    readonly fraction?: number;
    readonly from?: number;
    readonly to?: number;
    readonly seed: number;
    readonly partitions: Partitions;
  }[];
  readonly samplesByKey: readonly {
    readonly fractions: Readonly<Record<string, number>>;
    readonly poisson: boolean;
    readonly seed: number;
    readonly partitions: Partitions;
  }[];
  readonly repartitions: readonly { readonly before: Partitions; readonly after: Partitions }[];
  /** Partition, number of partitions, `new XORShiftRandom(partition).nextInt(partitions)`. */
  readonly starts: readonly (readonly [number, number, number])[];
  readonly histograms: readonly {
    readonly elements: readonly unknown[];
    readonly buckets: readonly unknown[];
    readonly even: boolean;
    readonly counts: readonly number[];
  }[];
  readonly stats: readonly {
    readonly elements: readonly number[];
    readonly count: number;
    readonly mean: number;
    readonly m2: number;
    readonly max: number | null;
    readonly min: number | null;
  }[];
  readonly ordered: Readonly<Record<string, readonly unknown[]>>;
}

export const recorded: Recorded = JSON.parse(readFileSync(join(root, "test/golden/worker.json"), "utf8"));
