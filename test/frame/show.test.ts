/** What `show`, `printSchema`, `columns` and `dtypes` give, as the real Spark gives them (`test/golden/show.json`). */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { type DataFrame, SparkSession } from "../../engine/index.js";
import { printed } from "./printed.js";

type Cell = null | boolean | number | string | { readonly double: string } | { readonly long: string };

interface Frame {
  readonly name: string;
  readonly sql?: string;
  readonly names?: string[];
  readonly rows?: readonly (readonly Cell[])[];
  readonly columns: readonly string[];
  readonly dtypes: readonly (readonly [string, string])[];
  readonly schema: string;
  readonly shows: readonly {
    readonly args: readonly [n?: number, truncate?: boolean | number];
    readonly text: string;
  }[];
}

const { frames } = JSON.parse(readFileSync(new URL("../../../test/golden/show.json", import.meta.url), "utf8")) as {
  readonly frames: readonly Frame[];
};

const spark = SparkSession.builder().master("local[2]").getOrCreate();
afterAll(() => spark.stop());

function cellValue(cell: Cell): unknown {
  if (typeof cell !== "object" || cell === null) return cell;
  return "double" in cell ? Number(cell.double) : BigInt(cell.long);
}

const frameOf = ({ sql, names, rows = [] }: Frame): DataFrame =>
  sql === undefined
    ? spark.createDataFrame(
        rows.map((row) => row.map(cellValue)),
        names,
      )
    : spark.sql(sql);

describe.each(frames)("$name", (frame) => {
  const df = frameOf(frame);

  test("columns and their types", async () => {
    expect([await df.columns, await df.dtypes]).toEqual([frame.columns, frame.dtypes]);
  });

  test("printSchema", async () => {
    expect(await printed(() => df.printSchema())).toBe(frame.schema);
  });

  test.each(frame.shows)("show($args)", async ({ args, text }) => {
    expect(await printed(() => df.show(...args))).toBe(text);
  });
});
