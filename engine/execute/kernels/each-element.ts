/** Kernels that look at one element after the other and keep none. */
import type { Kernel } from "../../plan/kernel.js";
import { functionOf, pairOf } from "./functions.js";
import { type Emit, type KernelPlace, passing, type RunningKernel } from "./running-kernel.js";

type KernelOf<Op extends Kernel["op"]> = Extract<Kernel, { op: Op }>;

export function map({ fn }: KernelOf<"map">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  const f = functionOf(fn, { call: "map", key: "keys", value: "values" });
  return passing((element) => {
    try {
      emit(f(element));
    } catch (thrown) {
      throw blame(thrown);
    }
  });
}

export function flatMap({ fn }: KernelOf<"flatMap">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  const f = functionOf(fn, { call: "flatMap" });
  return passing((element) => {
    try {
      const results = f(element) as Iterable<unknown>;
      if (Array.isArray(results)) for (let i = 0; i < results.length; i++) emit(results[i]);
      else for (const result of results) emit(result);
    } catch (thrown) {
      throw blame(thrown);
    }
  });
}

export function filter({ fn }: KernelOf<"filter">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  const f = functionOf(fn, { call: "filter" });
  return passing((element) => {
    try {
      if (f(element)) emit(element);
    } catch (thrown) {
      throw blame(thrown);
    }
  });
}

export function mapValues({ fn }: KernelOf<"mapValues">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  const f = functionOf(fn, { call: "mapValues" });
  return passing((element) => {
    try {
      const pair = pairOf(element, "mapValues");
      emit([pair[0], f(pair[1])]);
    } catch (thrown) {
      throw blame(thrown);
    }
  });
}

export function flatMapValues({ fn }: KernelOf<"flatMapValues">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  const f = functionOf(fn, { call: "flatMapValues" });
  return passing((element) => {
    try {
      const [key, value] = pairOf(element, "flatMapValues");
      for (const result of f(value) as Iterable<unknown>) emit([key, result]);
    } catch (thrown) {
      throw blame(thrown);
    }
  });
}

export function keyBy({ fn }: KernelOf<"keyBy">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  const f = functionOf(fn, { call: "keyBy" });
  return passing((element) => {
    try {
      emit([f(element), element]);
    } catch (thrown) {
      throw blame(thrown);
    }
  });
}

export function foreach({ fn }: KernelOf<"foreach">, _: Emit, { blame }: KernelPlace): RunningKernel {
  const f = functionOf(fn, { call: "foreach" });
  return passing((element) => {
    try {
      f(element);
    } catch (thrown) {
      throw blame(thrown);
    }
  });
}

export function zipIndex(
  { starts, step }: KernelOf<"zipIndex">,
  emit: Emit,
  { partition }: KernelPlace,
): RunningKernel {
  let index = starts[partition] ?? 0;
  return passing((element) => {
    emit([element, index]);
    index += step;
  });
}

export function row({ names }: KernelOf<"row">, emit: Emit): RunningKernel {
  return passing((element) => {
    const values = element as readonly unknown[];
    emit(Object.fromEntries(names.map((name, i) => [name, values[i]])));
  });
}

export function udf({ calls }: KernelOf<"udf">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  const ready = calls.map(({ fn, args }) => ({ f: functionOf(fn, { call: "udf" }), args }));
  return passing((element) => {
    try {
      const row = element as readonly unknown[];
      emit([...row, ...ready.map(({ f, args }) => f(...args.map((arg) => row[arg])))]);
    } catch (thrown) {
      throw blame(thrown);
    }
  });
}

/** Spark's own text of an element: a pair or list as `(a,b)`. */
const textOf = (element: unknown): string =>
  Array.isArray(element)
    ? `(${element.map(textOf).join(",")})`
    : element === null || element === undefined
      ? "null"
      : String(element);

export function text(_: KernelOf<"text">, emit: Emit, { blame }: KernelPlace): RunningKernel {
  return passing((element) => {
    try {
      emit(typeof element === "string" ? element : textOf(element));
    } catch (thrown) {
      throw blame(thrown);
    }
  });
}
