/** The word count, by closures in four ways. */
import { type Line, load, type Run } from "./measure.js";
import { best, checkEqual, inTurn, kindlingPython, pyspark, scala, typescript } from "./peers.js";
import { report } from "./report.js";
import { zipfText } from "./zipf-text.js";

export async function wordCount(): Promise<void> {
  const path = zipfText(100);
  const passes = "2";
  console.log(`Word count by RDD over 100 MB; load ${load()}`);
  const runs = await inTurn({
    scala: () => scala("word-count", { "word.count.path": path, "word.count.rounds": passes }),
    pyspark: () => pyspark("word_count", path, passes),
    typescript: () => typescript("word-count", path, passes),
    python: () => kindlingPython("word_count", path, passes),
  });
  checkEqual(runs);
  const first = (lines: readonly Line[]): number => lines[0]?.seconds ?? Number.NaN;
  const warm = (lines: readonly Line[]): number => lines[1]?.seconds ?? Number.NaN;
  for (const [title, pick] of [
    ["first job", first],
    ["second job", warm],
  ] as const) {
    report(`Word count, ${title}`, "s", { name: "PySpark local[2]", figures: best(runs.pyspark, pick) }, [
      { name: "Kindling, TypeScript", figures: best(runs.typescript, pick), aim: 3 },
      { name: "Kindling, Python", figures: best(runs.python, pick), aim: 2 },
    ]);
    report(`Word count, ${title}`, "s", { name: "Spark in Scala local[2]", figures: best(runs.scala, pick) }, [
      { name: "Kindling, TypeScript", figures: best(runs.typescript, pick), aim: 1 },
    ]);
  }
  const memory = (all: readonly Run[]): number[] => all.map((run) => run.peakMiB);
  report(
    "Peak memory of all processes",
    "MiB",
    { name: "PySpark local[2]", figures: memory(runs.pyspark) },
    [
      { name: "Spark in Scala local[2]", figures: memory(runs.scala), aim: null },
      { name: "Kindling, TypeScript", figures: memory(runs.typescript), aim: null },
      { name: "Kindling, Python", figures: memory(runs.python), aim: null },
    ],
    0,
  );
}
