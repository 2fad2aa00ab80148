/**
 * Pairs of two languages: where they meet by key, equal keys are those with one canonical form (`docs/worker-protocol.md`), so
 * that Python's `2.0` is the number 2 and its tuples are arrays.
 */
import { afterAll, beforeAll, expect, it, test } from "vitest";
import { EncodedElements, type RDD, type SparkContext } from "../../../engine/index.js";
import { typescriptProgram } from "./programs.js";

type Pairs = RDD<[unknown, string]>;

let sc: SparkContext;

beforeAll(() => {
  sc = typescriptProgram();
});

afterAll(() => sc.stop());

/** CPython's `pickle.dumps([(1, 'x'), (3, 'y'), (2.0, 'z'), ('a', 'w'), ((1, 'b'), 't')], 5)`. */
const pickled = "gAWVPAAAAAAAAABdlChLAYwBeJSGlEsDjAF5lIaUR0AAAAAAAAAAjAF6lIaUjAFhlIwBd5SGlEsBjAFilIaUjAF0lIaUZS4=";

const pythons = (): Pairs =>
  sc.parallelize(
    new EncodedElements([{ format: "pickle", count: 5, bytes: Buffer.from(pickled, "base64") }]) as unknown as [
      unknown,
      string,
    ][],
    2,
  );

const own = (): Pairs =>
  sc.parallelize<[unknown, string]>(
    [
      [1, "a"],
      [2, "b"],
      ["a", "c"],
      [[1, "b"], "d"],
      [7, "e"],
    ],
    3,
  );

const sorted = async (rdd: { collect(): Promise<unknown[]> }): Promise<string> =>
  (await rdd.collect())
    .map((element) => JSON.stringify(element))
    .sort()
    .join(" ");

test.each<[name: string, of: () => { collect(): Promise<unknown[]> }, expected: string]>([
  ["join", () => own().join(pythons()), '["a",["c","w"]] [1,["a","x"]] [2,["b","z"]] [[1,"b"],["d","t"]]'],
  [
    "join of pairs that each language has placed by its own hash",
    () => own().partitionBy(3).join(pythons().partitionBy(3)),
    '["a",["c","w"]] [1,["a","x"]] [2,["b","z"]] [[1,"b"],["d","t"]]',
  ],
  [
    "fullOuterJoin",
    () => pythons().fullOuterJoin(own(), 2),
    '["a",["w","c"]] [1,["x","a"]] [2,["z","b"]] [3,["y",null]] [7,[null,"e"]] [[1,"b"],["t","d"]]',
  ],
  ["subtractByKey", () => own().subtractByKey(pythons()), '[7,"e"]'],
  ["intersection", () => own().keys().intersection(pythons().keys()), '"a" 1 2 [1,"b"]'],
  [
    "reduceByKey of a union",
    () =>
      own()
        .union(pythons())
        .reduceByKey((left, right) => left + right),
    '["a","cw"] [1,"ax"] [2,"bz"] [3,"y"] [7,"e"] [[1,"b"],"dt"]',
  ],
])("%s", async (_, of, expected) => {
  expect(await sorted(of())).toBe(expected);
});

it("pairs every element with every other", async () => {
  expect(await own().cartesian(pythons()).count()).toBe(25);
});
