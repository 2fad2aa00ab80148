/**
 * Results of transformations. Expected values are what PySpark 4.3.0 gives for the same data; where places of pairs matter,
 * they are placed by `k => k`, which is Python's hash of small whole numbers.
 */
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";
import type { RDD, SparkContext } from "../../../engine/index.js";
import { EngineError } from "../../../engine/index.js";
import { pairs, typescriptProgram } from "./programs.js";

let sc: SparkContext;

beforeAll(() => {
  sc = typescriptProgram();
});

afterAll(() => sc.stop());

const upTo = (count: number): number[] => [...Array(count).keys()];
const itself = (key: number): number => key;
const add = (left: number, right: number): number => left + right;
const one = (): RDD<[number, string]> => pairs(sc, 2);
const two = (): RDD<[number, string]> =>
  sc.parallelize<[number, string]>(
    [
      [1, "x"],
      [3, "y"],
      [1, "z"],
      [2, "w"],
    ],
    3,
  );

/** Elements as JSON; those of an RDD without an order of their own sorted by it. */
const inOrder = async (rdd: { collect(): Promise<unknown[]> }): Promise<string> => JSON.stringify(await rdd.collect());
const sorted = async (rdd: { collect(): Promise<unknown[]> }): Promise<string> =>
  (await rdd.collect())
    .map((element) => JSON.stringify(element))
    .sort()
    .join(" ");

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
  return "nothing failed";
}

/** How many jobs are run until `work` has ended. */
async function jobsOf(work: () => unknown): Promise<number> {
  const run = vi.spyOn(sc.session.backend, "run");
  try {
    await work();
    return run.mock.calls.length;
  } finally {
    run.mockRestore();
  }
}

describe("one partition at a time", () => {
  test.each<[name: string, of: () => { collect(): Promise<unknown[]> }, expected: string]>([
    ["glom", () => sc.parallelize(upTo(3), 2).glom(), "[[0],[1,2]]"],
    ["glom of nothing", () => sc.parallelize([], 3).glom(), "[[],[],[]]"],
    ["keyBy", () => sc.parallelize([1, 2, 3], 2).keyBy((x) => x * x), "[[1,1],[4,2],[9,3]]"],
    [
      "mapPartitionsWithIndex",
      () => sc.parallelize([1, 2, 3], 4).mapPartitionsWithIndex((i, xs) => [[i, ...xs]]),
      "[[0],[1,1],[2,2],[3,3]]",
    ],
    [
      "mapPartitionsWithSplit",
      () => sc.parallelize([1, 2, 3], 4).mapPartitionsWithSplit((i, xs) => [[i, ...xs]]),
      "[[0],[1,1],[2,2],[3,3]]",
    ],
    [
      "mapPartitionsWithIndex after a union",
      () =>
        sc
          .parallelize(["a"], 1)
          .union(sc.parallelize(["b", "c"], 2))
          .mapPartitionsWithIndex((i, xs) => [...xs].map((x) => [i, x])),
      '[[0,"a"],[1,"b"],[2,"c"]]',
    ],
    ["mapValues", () => one().mapValues((v) => v + v), '[[1,"aa"],[2,"bb"],[1,"cc"],[4,"dd"]]'],
    ["flatMapValues", () => one().flatMapValues((v) => (v < "c" ? [v, 0] : [])), '[[1,"a"],[1,0],[2,"b"],[2,0]]'],
    [
      "barrier",
      () =>
        sc
          .parallelize(upTo(4), 2)
          .barrier()
          .mapPartitionsWithIndex((i, xs) => [[i, [...xs].reduce(add)]]),
      "[[0,1],[1,5]]",
    ],
  ])("%s", async (_, of, expected) => {
    expect(await inOrder(of())).toBe(expected);
  });

  it("gives no tasks resources of their own", async () => {
    const rdd = sc.parallelize([1]);
    expect(await codeOf(() => rdd.withResources(null))).toBe("BACKEND_UNSUPPORTED");
    expect(await rdd.getResourceProfile()).toBeNull();
  });
});

