/** Bytes by the MessagePack specification and `docs/worker-protocol.md`, and values that must survive the way there and back. */
import { describe, expect, it } from "vitest";
import {
  Decimal,
  Double,
  decodePortable,
  decodePortableExactly,
  double,
  encodePortable,
  LocalDate,
  Timestamp,
  tuple,
} from "../../../engine/data/portable.js";
import type { EngineError } from "../../../engine/errors.js";

const hex = (values: unknown[]): string => Buffer.from(encodePortable(values).bytes).toString("hex");
const fromHex = (text: string, count = 1): unknown[] =>
  decodePortable({ format: "portable", count, bytes: Buffer.from(text.replaceAll(" ", ""), "hex") });

describe("bytes of one element", () => {
  it.each([
    ["null", null, "c0"],
    ["true", true, "c3"],
    ["a small integer", 5, "05"],
    ["a small negative integer", -1, "ff"],
    ["16 bits", -129, "d1ff7f"],
    ["32 bits", 100_000, "d2000186a0"],
    ["more than 32 bits", 2 ** 40, "d30000010000000000"],
    ["a negative one", -(2 ** 40) - 1, "d3fffffeffffffffff"],
    ["a bigint of 64 bits", -(2n ** 63n), "d38000000000000000"],
    ["a bigint that is a safe integer", 7n, "07"],
    ["a bigint beyond 64 bits", 2n ** 64n, `c9000000140231383434363734343037333730393535313631${"36"}`],
    ["a double", 1.5, "cb3ff8000000000000"],
    ["negative zero", -0, "cb8000000000000000"],
    ["an integral double", double(3), "d7074008000000000000"],
    ["text", "é", "a2c3a9"],
    ["bytes", Uint8Array.of(1, 2), "c4020102"],
    ["a list", [1, "a"], "9201a161"],
    ["a tuple", tuple(1, 2), "c90000000301920102"],
    ["an object", { a: 1 }, "81a16101"],
    ["a date", new LocalDate(1), "c9000000040400000001"],
    ["a timestamp", new Date(1), "c9000000080500000000000003e8"],
    ["a decimal", new Decimal("1.50"), "c90000000403312e3530"],
    ["a set", new Set([1]), "c90000000206" + "9101"],
  ])("%s", (_, value, expected) => {
    expect(hex([value])).toBe(`91${expected}`);
  });
});

describe("what other languages write", () => {
  it.each([
    [
      "unsigned integers",
      "95 cc ff cd ffff ce ffffffff cf 0020000000000000 d0 80",
      [255, 65_535, 2 ** 32 - 1, 2n ** 53n, -128],
    ],
    ["a tuple as a fixed extension", "91 d5 01 91 05", [[5]]],
    ["a row", "91 c7 06 08 92 91 a1 61 91 05", [{ a: 5 }]],
    [
      "a map with other keys",
      "91 82 01 02 c0 03",
      [
        new Map<unknown, unknown>([
          [1, 2],
          [null, 3],
        ]),
      ],
    ],
    ["float 32", "91 ca 3fc00000", [1.5]],
    ["an integral double", "91 cb 4008000000000000", [3]],
    ["text and arrays with long headers", "dc 0001 dc 0001 d9 01 61", [["a"]]],
  ])("%s", (_, bytes, expected) => {
    expect(fromHex(bytes)).toEqual(expected);
  });

  it("tells doubles without a fraction from integers where types are inferred", () => {
    const batch = encodePortable([3, double(3), 3.5]);
    expect(decodePortableExactly(batch)).toEqual([3, new Double(3), 3.5]);
    expect(decodePortable(batch)).toEqual([3, 3, 3.5]);
  });

  it("keeps microseconds", () => {
    const [time] = decodePortable(encodePortable([new Timestamp(-1n)]));
    expect(time).toBeInstanceOf(Date);
    expect((time as Timestamp).micros).toBe(-1n);
    expect((time as Timestamp).getTime()).toBe(-1);
  });
});

describe("there and back", () => {
  it.each([
    [
      "numbers",
      [
        0,
        -0,
        1,
        -32,
        -33,
        127,
        128,
        2 ** 31,
        -(2 ** 31) - 1,
        2 ** 53 - 1,
        -(2 ** 53),
        Number.NaN,
        Number.POSITIVE_INFINITY,
        5e-324,
      ],
    ],
    ["bigints", [2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 64n - 1n, 10n ** 40n]],
    ["text", ["", "a".repeat(31), "b".repeat(32), "é".repeat(300), "😀".repeat(30_000), "\0"]],
    [
      "containers",
      [
        [],
        [[1, [2]], {}],
        { a: [null] },
        new Map([[1, "a"]]),
        new Set(["x"]),
        Array.from({ length: 70_000 }, (_, i) => i),
      ],
    ],
    ["bytes", [new Uint8Array(300).fill(7)]],
    ["own property names", [JSON.parse('{"__proto__": 1}') as unknown]],
  ])("%s", (_, values) => {
    expect(decodePortable(encodePortable(values))).toEqual(values);
  });

  it("gives a part of a batch", () => {
    const batch = encodePortable([1, 2, 3, 4]);
    expect(batch.count).toBe(4);
    expect(decodePortable(batch, 1, 3)).toEqual([2, 3]);
    expect(decodePortable(batch, 3)).toEqual([4]);
    expect(decodePortable(encodePortable([]))).toEqual([]);
  });
});

describe("refusals", () => {
  const deep = Array.from({ length: 600 }).reduce<unknown>((inner) => [inner], 1);

  it.each([
    ["functions", () => 1, "function"],
    ["symbols", Symbol("a"), "symbol"],
    ["instances of classes", new WeakMap(), "WeakMap"],
    ["invalid dates", new Date(Number.NaN), "an invalid Date"],
    ["deep or endless values", deep, "a value nested more than 500 deep"],
  ])("%s", (_, value, type) => {
    const error = catchError(() => encodePortable([value]));
    expect([error.code, error.params["type"]]).toEqual(["VALUE_NOT_PORTABLE", type]);
  });

  it.each([
    ["a cut batch", "92 01"],
    ["a length that lies", "dd ffffffff 01"],
    ["a byte without meaning", "91 c1"],
    ["something else than an array", "05"],
  ])("%s", (_, bytes) => {
    expect(catchError(() => fromHex(bytes)).code).toBe("WORKER_PROTOCOL");
  });
});

function catchError(run: () => unknown): EngineError {
  try {
    run();
  } catch (error) {
    return error as EngineError;
  }
  throw new TypeError("nothing was thrown");
}
