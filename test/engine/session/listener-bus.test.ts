/** The listener bus: order, faults, bounds, as Spark's `LiveListenerBus` promises them. */
import { describe, expect, test } from "vitest";
import { ListenerBus } from "../../../engine/session/listener-bus.js";
import type { ListenerEvent } from "../../../engine/session/listener-event.js";
import { methodOf, type SparkListener, sinkOf } from "../../../engine/session/spark-listener.js";

const unpersisted = (rddId: number): ListenerEvent => ({ kind: "unpersistRDD", timeMs: 0, rddId });
const numberOf = (event: ListenerEvent): number => (event.kind === "unpersistRDD" ? event.rddId : -1);

function busWith(capacity: number): { bus: ListenerBus; heard: number[]; warnings: string[] } {
  const [heard, warnings]: [number[], string[]] = [[], []];
  const bus = new ListenerBus({ capacity, warn: (message) => void warnings.push(message) });
  bus.add("of the test", (event) => void heard.push(numberOf(event)));
  return { bus, heard, warnings };
}

describe("a bus", () => {
  test("delivers later, in order, all of it before flush resolves", async () => {
    const { bus, heard } = busWith(10_000);
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    for (const number of numbers) bus.post(unpersisted(number));
    expect(heard).toEqual([]);
    await bus.flush();
    expect(heard).toEqual(numbers);
  });

  test("flush waits for what was posted before it, not for what comes after", async () => {
    const { bus, heard } = busWith(10);
    bus.add("that posts", (event) => numberOf(event) < 5 && bus.post(unpersisted(numberOf(event) + 1)));
    bus.post(unpersisted(0));
    await bus.flush();
    expect(heard[0]).toBe(0);
    await bus.stop();
  });

  test("a listener that throws is reported once and does not harm others", async () => {
    const { bus, heard, warnings } = busWith(10);
    let calls = 0;
    bus.add("Faulty", () => {
      calls++;
      throw new TypeError("broken");
    });
    bus.add("Late", async () => {
      await null;
      throw new TypeError("broken later");
    });
    bus.post(unpersisted(1));
    bus.post(unpersisted(2));
    await bus.flush();
    await new Promise((resolve) => setImmediate(resolve));
    expect([heard, calls]).toEqual([[1, 2], 2]);
    expect(warnings).toEqual(["the listener Faulty failed: broken", "the listener Late failed: broken later"]);
  });

  test("a full queue drops what comes, and says so", async () => {
    const { bus, heard, warnings } = busWith(3);
    for (let number = 0; number < 15; number++) bus.post(unpersisted(number));
    await bus.flush();
    expect([heard, bus.dropped]).toEqual([[0, 1, 2], 12]);
    expect(warnings.map((text) => text.split(" ")[0])).toEqual(["1", "10"]);
  });

  test("after stop nothing is taken", async () => {
    const { bus, heard } = busWith(10);
    bus.post(unpersisted(1));
    const stopped = bus.stop();
    bus.post(unpersisted(2));
    await stopped;
    expect(heard).toEqual([1]);
  });

  test("a sink hears what is posted after it was added", async () => {
    const { bus, heard } = busWith(10);
    const found: number[] = [];
    bus.post(unpersisted(1));
    bus.add("late", (event) => void found.push(numberOf(event)));
    bus.post(unpersisted(2));
    await bus.flush();
    expect([heard, found]).toEqual([[1, 2], [2]]);
  });

  test("a sink that was removed hears no more", async () => {
    const { bus } = busWith(10);
    const found: number[] = [];
    const sink = (event: ListenerEvent): void => void found.push(numberOf(event));
    bus.add("removed", sink);
    bus.post(unpersisted(1));
    await bus.flush();
    bus.remove(sink);
    bus.post(unpersisted(2));
    await bus.flush();
    expect(found).toEqual([1]);
  });
});

describe("a listener", () => {
  test("has the methods of Spark's SparkListener", () => {
    expect(
      ["jobStart", "unpersistRDD", "executorExcludedForStage"].map((kind) => methodOf(kind as "jobStart")),
    ).toEqual(["onJobStart", "onUnpersistRDD", "onExecutorExcludedForStage"]);
  });

  test("is called with itself as this, where it has the method", () => {
    class Counting {
      seen = 0;
      onUnpersistRDD(): void {
        this.seen++;
      }
    }
    const counting = new Counting();
    const sink = sinkOf(counting satisfies SparkListener);
    sink(unpersisted(1));
    sink({ kind: "applicationEnd", timeMs: 0 });
    expect(counting.seen).toBe(1);
  });
});
