/** What the program of all examples runs on: one engine for all of them, and a report of what each gave. */
import { writeFileSync } from "node:fs";
import { inspect, isDeepStrictEqual } from "node:util";
import { type SparkContext, SparkSession } from "../../engine/index.js";

/** What an example may name. */
export interface Surroundings {
  readonly sc: SparkContext;
  readonly spark: SparkSession;
  /** An empty directory. */
  readonly directory: string;
  readonly check: (evaluate: () => Promise<unknown>, expected: string) => Promise<void>;
}

/** By example; null where all is as the comments say. */
export type Report = Readonly<Record<string, string | null>>;

const examples: { readonly name: string; readonly run: (surroundings: Surroundings) => Promise<void> }[] = [];

export function example(name: string, run: (surroundings: Surroundings) => Promise<void>): void {
  examples.push({ name, run });
}

/** What `evaluate` gives and what it prints meanwhile. */
async function observed(evaluate: () => Promise<unknown>): Promise<{ value: unknown; printed: string }> {
  const { write } = process.stdout;
  let printed = "";
  process.stdout.write = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  try {
    return { value: await evaluate(), printed };
  } finally {
    process.stdout.write = write;
  }
}

async function check(evaluate: () => Promise<unknown>, expected: string): Promise<void> {
  const { value, printed } = await observed(evaluate);
  const same =
    value === undefined
      ? printed.trimEnd() === expected
      : isDeepStrictEqual(value, new Function(`return (${expected});`)());
  const found = value === undefined ? printed : inspect(value, { depth: 10, breakLength: 200 });
  if (!same) throw new TypeError(`expected ${expected}\nfound ${found}`);
}

/** Runs all examples; the report goes to the file that the program's argument names. */
export async function finish(): Promise<void> {
  const [report = "", directory = ""] = process.argv.slice(2);
  const spark = new SparkSession("local[2]", "example");
  const found: Record<string, string | null> = {};
  for (const { name, run } of examples) {
    const failure = run({ sc: spark.sparkContext, spark, directory, check }).then(
      () => null,
      (error: unknown) => String(error),
    );
    found[name] = await failure;
  }
  await spark.stop();
  writeFileSync(report, JSON.stringify(found satisfies Report));
}
