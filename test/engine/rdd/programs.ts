/** Contexts of programs in TypeScript and in Python, whose plans are looked at. */
import { EncodedElements, type RDD, SparkContext } from "../../../engine/index.js";
import type { ShippedFunction } from "../../../engine/plan/kernel.js";
import { type Host, runAs } from "../../../engine/session/caller.js";

const pythonHost: Host = {
  language: "python",
  workingDirectory: process.cwd(),
  python: null,
  listen: () => {},
};

export const typescriptProgram = (conf: Readonly<Record<string, string>> = {}): SparkContext =>
  new SparkContext("local[2]", "plans", conf);

/** A context as the gateway makes it for a Python client. */
export const pythonProgram = (conf: Readonly<Record<string, string>> = {}): SparkContext =>
  runAs({ host: pythonHost, at: { file: "program.py", line: 1 }, signal: null }, () => typescriptProgram(conf));

/** Pairs as a Python client sends them: pickled, which nobody but a Python worker reads. */
export const pickledPairs = (sc: SparkContext, partitions: number): RDD<[unknown, unknown]> =>
  sc.parallelize(
    new EncodedElements([{ format: "pickle", count: 4, bytes: new Uint8Array(1) }]) as unknown as [unknown, unknown][],
    partitions,
  );

/** A function as a Python client sends it; `code` stands for its pickle. */
export const pythonFunction = (code: string): ShippedFunction => ({
  language: "python",
  name: "<lambda>",
  body: new TextEncoder().encode(code),
});

export const pairs = (sc: SparkContext, partitions: number): RDD<[number, string]> =>
  sc.parallelize<[number, string]>(
    [
      [1, "a"],
      [2, "b"],
      [1, "c"],
      [4, "d"],
    ],
    partitions,
  );
