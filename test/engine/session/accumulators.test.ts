/** Accumulators on the program's side, as Spark 4.3.0 has its own: recorded from the classes of `org.apache.spark.util`. */
import { describe, expect, test } from "vitest";
import { decodeElements } from "../../../engine/data/elements.js";
import { TaskScope } from "../../../engine/execute/task-scope.js";
import { Accumulator, type AccumulatorParam } from "../../../engine/session/accumulator.js";
import { CollectionAccumulator, DoubleAccumulator, LongAccumulator } from "../../../engine/session/sum-accumulators.js";
import type { Tally } from "../../../engine/session/tally.js";
import { taskOf } from "../execute/memory-runs.js";

interface Tallied {
  readonly tally: Tally<never, unknown>;
}

/** What a task that runs `work` sends. */
function sentBy(work: () => void): readonly { readonly id: number; readonly sum: unknown }[] {
  const scope = new TaskScope(taskOf({}), null);
  scope.enter();
  work();
  scope.leave();
  return scope.updates().map(({ id, batch }) => ({ id, sum: decodeElements({ batch, from: 0, to: 1 })[0] }));
}

/** Runs tasks one after the other, and merges what they send. */
function tasks(accumulator: unknown, ...work: readonly (() => void)[]): void {
  for (const one of work) for (const { sum } of sentBy(one)) (accumulator as Tallied).tally.merge(sum);
}

describe("LongAccumulator", () => {
  test("of none: value 0, count 0, avg NaN, zero", () => {
    const sizes = new LongAccumulator(1, "sizes", true);
    expect([sizes.value, sizes.sum, sizes.count, sizes.avg, sizes.isZero]).toEqual([0, 0, 0, Number.NaN, true]);
    expect([sizes.id, sizes.name]).toEqual([1, "sizes"]);
  });

  test("of 5 and 6 in one task, 0 in another and -1 in the program: value 10, count 4, avg 2.5", () => {
    const sizes = new LongAccumulator(1, null, true);
    tasks(
      sizes,
      () => {
        sizes.add(5);
        sizes.add(6);
      },
      () => sizes.add(0),
    );
    sizes.add(-1);
    expect([sizes.value, sizes.count, sizes.avg, sizes.isZero]).toEqual([10, 4, 2.5, false]);
    sizes.reset();
    expect([sizes.value, sizes.count, sizes.isZero]).toEqual([0, 0, true]);
  });

  test("adding 0 is adding: not zero any more", () => {
    const sizes = new LongAccumulator(1, null, true);
    sizes.add(0);
    expect(sizes.isZero).toBe(false);
  });
});

test("DoubleAccumulator of 0.25 and 0.5 in two tasks: value 0.75, count 2, avg 0.375", () => {
  const weight = new DoubleAccumulator(2, null, true);
  tasks(
    weight,
    () => weight.add(0.25),
    () => weight.add(0.5),
  );
  expect([weight.value, weight.sum, weight.count, weight.avg]).toEqual([0.75, 0.75, 2, 0.375]);
});

test("CollectionAccumulator: the elements of tasks in the order in which they end; its value is a copy", () => {
  const bad = new CollectionAccumulator<string>(3, null, true);
  tasks(
    bad,
    () => {
      bad.add("b");
      bad.add("a");
    },
    () => {},
    () => bad.add("c"),
  );
  bad.value.push("d");
  expect([bad.value, bad.isZero]).toEqual([["b", "a", "c"], false]);
  bad.reset();
  expect(bad.value).toEqual([]);
});

describe("Accumulator (PySpark's)", () => {
  test("numbers are added to the initial value", () => {
    const sum = new Accumulator({ id: 4, name: null, initial: 10, param: null }, true);
    tasks(
      sum,
      () => [1, 2].forEach((x) => void sum.add(x)),
      () => sum.add(3),
    );
    sum.add(4);
    expect(sum.value).toBe(20);
  });

  test("a rule of the user: zero in each task, addInPlace for terms and for the sums of tasks", () => {
    const calls: string[] = [];
    const param: AccumulatorParam<number[]> = {
      zero: (initial) => {
        calls.push(`zero of ${initial}`);
        return initial.map(() => 0);
      },
      addInPlace: (left, right) => {
        for (const [i, x] of right.entries()) left[i] = (left[i] ?? 0) + x;
        return left;
      },
    };
    const vector = new Accumulator({ id: 5, name: null, initial: [1, 2], param }, true);
    tasks(
      vector,
      () => {
        vector.add([10, 0]);
        vector.add([0, 5]);
      },
      () => vector.add([1, 1]),
    );
    expect(vector.value).toEqual([12, 8]);
    expect(calls).toHaveLength(2);
  });

  test("a task that adds nothing sends nothing", () => {
    expect(sentBy(() => {})).toEqual([]);
  });
});
