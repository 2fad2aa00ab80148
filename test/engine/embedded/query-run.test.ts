/** The embedded engine itself: batches, cancelling, limits, and DuckDB's texts as errors. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Schema } from "../../../engine/data/data-type.js";
import { decodePortable } from "../../../engine/data/portable.js";
import { queryFailure } from "../../../engine/embedded/failure.js";
import { type EmbeddedEngine, openEngine } from "../../../engine/embedded/query-run.js";
import type { EngineError } from "../../../engine/errors.js";

const directory = mkdtempSync(join(tmpdir(), "kindling-test-"));
const output: Schema = [{ name: "n", type: { kind: "bigint" }, nullable: false }];
const never = new AbortController().signal;
let engine: EmbeddedEngine;

beforeAll(async () => {
  engine = await openEngine({ threads: 2, tempDirectory: join(directory, "spill"), memoryMiB: 200 });
});
afterAll(() => {
  engine.close();
  rmSync(directory, { recursive: true, force: true });
});

async function countRows(sql: string, signal: AbortSignal = never): Promise<number> {
  let count = 0;
  for await (const batch of engine.run({ sql, output, inputs: [] }, signal)) count += batch.count;
  return count;
}

describe("results", () => {
  it("come in batches of at most 10,000 rows, in order", async () => {
    const counts: number[] = [];
    const values: unknown[] = [];
    for await (const batch of engine.run({ sql: "SELECT range FROM range(25000)", output, inputs: [] }, never)) {
      counts.push(batch.count);
      values.push(...decodePortable(batch));
    }
    expect(Math.max(...counts)).toBeLessThanOrEqual(10_000);
    expect(values).toEqual(Array.from({ length: 25_000 }, (_, i) => [i]));
  });

  it("are streamed: the first batch comes long before the last", async () => {
    for await (const batch of engine.run({ sql: "SELECT range FROM range(100000000000)", output, inputs: [] }, never)) {
      expect(batch.count).toBeGreaterThan(0);
      break;
    }
  });

  it("of several queries do not wait for each other", async () => {
    const sums = Array.from({ length: 8 }, (_, i) => countRows(`SELECT range FROM range(${i * 1000})`));
    expect(await Promise.all(sums)).toEqual(Array.from({ length: 8 }, (_, i) => i * 1000));
  });
});

describe("cancelling", () => {
  const endless = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 1";

  it("stops a running query at once", async () => {
    const abort = new AbortController();
    const started = Date.now();
    setTimeout(() => abort.abort(), 100);
    const error = (await countRows(endless, abort.signal).catch((thrown: unknown) => thrown)) as EngineError;
    expect(error.code).toBe("JOB_CANCELLED");
    expect(Date.now() - started).toBeLessThan(3000);
  });

  it("keeps a query from starting", async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(countRows("SELECT 1", abort.signal)).rejects.toThrow(/JOB_CANCELLED/);
  });

  it("leaves the engine usable", async () => {
    expect(await countRows("SELECT 1")).toBe(1);
  });
});

describe("limits", () => {
  it("names what is too large for memory", async () => {
    const sql = "SELECT length(string_agg(CAST(range AS VARCHAR), '')) AS n FROM range(200000000)";
    await expect(countRows(sql)).rejects.toThrow(/MEMORY_EXHAUSTED/);
  }, 60_000);
});

describe("errors of DuckDB", () => {
  it.each([
    [
      "Out of Range Error: Overflow in addition of INT64 (1 + 2)!",
      "ARITHMETIC_OVERFLOW",
      "overflow in addition of INT64 (1 + 2)",
    ],
    ["Out of Range Error: Overflow on abs(-128)", "ARITHMETIC_OVERFLOW", "overflow on abs(-128)"],
    [
      "Conversion Error: Type INT128 with value 9223372036854775808 can't be cast because the value is out of range for the destination type INT64",
      "ARITHMETIC_OVERFLOW",
      "overflow: the sum 9223372036854775808 does not fit in a BIGINT",
    ],
    [
      "Conversion Error: Type INT64 with value 3000000000 can't be cast because the value is out of range for the destination type INT32",
      "CAST_OVERFLOW",
      "the value 3000000000 of the type BIGINT cannot be cast to INT due to an overflow",
    ],
    [
      "Invalid Input Error: kindling:CAST_INVALID_INPUT:INT:a:b",
      "CAST_INVALID_INPUT",
      "the value 'a:b' of the type STRING cannot be cast to INT because it is malformed",
    ],
    [
      "Out of Memory Error: failed to allocate data of size 16.0 MiB (190.7 MiB/190.7 MiB used)\nmore",
      "MEMORY_EXHAUSTED",
      "failed to allocate data of size 16.0 MiB (190.7 MiB/190.7 MiB used)",
    ],
    ["Binder Error: no such thing\nLINE 1: x", "QUERY_FAILED", "Binder Error: no such thing"],
  ])("%s", (message, code, reason) => {
    const error = queryFailure(new Error(message), false);
    expect([error.code, error.params["reason"]]).toEqual([code, reason]);
  });

  it("are cancellations where we interrupted", () => {
    expect(queryFailure(new Error("INTERRUPT Error: Interrupted!"), true).code).toBe("JOB_CANCELLED");
    expect(queryFailure(new Error("Invalid Input Error: kindling:REMAINDER_BY_ZERO"), false).code).toBe(
      "REMAINDER_BY_ZERO",
    );
  });
});