describe("pipe", () => {
  test.each<[name: string, of: () => RDD<string>, expected: string]>([
    [
      "in partitions",
      () => sc.parallelize(["a", "b", "c"], 2).pipe("cat -n"),
      '["     1\\ta","     1\\tb","     2\\tc"]',
    ],
    ["numbers", () => sc.parallelize([1, 2], 1).pipe("cat"), '["1","2"]'],
    ["words", () => sc.parallelize([1], 1).pipe("echo 'a  b' $HOME | cat"), '["a  b $HOME | cat"]'],
    ["nothing of this environment", () => sc.parallelize([1], 1).pipe("/usr/bin/env"), "[]"],
    ["a given environment", () => sc.parallelize([1], 1).pipe("/usr/bin/env", { A: "b c" }), '["A=b c"]'],
    ["of empty partitions", () => sc.parallelize<string>([], 2).pipe("echo x"), '["x","x"]'],
    ["an exit status that nobody asks for", () => sc.parallelize([1, 2], 1).pipe("sh -c 'cat; exit 3'"), '["1","2"]'],
  ])("%s", async (_, of, expected) => {
    expect(await inOrder(of())).toBe(expected);
  });

  it.each([
    ["sh -c 'cat; exit 3'", "PIPE_FAILED"],
    ["no-such-command-here", "PIPE_FAILED"],
    ["echo 'a", "INVALID_ARGUMENT"],
    ["  ", "INVALID_ARGUMENT"],
  ])("refuses %j", async (command, code) => {
    expect(await codeOf(() => sc.parallelize([1], 1).pipe(command, {}, true).collect())).toBe(code);
  });
});

describe("one pair for each key", () => {
  const letters = (): RDD<[number, string]> =>
    sc.parallelize(
      [..."abcdef"].map((letter): [number, string] => [1, letter]),
      3,
    );
  const create = (v: string): string => `<${v}>`;
  const merge = (c: string, v: string): string => `${c}+${v}`;
  const both = (c: string, d: string): string => `(${c}|${d})`;
  const counted = (): RDD<[number, number]> =>
    sc.parallelize<[number, number]>(
      [
        [1, 1],
        [1, 1],
        [2, 1],
        [1, 1],
      ],
      2,
    );

  test.each<[name: string, of: () => { collect(): Promise<unknown[]> }, expected: string]>([
    ["combineByKey", () => letters().combineByKey(create, merge, both), '[[1,"((<a>+b|<c>+d)|<e>+f)"]]'],
    [
      "combineByKey of placed pairs",
      () => letters().partitionBy(3).combineByKey(create, merge, both),
      '[[1,"<a>+b+c+d+e+f"]]',
    ],
    ["reduceByKey", () => letters().reduceByKey(both), '[[1,"(((a|b)|(c|d))|(e|f))"]]'],
    ["aggregateByKey", () => counted().aggregateByKey(10, add, add, 1), "[[1,23],[2,11]]"],
    ["foldByKey", () => counted().foldByKey(100, add, 1), "[[1,203],[2,101]]"],
    ["groupByKey", () => one().groupByKey(2, itself).glom(), '[[[2,["b"]],[4,["d"]]],[[1,["a","c"]]]]'],
    [
      "groupBy",
      () =>
        sc.parallelize(upTo(6), 2).groupBy(
          (x) => x % 3,
          2,
          (k) => k + 1,
        ),
      "[[1,[1,4]],[0,[0,3]],[2,[2,5]]]",
    ],
    [
      "partitionBy",
      () =>
        sc
          .parallelize(upTo(6), 2)
          .keyBy(itself)
          .partitionBy(3, (k) => -k)
          .keys()
          .glom(),
      "[[0,3],[2,5],[1,4]]",
    ],
    ["distinct of nothing", () => sc.parallelize([], 3).distinct().glom(), "[[],[],[]]"],
  ])("%s", async (_, of, expected) => {
    expect(await inOrder(of())).toBe(expected);
  });

  it("gives each key a zero of its own", async () => {
    const lists = one().aggregateByKey(
      [] as string[],
      (list, letter) => {
        list.push(letter);
        return list;
      },
      (left, right) => [...left, ...right],
    );
    expect(await sorted(lists)).toBe('[1,["a","c"]] [2,["b"]] [4,["d"]]');
  });

  it("keeps the first of equal elements", async () => {
    expect(await sorted(sc.parallelize([3, 1, 2, 3, 1, 6], 3).distinct())).toBe("1 2 3 6");
  });

  it("refuses a placement that is no whole number", async () => {
    const placed = one().partitionBy(2, () => 0.5);
    expect(await codeOf(() => placed.collect())).toBe("PARTITION_OUT_OF_RANGE");
  });
});

