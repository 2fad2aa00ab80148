/** Broadcast values, accumulators and the task's context as functions capture them: by reference, not by value. */
import { describe, expect, test } from "vitest";
import { packFunction } from "../../../engine/closure/pack.js";
import { unpackFunction } from "../../../engine/closure/unpack.js";
import { TaskScope } from "../../../engine/execute/task-scope.js";
import type { AnyFunction } from "../../../engine/plan/task-function.js";
import { Accumulator } from "../../../engine/session/accumulator.js";
import { Broadcast, type BroadcastHome } from "../../../engine/session/broadcast.js";
import { CollectionAccumulator, DoubleAccumulator, LongAccumulator } from "../../../engine/session/sum-accumulators.js";
import { TaskContext } from "../../../engine/session/task-context.js";
import { taskOf } from "../execute/memory-runs.js";

const home = <T>(value: T): BroadcastHome<T> => ({
  value: () => value,
  unpersist: async () => {},
  destroy: async () => {},
});

const rebuilt = (fn: AnyFunction): ((...args: unknown[]) => unknown) => unpackFunction(packFunction(fn).body);

/** What the function gives in a task. */
function inTask<T>(work: (scope: TaskScope) => T): T {
  const scope = new TaskScope(taskOf({ partition: 3 }), null);
  scope.enter();
  try {
    return work(scope);
  } finally {
    scope.leave();
  }
}

describe("a captured broadcast value", () => {
  const large = new Broadcast(7, home("x".repeat(1_000_000)));

  test("travels without its value", () => {
    expect(packFunction(() => large.value).body.length).toBeLessThan(2000);
  });

  test("is read by its number in the task", () => {
    const held = { names: [large] };
    const id = rebuilt(() => held.names[0]?.id);
    expect(id()).toBe(7);
    const read = rebuilt(() => large.value);
    expect(() => inTask(() => read())).toThrow(/BROADCAST_DESTROYED.*7/);
  });

  test("in the program it is the value itself", () => {
    expect(large.value).toHaveLength(1_000_000);
    expect(() => rebuilt(() => large.value)()).toThrow(/for functions that run in tasks/);
  });
});

describe("a captured accumulator", () => {
  const sum = new Accumulator({ id: 1, name: "sum", initial: 100, param: null }, true);
  const step = 2;
  const longest = new Accumulator<string>(
    {
      id: 2,
      name: null,
      initial: "",
      param: {
        zero: () => "",
        // The function of a rule captures as any other does.
        addInPlace: (left, right) => (right.length * step > left.length * step ? right : left),
      },
    },
    true,
  );
  const counts = new LongAccumulator(3, "counts", true);
  const weights = new DoubleAccumulator(4, null, true);
  const words = new CollectionAccumulator<string>(5, null, true);

  const updates = (work: () => void): Map<number, unknown> =>
    inTask((scope) => {
      work();
      return new Map(scope.updates().map(({ id, batch }) => [id, batch.count]));
    });

  test("adds to the task's own sum, which begins at its zero", () => {
    const add = rebuilt((x: number) => {
      sum.add(x);
      sum.add(1);
      longest.add("a".repeat(x));
      counts.add(x);
      weights.add(x / 2);
      words.add(`w${x}`);
    });
    expect(updates(() => void add(3))).toEqual(new Map([1, 2, 3, 4, 5].map((id) => [id, 1])));
    expect([sum.value, longest.value, counts.value, weights.value, words.value]).toEqual([100, "", 0, 0, []]);
  });

  test("is the same one in every place of the function", () => {
    const other = { deep: sum };
    const same = rebuilt(() => other.deep === sum);
    expect(same()).toBe(true);
  });

  test("travels without what was added so far", () => {
    const param = {
      zero: (): unknown[] => [],
      addInPlace: (left: unknown[], right: unknown[]): unknown[] => [...left, ...right],
    };
    const list = new Accumulator<unknown[]>({ id: 6, name: null, initial: [], param }, true);
    const size = packFunction(() => list.add([1])).body.length;
    list.add(Array.from({ length: 10_000 }, (_, i) => i));
    expect(packFunction(() => list.add([1])).body.length).toBe(size);
  });

  test("cannot be read in a task", () => {
    const read = rebuilt(() => sum.value);
    expect(() => inTask(() => read())).toThrow(/value of accumulator sum can only be read in the program/);
    expect(() => inTask(() => sum.value)).toThrow(/only be read in the program/);
  });
});

describe("the task's context", () => {
  test("its class is the worker's own, however it was imported", () => {
    const context = { TaskContext };
    const partition = rebuilt(() => [TaskContext.get()?.partitionId(), context.TaskContext === TaskContext]);
    expect(inTask(() => partition())).toEqual([3, true]);
    expect(packFunction(() => TaskContext.get()).body.length).toBeLessThan(1000);
  });

  test("there is none in the program", () => {
    expect(TaskContext.get()).toBeNull();
  });
});
