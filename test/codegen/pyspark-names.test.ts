/**
 * The core classes of the Python client, generated and written by hand, against the real PySpark: every public name is
 * there, with the same parameters, kinds and defaults.
 */
import { spawnSync } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./toy.js";

type Members = Readonly<Record<string, unknown>>;

/** Names that are not here, or otherwise, and why; a difference that is gone must leave this list. */
const different: Readonly<Record<string, string>> = {
  "RDD.toDF": "types are those of the first rows: no sampleRatio",
};

function membersOf(python: string, name: string): Readonly<Record<string, Members>> {
  const script = join(root, "test/codegen/pyspark_names.py");
  const env = { ...process.env, PYTHONPATH: name === "kindling" ? join(root, "clients/python/src") : "" };
  const { stdout, stderr } = spawnSync(python, [script, name], { encoding: "utf8", env, timeout: 100_000 });
  if (stdout === "") throw new TypeError(`${name} gave no names: ${stderr}`);
  return JSON.parse(stdout) as Readonly<Record<string, Members>>;
}

/** A default that is a function is made where it is needed: here it is left out, and None. */
const plain = (member: unknown): string =>
  JSON.stringify(member)?.replaceAll('{"default":"function"}', '{"default":null}') ?? "missing";

test("every public name of PySpark's core classes is here, with its parameters", { timeout: 120_000 }, () => {
  const spark = process.env.KINDLING_SPARK_PYTHON ?? join(homedir(), ".cache/kindling/pyspark-4.3.0/bin/python");
  const there = membersOf(spark, "pyspark");
  const here = membersOf(process.env.KINDLING_PYTHON ?? join(root, ".venv/bin/python"), "kindling");
  const found = Object.entries(there).flatMap(([owner, members]) =>
    Object.entries(members)
      .map(([name, member]) => ({ id: `${owner}.${name}`, there: plain(member), here: plain(here[owner]?.[name]) }))
      .filter((member) => member.here !== member.there),
  );
  expect(found.filter(({ id }) => !(id in different))).toEqual([]);
  expect(found.map(({ id }) => id).sort()).toEqual(Object.keys(different).sort());
  expect(Object.keys(there["SparkContext"] ?? {}).length).toBeGreaterThan(50);
});
