/** Text as it is found on disks, read by whole programs; counts are compared with those of other tools. */

import { isUtf8 } from "node:buffer";
import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { textFilesBelow } from "../../examples/text-files.js";
import { packageRoot } from "../../gateway/exposure.js";
import { inPlace, type Place, python } from "./program-run.js";

const sources = join(packageRoot(), "test", "programs");

/** Sorted lines of what a command prints. */
function sortedOutput(place: Place, [executable = "", ...args]: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(executable, args, {
    cwd: place.folder,
    env: { ...process.env, LC_ALL: "C" },
    maxBuffer: 1 << 28,
  });
  expect([status, stderr.toString()]).toEqual([0, ""]);
  return linesOf(stdout);
}

const linesOf = (text: Buffer): string[] => text.toString("utf8").replace(/\n$/, "").split("\n").sort();

function savedLines(place: Place, directory: string): string[] {
  const names = readdirSync(join(place.folder, directory)).filter((name) => name.startsWith("part-"));
  return linesOf(Buffer.concat(names.map((name) => readFileSync(join(place.folder, directory, name)))));
}

/** `cat` that leaves out byte order marks and ends every last line, then one word a line, counted. */
const coreutils = `xargs -d '\\n' -a files.txt sed -s '1s/^\\xEF\\xBB\\xBF//;$a\\' | tr -s ' \\t\\v\\f\\r' '\\n' |
  grep -v '^$' | sort | uniq -c | sed 's/^ *//'`;

test.each(["count-words.mts", "count_words.py"])("%s counts every word of the installed packages' texts", (program) =>
  inPlace(async (place) => {
    // uniq knows bytes only: what is no UTF-8 it would count as it is.
    const files = textFilesBelow(join(packageRoot(), "node_modules")).filter((path) => isUtf8(readFileSync(path)));
    place.write("files.txt", `${files.join("\n")}\n`);
    for (const name of [program, "plain_count.py"]) copyFileSync(join(sources, name), join(place.folder, name));
    expect(await place.start(program).ended).toMatchObject({ code: 0, out: "", err: [] });
    const bySpace = savedLines(place, "by-space");
    expect([files.length > 100, bySpace.length > 10_000]).toEqual([true, true]);
    expect(bySpace).toEqual(sortedOutput(place, ["sh", "-c", coreutils]));
    for (const cut of ["by-space", "by-letter"]) {
      expect(savedLines(place, cut)).toEqual(sortedOutput(place, [python, "plain_count.py", cut]));
    }
    expect(await place.leftBehind()).toEqual([]);
  })(),
);

/** Bytes of eight lines, six of them no UTF-8, and what `sc.textFile(…).collect()` of PySpark 4.3.0 makes of them. */
const strangeBytes = Buffer.from(
  "ok\nb\xffd\n\xed\xa0\x80\nx\xe2\x82y\n\xf0\x9f\x98\nfine \xe2\x82\xac\n\xc0\x80\n\xed\xa0\xbd\xed\xb8\x80\n",
  "latin1",
);
const strangeLines = ["ok", "b\ufffdd", "\ufffd", "x\ufffdy", "\ufffd", "fine €", "\ufffd\ufffd", "\ufffd\ufffd"];

const collectors: readonly (readonly [string, string])[] = [
  [
    "collect.ts",
    `import { SparkContext } from "kindling";
const sc = new SparkContext("local[2]");
console.log(JSON.stringify(await sc.textFile("strange.txt", 1).map((line) => line).collect()));
console.log(JSON.stringify([await sc.textFile("empty.txt").collect(), await sc.textFile("empty.txt").count()]));
await sc.stop();
`,
  ],
  [
    "collect.py",
    `import json
from kindling import SparkContext
sc = SparkContext("local[2]")
print(json.dumps(sc.textFile("strange.txt", 1).map(lambda line: line).collect()))
print(json.dumps([sc.textFile("empty.txt").collect(), sc.textFile("empty.txt").count()]))
sc.stop()
`,
  ],
];

test.each(collectors)(
  "%s replaces invalid UTF-8 and counts it in a warning; an empty file has no lines",
  (name, text) =>
    inPlace(async (place) => {
      place.write("strange.txt", strangeBytes);
      place.write("empty.txt", "");
      place.write(name, text);
      const { code, out, err } = await place.start(name).ended;
      expect(
        out
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as unknown),
      ).toEqual([strangeLines, [[], 0]]);
      const warning = `collect at ${name}:${name === "collect.ts" ? 3 : 4}: 6 lines held invalid UTF-8; the invalid bytes were replaced by U+FFFD`;
      expect([code, err.length]).toEqual([0, 1]);
      expect(err[0]).toContain(warning);
      expect(await place.leftBehind()).toEqual([]);
    })(),
);
