/**
 * The cases of `cases/*.py` on a real Spark cluster: Kindling's Python client over Spark Connect, the outcomes PySpark's
 * own. An ordinary run takes some of each kind of plan; KINDLING_CLUSTER_CASES=all takes all that run on any cluster.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SparkServer, startSpark } from "../servers/spark/start.js";
import { clusterDifferences } from "./cluster-differences.js";
import { knownDifferences } from "./known-differences.js";
import { expectedOf, type Found, golden, runCases, shown } from "./recorded.js";

const takesAll = process.env["KINDLING_CLUSTER_CASES"] === "all";

/** Of each kind of plan node, and of what tasks share, some. */
const chosen: readonly string[] = [
  "Accumulator.add",
  "Broadcast.value: in functions",
  "RDD.aggregate: another type than the elements'",
  "RDD.cache",
  "RDD.cartesian",
  "RDD.coalesce: neighbours",
  "RDD.cogroup",
  "RDD.combineByKey: a placement of its own",
  "RDD.first: the first element, past empty partitions",
  "RDD.fold: of empty partitions",
  "RDD.groupWith",
  "RDD.join: every pair",
  "RDD.pipe: lines",
  "RDD.reduceByKey: values of a key merged",
  "RDD.repartition",
  "RDD.saveAsPickleFile: names",
  "RDD.sortBy: ",
  "RDD.union",
  "RDD.zip: ",
  "RDD.zipWithIndex: ",
];

/** However busy the machine is. */
const deadlineMs = takesAll ? 7_200_000 : 1_200_000;
const deadlineOfCaseS = 300;

let server: SparkServer;
let found: ReadonlyMap<string, Found> = new Map();

beforeAll(async () => {
  server = await startSpark({ lifetimeSeconds: deadlineMs / 1000 });
  const variables = { RDD_CASES_MASTER: server.master, RDD_CASES_DEADLINE_S: String(deadlineOfCaseS) };
  found = await runCases(takesAll ? [] : chosen, variables, deadlineMs);
}, deadlineMs);

afterAll(async () => {
  await server?.stop();
});

describe("as in PySpark", () => {
  it("each case that ran", () => {
    const differing = golden.cases.flatMap((recorded) => {
      const outcome = found.get(recorded.name);
      if (!outcome || recorded.name in knownDifferences || recorded.name in clusterDifferences) return [];
      const [expected, actual] = [expectedOf(recorded), shown(outcome, recorded)];
      return JSON.stringify(expected) === JSON.stringify(actual) ? [] : [{ name: recorded.name, expected, actual }];
    });
    expect(differing).toEqual([]);
    expect(found.size).toBeGreaterThan(takesAll ? 400 : 40);
  });

  it("but for what is meant to differ", () => {
    const agreeing = golden.cases.flatMap((recorded) => {
      const outcome = found.get(recorded.name);
      if (!outcome || !(recorded.name in clusterDifferences)) return [];
      const agrees = JSON.stringify(expectedOf(recorded)) === JSON.stringify(shown(outcome, recorded));
      return agrees ? [recorded.name] : [];
    });
    expect(agreeing).toEqual([]);
    const names = golden.cases.map(({ name }) => name);
    expect(Object.keys(clusterDifferences).filter((name) => !names.includes(name))).toEqual([]);
  });
});
