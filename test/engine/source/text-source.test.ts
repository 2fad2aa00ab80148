/** The promises of a source (`engine/source/connector.ts`), held by the text source. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wholeSource } from "../../../engine/source/connector.js";
import { decodeLines } from "../../../engine/source/text-decode.js";
import { type TextPartition, textSource } from "../../../engine/source/text-source.js";

const lines = Array.from({ length: 300_000 }, (_, i) => `line ${i}`);
let top = "";
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), "kindling-source-"));
  writeFileSync(join(top, "a"), lines.map((line) => `${line}\n`).join(""));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const open = (): ReturnType<typeof textSource> => textSource({ path: "a", minPartitions: 3, workingDirectory: top });

async function read(task: TextPartition): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of open().read(task, new AbortController().signal)) {
    for (const line of decodeLines(batch).lines) found.push(line);
  }
  return found;
}

test("the partitions together are the whole, the same each time, also after a journey as JSON", async () => {
  const { partitions } = await open().plan(wholeSource);
  expect(partitions.length).toBe(3);
  const once = await Promise.all(partitions.map(({ task }) => read(task)));
  const again = await Promise.all(
    partitions.map(({ task }) => read(JSON.parse(JSON.stringify(task)) as TextPartition)),
  );
  expect(once.flat()).toEqual(lines);
  expect(again).toEqual(once);
});

test("one column, and one answer for each filter", async () => {
  expect(await open().schema()).toEqual([{ name: "value", type: { kind: "string" }, nullable: true }]);
  const filters = [{ kind: "isNotNull", column: "value" }] as const;
  expect((await open().plan({ ...wholeSource, filters })).answered).toEqual(["no"]);
});

test("reading ends when it is cancelled", async () => {
  const cancel = new AbortController();
  const { partitions } = await open().plan(wholeSource);
  const reading = async (): Promise<void> => {
    for await (const _ of open().read(partitions[0]?.task ?? { splits: [] }, cancel.signal)) cancel.abort();
  };
  await expect(reading()).rejects.toMatchObject({ code: "JOB_CANCELLED" });
});
