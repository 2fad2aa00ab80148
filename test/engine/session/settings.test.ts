/**
 * Values of settings. What texts stand for is what Spark 4.3's `JavaUtils.byteStringAsBytes`, `byteStringAsMb`,
 * `timeStringAsMs`, `timeStringAsSec` and `SparkConf.getInt`, `getDouble`, `getBoolean` make of them; null where those
 * throw. Defaults are those of its configuration entries.
 */
import { describe, expect, test } from "vitest";
import { defaultSettings } from "../../../engine/schedule/settings.js";
import { boolean, fraction, size, time, whole } from "../../../engine/session/setting-value.js";
import { parseSettings, type Settings, settingNames } from "../../../engine/session/settings.js";

const MiB = 2 ** 20;

test.each<[text: string, inBytes: number | null, inMebibytes: number | null]>([
  ["512m", 536_870_912, 512],
  ["1g", 1_073_741_824, 1024],
  ["2", 2, 2],
  ["10kb", 10_240, 0],
  ["1GB", 1_073_741_824, 1024],
  [" 5m ", 5_242_880, 5],
  ["1tb", 1_099_511_627_776, 1_048_576],
  ["2p", 2_251_799_813_685_248, 2_147_483_648],
  ["100b", 100, 0],
  ["0", 0, 0],
  ["1KiB", 1024, 0],
  ["1.5g", null, null],
  ["5 m", null, null],
  ["-1m", null, null],
  ["", null, null],
  ["m", null, null],
  ["1k1", null, null],
])("the size %j", (text, inBytes, inMebibytes) => {
  const [bytes, megabytes] = [size("b").read(text), size("m").read(text)];
  expect(bytes ?? null).toBe(inBytes);
  expect(megabytes === undefined ? null : Math.floor(megabytes / MiB)).toBe(inMebibytes);
});

test.each<[text: string, inMs: number | null, inSeconds: number | null]>([
  ["10s", 10_000, 10],
  ["5", 5, 5],
  ["100ms", 100, 0],
  ["1m", 60_000, 60],
  ["1min", 60_000, 60],
  ["2h", 7_200_000, 7200],
  ["1d", 86_400_000, 86_400],
  ["500us", 0, 0],
  ["1MS", 1, 0],
  ["1.5s", null, null],
  ["", null, null],
  ["10 s", null, null],
  ["3q", null, null],
])("the time %j", (text, inMs, inSeconds) => {
  const [ms, seconds] = [time("ms").read(text), time("s").read(text)];
  expect(ms ?? null).toBe(inMs);
  expect(seconds === undefined ? null : Math.floor(seconds / 1000)).toBe(inSeconds);
});

test.each<[text: string, asInt: number | null, asDouble: number | null]>([
  ["5", 5, 5],
  ["+5", 5, 5],
  [" 5", null, 5],
  ["5.0", null, 5],
  ["1e3", null, 1000],
  ["0x10", null, null],
  ["2147483648", null, 2_147_483_648],
])("the number %j", (text, asInt, asDouble) => {
  expect(whole().read(text) ?? null).toBe(asInt);
  expect(fraction().read(text) ?? null).toBe(asDouble);
});

test.each([
  ["true", true],
  ["TRUE", true],
  ["False", false],
  ["yes", null],
  ["1", null],
  [" true", null],
])("the truth of %j", (text, expected) => {
  expect(boolean.read(text) ?? null).toBe(expected);
});

