/** SparkConf as PySpark 4.3's, which holds texts. */
import { describe, expect, test } from "vitest";
import { SparkConf, SparkContext } from "../../../engine/index.js";

describe("SparkConf", () => {
  test("sets, keeps and shows", () => {
    const conf = new SparkConf(false)
      .setMaster("local[2]")
      .setAppName("name")
      .setSparkHome("/opt/spark")
      .setExecutorEnv("LANG", "C")
      .set("a", "1")
      .setIfMissing("a", "2")
      .setAll([["b", "3"]]);
    expect(conf.getAll()).toEqual([
      ["spark.master", "local[2]"],
      ["spark.app.name", "name"],
      ["spark.home", "/opt/spark"],
      ["spark.executorEnv.LANG", "C"],
      ["a", "1"],
      ["b", "3"],
    ]);
    expect([conf.get("a"), conf.get("none"), conf.get("none", "x"), conf.contains("none")]).toEqual([
      "1",
      undefined,
      "x",
      false,
    ]);
    expect(new SparkConf(false).set("b", "2").set("a", "1").toDebugString()).toBe("a=1\nb=2");
    expect(new SparkConf(false).set("b", "2").toObject()).toEqual({ b: "2" });
  });

  test("begins with system properties of Spark's", () => {
    SparkContext.setSystemProperty("spark.some.default", "value");
    SparkContext.setSystemProperty("other", "value");
    expect(new SparkConf().getAll()).toEqual([["spark.some.default", "value"]]);
    expect(new SparkConf(false).getAll()).toEqual([]);
    expect([SparkContext.getSystemProperty("other"), SparkContext.getSystemProperty("none")]).toEqual(["value", null]);
  });
});
