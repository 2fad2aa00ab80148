/** Actions that write. What files hold is what Spark 4.3.0 writes for the same data. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { EngineError, type RDD, type SparkContext } from "../../../engine/index.js";
import { readObjectSplit } from "../../../engine/source/object-files.js";
import { launched } from "./launched.js";
import { typescriptProgram } from "./programs.js";

let sc: SparkContext;
let directory: string;
let written = 0;

beforeAll(() => {
  sc = typescriptProgram();
  directory = mkdtempSync(join(tmpdir(), "kindling-output-"));
});

afterAll(async () => {
  await sc.stop();
  rmSync(directory, { recursive: true, force: true });
});

const fresh = (): string => join(directory, String(written++));
const read = (path: string, name: string): string => readFileSync(join(path, name), "utf8");

const text = "org.apache.hadoop.mapred.TextOutputFormat";
const newText = "org.apache.hadoop.mapreduce.lib.output.TextOutputFormat";
const sequence = "org.apache.hadoop.mapred.SequenceFileOutputFormat";
const newSequence = "org.apache.hadoop.mapreduce.lib.output.SequenceFileOutputFormat";
const gzip = "org.apache.hadoop.io.compress.GzipCodec";

const pairs = (): RDD<[unknown, unknown]> =>
  sc.parallelize<[unknown, unknown]>(
    [
      [1, "a"],
      [null, "x"],
      ["k", null],
      [true, new Uint8Array([0x61, 0x62])],
      [1.5, -0.001],
      [2 ** 40, 1e-5],
      [Number.NaN, Number.POSITIVE_INFINITY],
      [null, null],
    ],
    1,
  );

const errorOf = async (work: () => Promise<unknown>): Promise<EngineError> => {
  const thrown = await work().then(
    () => new TypeError("nothing failed"),
    (error: unknown) => error,
  );
  if (thrown instanceof EngineError) return thrown;
  throw thrown;
};

describe("text", () => {
  it("is compressed by the codec that is named", async () => {
    const path = fresh();
    await sc.parallelize(["foo", "bar"], 2).saveAsTextFile(path, gzip);
    expect(readdirSync(path).sort()).toEqual(["_SUCCESS", "part-00000.gz", "part-00001.gz"]);
    expect(gunzipSync(readFileSync(join(path, "part-00001.gz"))).toString()).toBe("bar\n");
  });

  it("needs a codec that is known", async () => {
    const error = await errorOf(() => sc.parallelize([1], 1).saveAsTextFile(fresh(), "no.such.Codec"));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", params: { actual: '"no.such.Codec"' } });
    expect(error.origin.site?.call).toBe("saveAsTextFile");
  });
});

describe("Hadoop's text output", () => {
  it("shows keys and values as Java does", async () => {
    const path = fresh();
    await pairs().saveAsHadoopFile(path, text);
    const lines = ["1\ta", "x", "k", "true\t61 62", "1.5\t-0.001", "1099511627776\t1.0E-5", "NaN\tInfinity", ""];
    expect(read(path, "part-00000")).toBe(lines.map((line) => `${line}\n`).join(""));
  });

  test.each<[name: string, save: (rdd: RDD<[string, number]>, path: string) => Promise<void>, part?: string]>([
    ["the newer interface", (rdd, path) => rdd.saveAsNewAPIHadoopFile(path, newText), "part-r-00000"],
    [
      "settings of the older one",
      (rdd, path) =>
        rdd.saveAsHadoopDataset({
          "mapred.output.format.class": text,
          "mapreduce.output.fileoutputformat.outputdir": path,
          "mapreduce.job.output.key.class": "org.apache.hadoop.io.Text",
        }),
    ],
    ["settings without a format", (rdd, path) => rdd.saveAsHadoopDataset({ "mapred.output.dir": path })],
    [
      "settings of the newer one",
      (rdd, path) =>
        rdd.saveAsNewAPIHadoopDataset({
          "mapreduce.job.outputformat.class": newText,
          "mapreduce.output.fileoutputformat.outputdir": path,
        }),
      "part-r-00000",
    ],
    ["classes that follow anyway", (rdd, path) => rdd.saveAsHadoopFile(path, text, "org.apache.hadoop.io.Text")],
  ])("by %s", async (_, save, part = "part-00000") => {
    const path = fresh();
    await save(sc.parallelize<[string, number]>([["a", 1]], 1), path);
    expect(read(path, part)).toBe("a\t1\n");
  });

  it("takes separator and compression from settings", async () => {
    const path = fresh();
    await sc
      .parallelize<[string, number]>([["a", 1]], 1)
      .saveAsHadoopFile(path, text, undefined, undefined, undefined, undefined, {
        "mapreduce.output.textoutputformat.separator": ";",
        "mapreduce.output.fileoutputformat.compress": "true",
      });
    expect(inflateSync(readFileSync(join(path, "part-00000.deflate"))).toString()).toBe("a;1\n");
  });
});

describe("sequence files", () => {
  const small = (): RDD<[number, string]> => sc.parallelize<[number, string]>([[1, "a"]], 1);

  test.each<[name: string, save: (path: string) => Promise<void>, part?: string]>([
    ["by name", (path) => small().saveAsSequenceFile(path)],
    ["by Hadoop's class", (path) => small().saveAsHadoopFile(path, sequence)],
    ["by its newer class", (path) => small().saveAsNewAPIHadoopFile(path, newSequence), "part-r-00000"],
  ])("%s", async (_, save, part = "part-00000") => {
    const path = fresh();
    await save(path);
    const head = readFileSync(join(path, part)).subarray(0, 80).toString("latin1");
    // The header of the format, version 6: the names of the classes, each with its length.
    expect(head.startsWith("SEQ\u0006 org.apache.hadoop.io.IntWritable\u0019org.apache.hadoop.io.Text")).toBe(true);
  });

  it("look for the first pair by a job of their own", async () => {
    expect(await launched(sc, () => small().saveAsSequenceFile(fresh()))).toEqual([[1], [1]]);
  });

  it("need a pair", async () => {
    const path = fresh();
    const none = sc.parallelize<[number, string]>([], 2);
    // Spark: "empty collection".
    expect((await errorOf(() => none.saveAsSequenceFile(path))).code).toBe("EMPTY_COLLECTION");
    const wrong = sc.parallelize([1], 1) as unknown as RDD<[number, string]>;
    expect((await errorOf(() => wrong.saveAsSequenceFile(path))).code).toBe("NOT_KEY_VALUE");
    expect(existsSync(path)).toBe(false);
  });
});

describe("objects", () => {
  test.each<[name: string, save: (rdd: RDD<number>, path: string) => Promise<void>]>([
    ["saveAsObjectFile", (rdd, path) => rdd.saveAsObjectFile(path)],
    ["saveAsPickleFile", (rdd, path) => rdd.saveAsPickleFile(path, 2)],
  ])("%s writes a file for each partition", async (_, save) => {
    const path = fresh();
    await save(sc.parallelize([1, 2, 3], 2), path);
    expect(readdirSync(path).sort()).toEqual(["_SUCCESS", "part-00000", "part-00001"]);
  });

  it.each([
    [2, [2, 2, 1]],
    [1, [1, 1, 1, 1, 1]],
    [-1, [5]],
    [0, [5]],
  ])("in batches of %i", async (batchSize, counts) => {
    const path = fresh();
    await sc.parallelize([1, 2, 3, 4, 5], 1).saveAsPickleFile(path, batchSize);
    const file = join(path, "part-00000");
    const fileSize = statSync(file).size;
    const split = { path: file, start: 0, length: fileSize, fileSize };
    expect([...readObjectSplit(split, "v8")].map(({ count }) => count)).toEqual(counts);
    expect(await sc.pickleFile(path).collect()).toEqual([1, 2, 3, 4, 5]);
  });

  it("need a batch size", async () => {
    const error = await errorOf(() => sc.parallelize([1]).saveAsPickleFile(fresh(), -2));
    expect([error.code, error.params["parameter"]]).toEqual(["INVALID_ARGUMENT", "batchSize"]);
  });
});

describe("what only a JVM could do", () => {
  const rdd = (): RDD<[string, number]> => sc.parallelize<[string, number]>([["a", 1]], 1);
  test.each<[what: string, save: (path: string) => Promise<void>]>([
    ["the output format no.such.Format", (path) => rdd().saveAsHadoopFile(path, "no.such.Format")],
    ["the converter no.Conv", (path) => rdd().saveAsHadoopFile(path, text, undefined, undefined, "no.Conv")],
    ["the class my.Key", (path) => rdd().saveAsNewAPIHadoopFile(path, newText, "my.Key")],
  ])("%s is refused before anything is written", async (what, save) => {
    const path = fresh();
    const error = await errorOf(() => save(path));
    expect([error.code, error.params["what"]]).toEqual(["HADOOP_CLASS_UNSUPPORTED", what]);
    expect(existsSync(path)).toBe(false);
  });

  it("a directory must be named", async () => {
    const error = await errorOf(() => rdd().saveAsHadoopDataset({ "mapred.output.format.class": text }));
    expect(error.params).toMatchObject({
      parameter: "conf",
      expected: "made with the setting mapreduce.output.fileoutputformat.outputdir",
    });
  });

  it("a directory must be new", async () => {
    expect((await errorOf(() => rdd().saveAsHadoopFile(directory, text))).code).toBe("PATH_ALREADY_EXISTS");
  });
});