describe("several RDDs", () => {
  test.each<[name: string, of: () => { collect(): Promise<unknown[]> }, expected: string]>([
    ["join", () => one().join(two()), '[1,["a","x"]] [1,["a","z"]] [1,["c","x"]] [1,["c","z"]] [2,["b","w"]]'],
    [
      "join with itself",
      () =>
        one()
          .filter(([k]) => k < 2)
          .join(one().filter(([k]) => k < 2)),
      '[1,["a","a"]] [1,["a","c"]] [1,["c","a"]] [1,["c","c"]]',
    ],
    [
      "leftOuterJoin",
      () =>
        one()
          .leftOuterJoin(two())
          .filter(([k]) => k > 1),
      '[2,["b","w"]] [4,["d",null]]',
    ],
    [
      "rightOuterJoin",
      () =>
        one()
          .rightOuterJoin(two())
          .filter(([k]) => k > 1),
      '[2,["b","w"]] [3,[null,"y"]]',
    ],
    [
      "fullOuterJoin",
      () =>
        one()
          .fullOuterJoin(two())
          .filter(([k]) => k > 1),
      '[2,["b","w"]] [3,[null,"y"]] [4,["d",null]]',
    ],
    ["join with nothing", () => one().join(sc.parallelize<[number, string]>([], 1)), ""],
    [
      "cogroup",
      () => one().cogroup(two()),
      '[1,[["a","c"],["x","z"]]] [2,[["b"],["w"]]] [3,[[],["y"]]] [4,[["d"],[]]]',
    ],
    [
      "groupWith",
      () =>
        one()
          .groupWith(two(), one())
          .filter(([k]) => k < 3),
      '[1,[["a","c"],["x","z"],["a","c"]]] [2,[["b"],["w"],["b"]]]',
    ],
    [
      "subtractByKey",
      () => one().subtractByKey(sc.parallelize<[number, number]>([[2, 0]], 1)),
      '[1,"a"] [1,"c"] [4,"d"]',
    ],
    ["union", () => one().union(two()), '[1,"a"] [1,"c"] [1,"x"] [1,"z"] [2,"b"] [2,"w"] [3,"y"] [4,"d"]'],
    ["intersection", () => sc.parallelize([3, 1, 2, 3, 9], 2).intersection(sc.parallelize([3, 3, 1, 8], 3)), "1 3"],
    ["subtract", () => sc.parallelize([1, 2, 1, 3, 3, 9], 2).subtract(sc.parallelize([3, 8], 1)), "1 1 2 9"],
  ])("%s", async (_, of, expected) => {
    expect(await sorted(of())).toBe(expected);
  });

  test.each<[name: string, of: () => { collect(): Promise<unknown[]> }, expected: string]>([
    [
      "union",
      () =>
        sc
          .parallelize([1, 2, 3], 2)
          .union(sc.parallelize([3, 4, 5], 3))
          .glom(),
      "[[1],[2,3],[3],[4],[5]]",
    ],
    [
      "union of placed pairs",
      () => one().partitionBy(3, itself).union(two().partitionBy(3, itself)).glom(),
      '[[[3,"y"]],[[1,"a"],[1,"c"],[4,"d"],[1,"x"],[1,"z"]],[[2,"b"],[2,"w"]]]',
    ],
    [
      "cartesian",
      () =>
        sc
          .parallelize([1, 2, 3], 2)
          .cartesian(sc.parallelize(["a", "b"], 2))
          .glom(),
      '[[[1,"a"]],[[1,"b"]],[[2,"a"],[3,"a"]],[[2,"b"],[3,"b"]]]',
    ],
    [
      "zip",
      () =>
        sc
          .parallelize(upTo(5), 2)
          .zip(sc.parallelize(upTo(5), 2).map((x) => x + 1000))
          .glom(),
      "[[[0,1000],[1,1001]],[[2,1002],[3,1003],[4,1004]]]",
    ],
    [
      "zipWithIndex",
      () =>
        sc
          .parallelize([..."abcde"], 3)
          .zipWithIndex()
          .glom(),
      '[[["a",0]],[["b",1],["c",2]],[["d",3],["e",4]]]',
    ],
    [
      "zipWithIndex of empty partitions",
      () =>
        sc
          .parallelize(upTo(8), 4)
          .filter((x) => x < 2 || x > 5)
          .zipWithIndex(),
      "[[0,0],[1,1],[6,2],[7,3]]",
    ],
    [
      "zipWithUniqueId",
      () =>
        sc
          .parallelize([..."abcde"], 3)
          .zipWithUniqueId()
          .glom(),
      '[[["a",0]],[["b",1],["c",4]],[["d",2],["e",5]]]',
    ],
  ])("%s, in partitions", async (_, of, expected) => {
    expect(await inOrder(of())).toBe(expected);
  });

  it("zips partitions of any length, two and more", async () => {
    const [numbers, letters] = [sc.parallelize([1, 2, 3], 2), sc.parallelize([..."abcd"], 2)];
    const zipped = numbers.zipPartitions([letters, numbers], (left, right, third) => [
      [...left, ...right, ...third].join(""),
    ]);
    expect(await zipped.collect()).toEqual(["1ab1", "23cd23"]);
  });

  it("refuses to zip partitions of another number, at once", () => {
    const rdd = sc.parallelize([1, 2], 2);
    expect(() => rdd.zip(sc.parallelize([1, 2], 3))).toThrow(
      "zip: other must be of the same number of partitions, 2, not 3",
    );
    expect(() => rdd.zipPartitions([rdd, rdd.coalesce(1)], (xs) => xs)).toThrow("zipPartitions: others must be of");
  });

  it("refuses to zip partitions of another length in the job", async () => {
    const zipped = sc.parallelize(upTo(4), 1).zip(sc.parallelize(upTo(5), 1));
    expect(await codeOf(() => zipped.collect())).toBe("ELEMENT_COUNTS_DIFFER");
  });

  it("refuses a zip with what a job has yet to find", async () => {
    const numbered = sc.parallelize([1, 2], 2).zipWithIndex();
    expect(await codeOf(() => numbered.zip(sc.parallelize([1], 1)).collect())).toBe("INVALID_ARGUMENT");
  });
});

