/** What functions print inside tasks reaches the terminal of the program, all of it and before the program goes on. */
import { expect, test } from "vitest";
import { inPlace } from "./program-run.js";

const programs: readonly (readonly [string, string])[] = [
  [
    "prints.ts",
    `import { SparkContext } from "kindling";
const sc = new SparkContext("local[2]");
await sc.parallelize(Array.from({ length: 100 }, (_, n) => n), 4).foreach((n) => {
  console.log("number", n);
  if (n % 10 === 0) console.error("ten", n);
});
console.log("end");
await sc.stop();
`,
  ],
  [
    "prints.py",
    `import logging
import sys
from kindling import SparkContext
sc = SparkContext("local[2]")
def show(n):
    print("number", n)
    if n % 10 == 0:
        logging.warning("ten %d", n)
sc.parallelize(range(100), 4).foreach(show)
print("end")
sc.stop()
`,
  ],
];

/** Rounds, since output that overtakes the end of its task would be lost now and then only. */
test.each(programs.flatMap((program) => Array.from({ length: 3 }, (_, round) => [...program, round] as const)))(
  "%s",
  (name, text) =>
    inPlace(async (place) => {
      place.write(name, text);
      const { code, out, err } = await place.start(name, "kindling run", { PYTHONUNBUFFERED: "1" }).ended;
      const lines = out.trimEnd().split("\n");
      expect([code, lines.at(-1)]).toEqual([0, "end"]);
      const byNumber = (left: string, right: string): number =>
        Number(left.split(" ")[1]) - Number(right.split(" ")[1]);
      expect(lines.slice(0, -1).sort(byNumber)).toEqual(Array.from({ length: 100 }, (_, n) => `number ${n}`));
      const logged = err.map((line) => line.replace("WARNING:root:", ""));
      expect(logged.sort(byNumber)).toEqual(Array.from({ length: 10 }, (_, n) => `ten ${n * 10}`));
      expect(await place.leftBehind()).toEqual([]);
    })(),
);