describe("settings", () => {
  const parse = (conf: Readonly<Record<string, string>>): Settings => parseSettings(conf, "/");

  test("Spark's defaults", () => {
    const { scheduler, memory, maxResultBytes, listenerQueueEvents, eventLog } = parse({});
    expect(scheduler).toEqual(defaultSettings);
    expect(memory).toEqual({
      executorBytes: null,
      driverBytes: null,
      fraction: 0.6,
      storageFraction: 0.5,
      offHeapBytes: 0,
    });
    expect(maxResultBytes).toBe(2 ** 30);
    expect(listenerQueueEvents).toBe(10_000);
    expect(eventLog).toEqual({
      directory: null,
      bufferBytes: 102_400,
      logsBlockUpdates: false,
      overwrites: false,
    });
  });

  test("in Spark's units", () => {
    const { memory, scheduler, eventLog, networkTimeoutMs, heartbeatIntervalMs } = parse({
      "spark.executor.memory": "512",
      "spark.driver.memory": "2g",
      "spark.locality.wait": "5",
      "spark.speculation.interval": "7",
      "spark.dynamicAllocation.executorIdleTimeout": "7",
      "spark.eventLog.enabled": "true",
      "spark.eventLog.buffer.kb": "3",
      "spark.network.timeout": "9",
      "spark.executor.heartbeatInterval": "9",
    });
    expect([memory.executorBytes, memory.driverBytes]).toEqual([512 * MiB, 2048 * MiB]);
    expect([scheduler.localityWaitMs, scheduler.speculation.intervalMs]).toEqual([5, 7]);
    expect(scheduler.allocation.idleTimeoutMs).toBe(7000);
    expect([eventLog.directory, eventLog.bufferBytes]).toEqual(["/tmp/spark-events", 3072]);
    expect([networkTimeoutMs, heartbeatIntervalMs]).toEqual([9000, 9]);
  });

  test("that follow others", () => {
    const { exclusion, allocation } = parse({
      "spark.excludeOnFailure.enabled": "true",
      "spark.excludeOnFailure.application.enabled": "false",
      "spark.dynamicAllocation.minExecutors": "2",
      "spark.dynamicAllocation.initialExecutors": "1",
      "spark.dynamicAllocation.schedulerBacklogTimeout": "3s",
    }).scheduler;
    expect([exclusion.enabled, exclusion.applicationEnabled]).toEqual([true, false]);
    expect([allocation.initialExecutors, allocation.sustainedBacklogTimeoutMs]).toEqual([2, 3000]);
  });

  test("variables of the workers' environment", () => {
    expect(parse({ "spark.executorEnv.LANG": "C", "spark.executorEnvX": "1" }).executorEnvironment).toEqual({
      LANG: "C",
    });
  });

  test.each([
    ["spark.task.maxFailures", "0", "a whole number from 1"],
    ["spark.task.maxFailures", "q", "a whole number from 1"],
    ["spark.executor.memory", "abc", "a size such as 512m"],
    ["spark.driver.maxResultSize", "x", "a size such as 512m"],
    ["spark.locality.wait", "3q", "a time such as 10s"],
    ["spark.locality.wait", "-1s", "a time such as 10s"],
    ["spark.memory.fraction", "2", "a number from 0 to 1"],
    ["spark.memory.storageFraction", "-1", "a number from 0 to 1"],
    ["spark.speculation", "maybe", "true or false"],
    ["spark.scheduler.mode", "LIFO", "FIFO, FAIR or NONE"],
    ["spark.log.level", "LOUD", "ALL, TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF"],
    ["spark.memory.offHeap.enabled", "true", "more than 0 where spark.memory.offHeap.enabled is true"],
  ])("%s must not be %j", (key, value, expected) => {
    const named = key === "spark.memory.offHeap.enabled" ? "spark.memory.offHeap.size" : key;
    expect(() => parse({ [key]: value })).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: expect.stringContaining(`the setting ${named} must be ${expected}`),
      }),
    );
  });

  test("fewer executors at most than at least", () => {
    const conf = {
      "spark.dynamicAllocation.enabled": "true",
      "spark.dynamicAllocation.minExecutors": "3",
      "spark.dynamicAllocation.maxExecutors": "2",
    };
    expect(() => parse(conf)).toThrow(/spark\.dynamicAllocation\.maxExecutors must be from 3/);
  });

  test("are sorted by name, and unknown ones are nobody's matter", () => {
    expect(settingNames).toEqual([...settingNames].sort());
    expect(parse({ "spark.no.such.setting": "x" })).toEqual(parse({}));
  });
});