describe("partitions", () => {
  // PySpark: [parallelize(range(n), n).coalesce(m).glom().collect()]
  test.each([
    [5, 2, "[[0,1],[2,3,4]]"],
    [7, 3, "[[0,1],[2,3],[4,5,6]]"],
    [10, 4, "[[0,1],[2,3,4],[5,6],[7,8,9]]"],
    [8, 3, "[[0,1],[2,3,4],[5,6,7]]"],
    [3, 5, "[[0],[1],[2]]"],
    [4, 4, "[[0],[1],[2],[3]]"],
  ])("%i as %i", async (count, partitions, expected) => {
    expect(await inOrder(sc.parallelize(upTo(count), count).coalesce(partitions).glom())).toBe(expected);
  });

  it("spreads elements one by one", async () => {
    const sizes = await sc
      .parallelize(upTo(20), 2)
      .repartition(3)
      .glom()
      .map((part) => part.length)
      .collect();
    expect(sizes.toSorted()).toEqual([6, 7, 7]);
    expect(await sorted(sc.parallelize(upTo(5), 1).coalesce(4, true))).toBe("0 1 2 3 4");
  });

  const unsorted = (): RDD<[number, number]> =>
    sc.parallelize<[number, number]>(
      [
        [0, 5],
        [3, 8],
        [2, 6],
        [0, 8],
        [3, 8],
        [1, 3],
      ],
      3,
    );
  const parity = (key: number): number => key % 2;

  test.each([
    [true, undefined, "[[[0,5],[0,8],[2,6]],[[1,3],[3,8],[3,8]]]"],
    [false, (key: number): number => -key, "[[[0,5],[0,8],[2,6]],[[1,3],[3,8],[3,8]]]"],
  ])("places and sorts, ascending %s", async (ascending, keyfunc, expected) => {
    const placed = unsorted().repartitionAndSortWithinPartitions(2, parity, ascending, keyfunc);
    expect(await inOrder(placed.glom())).toBe(expected);
  });

  it("says how pairs are placed", async () => {
    const hash = { numPartitions: 3, by: "hash", partitionFunc: null, bounds: null, ascending: true };
    const placed = one().partitionBy(3);
    expect(await placed.partitioner).toEqual(hash);
    expect(await placed.mapValues((v) => v).partitioner).toEqual(hash);
    expect(await placed.union(placed).partitioner).toEqual(hash);
    expect(await placed.join(placed).partitioner).toEqual(hash);
    expect(await one().sortByKey(true, 2).partitioner).toMatchObject({ numPartitions: 2, by: "range" });
    expect(await one().partitionBy(2, itself).partitioner).toMatchObject({ numPartitions: 2, by: "function" });
    const without = [
      one(),
      placed.map((p) => p),
      placed.keys(),
      placed.coalesce(2),
      placed.distinct(),
      placed.union(one()),
    ];
    expect(await Promise.all(without.map((rdd) => rdd.partitioner))).toEqual(without.map(() => null));
  });
});

describe("jobs", () => {
  test.each<[name: string, jobs: number, of: () => { count(): Promise<unknown> }]>([
    ["sortByKey", 2, () => one().sortByKey(true, 3)],
    ["sortByKey into one partition", 0, () => one().sortByKey(true, 1)],
    ["sortByKey of nothing", 1, () => sc.parallelize<[number, number]>([], 2).sortByKey()],
    ["sortBy", 2, () => one().sortBy(([, letter]) => letter)],
    ["zipWithIndex", 1, () => one().zipWithIndex()],
    ["zipWithIndex of one partition", 0, () => pairs(sc, 1).zipWithIndex()],
    ["zipWithUniqueId", 0, () => one().zipWithUniqueId()],
    ["repartition", 0, () => one().repartition(3)],
    ["distinct", 0, () => one().distinct()],
    ["join", 0, () => one().join(two())],
  ])("%s launches %i before it is counted", async (_, jobs, of) => {
    expect(await jobsOf(async () => of().count())).toBe(jobs + 1);
  });
});
