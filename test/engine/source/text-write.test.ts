import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Batch, uncounted } from "../../../engine/data/batch.js";
import { abortOutput, commitOutput, prepareOutput } from "../../../engine/source/output-directory.js";
import { planTextFile } from "../../../engine/source/text-splits.js";
import { openTextPart } from "../../../engine/source/text-write.js";

let top = "";
let out = "";
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "kindling-write-"));
  out = join(top, "new", "out");
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const lines = (text: string): Batch => ({ format: "lines", count: uncounted, bytes: Buffer.from(text) });

function writePart(partition: number, attempt: number, texts: readonly string[]): ReturnType<typeof openTextPart> {
  const part = openTextPart(out, partition, attempt);
  for (const text of texts) part.write(lines(text));
  return part;
}

const visible = (): string[] => readdirSync(out).filter((name) => !name.startsWith("_"));

// The names and the order of steps are those of Hadoop's FileOutputCommitter, algorithm 1.
test("parts appear when the job is committed, and not before", async () => {
  await prepareOutput(out);
  writePart(0, 0, ["a\n", "b\n"]).commit();
  writePart(1, 0, []).commit();
  writePart(10, 0, ["c\n"]).commit();
  expect(visible()).toEqual([]);
  expect(readdirSync(join(out, "_temporary/0")).sort()).toEqual([
    "_temporary",
    "task_000000",
    "task_000001",
    "task_000010",
  ]);
  await commitOutput(out, 3);
  expect(readdirSync(out).sort()).toEqual(["_SUCCESS", "part-00000", "part-00001", "part-00010"]);
  expect(
    ["part-00000", "part-00001", "part-00010", "_SUCCESS"].map((name) => readFileSync(join(out, name), "utf8")),
  ).toEqual(["a\nb\n", "", "c\n", ""]);
  expect((await planTextFile(out, 1, "/")).flat().map((split) => split.path)).toEqual([
    join(out, "part-00000"),
    join(out, "part-00010"),
  ]);
});

test("no partition: only the mark", async () => {
  await prepareOutput(out);
  await commitOutput(out, 0);
  expect(readdirSync(out)).toEqual(["_SUCCESS"]);
});

test("of several attempts only a committed one counts", async () => {
  await prepareOutput(out);
  writePart(0, 0, ["half"]); // died: never closed
  writePart(0, 1, ["wrong\n"]).abort();
  writePart(0, 2, ["first\n"]).commit();
  const late = writePart(0, 3, ["second\n"]);
  late.commit();
  late.abort();
  await commitOutput(out, 1);
  expect(visible()).toEqual(["part-00000"]);
  expect(readFileSync(join(out, "part-00000"), "utf8")).toBe("second\n");
});

test("the same attempt again starts over", async () => {
  await prepareOutput(out);
  writePart(0, 0, ["left over from an executor that died\n"]);
  writePart(0, 0, ["new\n"]).commit();
  await commitOutput(out, 1);
  expect(readFileSync(join(out, "part-00000"), "utf8")).toBe("new\n");
});

test.each<[string, () => void]>([
  ["an empty directory", () => mkdirSync(out, { recursive: true })],
  [
    "a file",
    () => {
      mkdirSync(join(top, "new"));
      writeFileSync(out, "precious");
    },
  ],
])("refuses %s that exists, and leaves it", async (_, make) => {
  make();
  await expect(prepareOutput(out)).rejects.toMatchObject({ code: "PATH_ALREADY_EXISTS", params: { path: out } });
  expect(readdirSync(join(top, "new"))).toEqual(["out"]);
});

test("of two jobs with one path, one wins", async () => {
  const results = await Promise.allSettled([prepareOutput(out), prepareOutput(out)]);
  expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("abort leaves nothing, and no task can bring the output back", async () => {
  await prepareOutput(out);
  writePart(0, 0, ["a\n"]).commit();
  const open = writePart(1, 0, ["b\n"]);
  await abortOutput(out);
  expect(() => open.commit()).toThrow(expect.objectContaining({ code: "WRITE_FAILED" }));
  open.abort();
  expect(() => openTextPart(out, 2, 0)).toThrow(expect.objectContaining({ code: "WRITE_FAILED" }));
  expect(readdirSync(join(top, "new"))).toEqual([]);
  await abortOutput(out);
});

test("a missing partition is no success", async () => {
  await prepareOutput(out);
  writePart(0, 0, ["a\n"]).commit();
  await expect(commitOutput(out, 2)).rejects.toMatchObject({ code: "WRITE_FAILED" });
  expect(readdirSync(out)).toEqual(["_temporary"]);
});

test("a file in the way of the directory; lines that are none or come too late", async () => {
  writeFileSync(join(top, "new"), "");
  await expect(prepareOutput(out)).rejects.toMatchObject({ code: "WRITE_FAILED" });
  rmSync(join(top, "new"));
  await prepareOutput(out);
  const part = openTextPart(out, 0, 0);
  expect(() => part.write({ format: "v8", count: 1, bytes: Buffer.from("x") })).toThrow(
    expect.objectContaining({ code: "INTERNAL" }),
  );
  part.commit();
  expect(() => part.write(lines("late\n"))).toThrow(expect.objectContaining({ code: "INTERNAL" }));
});
