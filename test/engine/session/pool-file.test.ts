/** Files of fair pools: Spark's own template, `conf/fairscheduler.xml.template`, and what its reader allows besides. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parsePools, poolsOf } from "../../../engine/session/pool-file.js";

const template = `<?xml version="1.0"?>

<!--
   Comments may hold <tags> of their own.
-->

<allocations>
  <pool name="production">
    <schedulingMode>FAIR</schedulingMode>
    <weight>1</weight>
    <minShare>2</minShare>
  </pool>
  <pool name="test">
    <schedulingMode>FIFO</schedulingMode>
    <weight>2</weight>
    <minShare>3</minShare>
  </pool>
</allocations>
`;

describe("a file of pools", () => {
  test("Spark's template", () => {
    expect(parsePools(template, "pools.xml")).toEqual([
      { name: "production", mode: "FAIR", weight: 1, minShare: 2 },
      { name: "test", mode: "FIFO", weight: 2, minShare: 3 },
    ]);
  });

  test("what is left out: FIFO, weight 1, no share", () => {
    expect(parsePools(`<allocations><pool name='a &amp; b'/></allocations>`, "pools.xml")).toEqual([
      { name: "a & b", mode: "FIFO", weight: 1, minShare: 0 },
    ]);
  });

  test("no pools", () => {
    expect(parsePools("<allocations></allocations>", "pools.xml")).toEqual([]);
  });

  test.each([
    ["", "it is empty"],
    ["<pools></pools>", "line 1: <allocations> comes first, not <pools>"],
    ["<allocations>\n<pool><weight>1</weight></pool></allocations>", 'line 2: expected <pool name="…">, not <pool>'],
    ["<allocations>\n<pool name='a'><size>1</size></pool></allocations>", "line 2: a pool has no <size>"],
    [
      "<allocations>\n\n<pool name='a'><weight>0</weight></pool></allocations>",
      "line 3: weight must be a whole number",
    ],
    ["<allocations><pool name='a'>", "<pool> is not closed"],
    ["<allocations></pool>", "line 1: </pool> closes nothing"],
    ["<allocations\n<", "line 1: it is not a document"],
  ])("%j is refused", (text, reason) => {
    expect(() => parsePools(text, "pools.xml")).toThrow(
      expect.objectContaining({ code: "CORRUPT_INPUT", message: expect.stringContaining(reason) }),
    );
  });
});

describe("the setting", () => {
  const directory = mkdtempSync(join(tmpdir(), "pools-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  test("names a file, from the program's own directory", () => {
    writeFileSync(join(directory, "pools.xml"), template);
    expect(poolsOf("pools.xml", directory).map(({ name }) => name)).toEqual(["production", "test"]);
    expect(poolsOf(`file:${directory}/pools.xml`, "/").length).toBe(2);
    expect(poolsOf(null, directory)).toEqual([]);
  });

  test("names none", () => {
    expect(() => poolsOf("nothing.xml", directory)).toThrow(/PATH_NOT_FOUND.*nothing\.xml/);
  });
});
