/** Values of programs and of user functions as columns take them, and Java's text of doubles. */
import { describe, expect, it } from "vitest";
import { doubleText } from "../../../engine/data/double-text.js";
import { double } from "../../../engine/data/portable.js";
import {
  inferType,
  Misfit,
  schemaText,
  type TypeName,
  typeByName,
  typeTable,
} from "../../../engine/data/type-table.js";

describe("results of user functions, as PySpark 4.3's Arrow UDFs coerce them", () => {
  // Recorded: udf(lambda x: value, type) over one row.
  it.each<[TypeName, unknown, unknown]>([
    ["int", 1, 1],
    ["int", 1.5, 1],
    ["int", "5", 5],
    ["int", "x", Misfit],
    ["int", true, Misfit],
    ["int", null, null],
    ["int", 2 ** 40, Misfit],
    ["int", double(2), 2],
    ["bigint", 1, 1n],
    ["bigint", 1.5, 1n],
    ["bigint", "5", 5n],
    ["bigint", true, Misfit],
    ["bigint", 2n ** 70n, Misfit],
    ["double", 1, 1],
    ["double", 1.5, 1.5],
    ["double", "x", Misfit],
    ["double", true, 1],
    ["string", 1, "1"],
    ["string", 1.5, "1.5"],
    ["string", true, "true"],
    ["string", null, null],
    ["string", "z", "z"],
    ["boolean", true, true],
    ["boolean", 1, true],
    ["boolean", "true", true],
    ["boolean", 0, false],
  ])("%s of %s", (type, value, expected) => {
    const stored = typeTable[type].coerce(value);
    if (expected === Misfit) expect(stored).toBeInstanceOf(Misfit);
    else expect(stored).toBe(expected);
  });
});

describe("values of createDataFrame, as PySpark 4.3 verifies them", () => {
  it.each<[TypeName, unknown, unknown]>([
    ["int", "a", Misfit],
    ["int", double(1), Misfit],
    ["int", 2 ** 40, Misfit],
    ["int", true, Misfit],
    ["int", -(2 ** 31), -(2 ** 31)],
    ["bigint", 2n ** 63n - 1n, 2n ** 63n - 1n],
    ["bigint", 2n ** 63n, Misfit],
    ["double", double(1), 1],
    ["double", Number.NaN, Number.NaN],
    ["double", "1", Misfit],
    ["string", 1, "1"],
    ["string", double(1), "1.0"],
    ["string", [1], Misfit],
    ["boolean", 1, Misfit],
    ["boolean", false, false],
    ["string", undefined, null],
  ])("%s of %s", (type, value, expected) => {
    const stored = typeTable[type].accept(value);
    if (expected === Misfit) expect(stored).toBeInstanceOf(Misfit);
    else expect(stored).toBe(expected);
  });

  it.each([
    [1, "bigint"],
    [2n ** 60n, "bigint"],
    [double(2), "double"],
    [2.5, "double"],
    [-0, "double"],
    ["a", "string"],
    [true, "boolean"],
    [null, null],
    [[1], undefined],
  ])("infers the type of %s", (value, kind) => {
    const type = inferType(value);
    expect(type ? type.kind : type).toBe(kind);
  });
});

describe("Java's Double.toString", () => {
  it.each([
    [1, "1.0"],
    [-0, "-0.0"],
    [0.001, "0.001"],
    [0.0001, "1.0E-4"],
    [9_999_999.5, "9999999.5"],
    [1e7, "1.0E7"],
    [123_456_789.125, "1.23456789125E8"],
    [1e23, "1.0E23"],
    [5e-324, "4.9E-324"],
    [1.7976931348623157e308, "1.7976931348623157E308"],
    [2.2250738585072014e-308, "2.2250738585072014E-308"],
    [-1e100, "-1.0E100"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "-Infinity"],
  ])("%s", (value, text) => {
    expect(doubleText(value)).toBe(text);
  });
});

it("knows types by their SQL names", () => {
  expect(["INT", " long ", "Integer", "bool", "decimal"].map((name) => typeByName(name)?.kind)).toEqual([
    "int",
    "bigint",
    "int",
    "boolean",
    undefined,
  ]);
  expect(schemaText([{ name: "a", type: { kind: "int" }, nullable: true }])).toBe("struct<a:int>");
});
