/** To which bucket of a shuffle an element goes. */
import { partitionOf } from "../../data/hashing.js";
import { bisectLeft } from "../../data/ordering.js";
import { nextInt } from "../../data/random/java-random.js";
import { XorShiftRandom } from "../../data/random/xorshift-random.js";
import { EngineError } from "../../errors.js";
import type { Bucketing, ShippedFunction } from "../../plan/kernel.js";
import { elementsOf, functionOf, pairOf, shippedFunction, shortForm } from "./functions.js";

const call = "partitionBy";

/** The bucket of an element. */
export function bucketer(bucketing: Bucketing, partition: number): (element: unknown) => number {
  const { partitions } = bucketing;
  switch (bucketing.by) {
    case "single":
      return () => 0;
    case "partition":
      return () => partition % partitions;
    case "hash":
      return byHash(bucketing);
    case "function":
      return byFunction(bucketing.fn, partitions);
    case "position":
      return byPosition(bucketing, partition);
    case "range":
      return byRange(bucketing);
  }
}

function byHash({ family, partitions }: Extract<Bucketing, { by: "hash" }>): (element: unknown) => number {
  const own = family === "own";
  return (element) => {
    const [key] = pairOf(element, call);
    try {
      return partitionOf(key, partitions);
    } catch (thrown) {
      // The hash is the same, but within one language nobody asks about others.
      if (own && thrown instanceof EngineError) throw new EngineError("KEY_NOT_HASHABLE", thrown.params);
      throw thrown;
    }
  };
}

function byFunction(fn: ShippedFunction, partitions: number): (element: unknown) => number {
  const f = shippedFunction(fn, call);
  return (element) => {
    const found = f(pairOf(element, call)[0]);
    const whole = typeof found === "bigint" ? Number(found % BigInt(partitions)) : found;
    if (!Number.isSafeInteger(whole)) {
      const actual = shortForm(found);
      throw new EngineError("PARTITION_OUT_OF_RANGE", { function: fn.name, actual, partitions });
    }
    const rest = (whole as number) % partitions;
    return rest < 0 ? rest + partitions : rest;
  };
}

function byPosition({ group, partitions }: Extract<Bucketing, { by: "position" }>, partition: number): () => number {
  let bucket = nextInt(new XorShiftRandom(partition), partitions);
  let left = 0;
  return () => {
    if (left === 0) {
      left = group;
      bucket = (bucket + 1) % partitions;
    }
    left -= 1;
    return bucket;
  };
}

function byRange({
  key,
  bounds,
  ascending,
  partitions,
}: Extract<Bucketing, { by: "range" }>): (element: unknown) => number {
  const keyOf = functionOf(key, { call: "sort", key: "sortByKey" });
  const all = bounds.flatMap(elementsOf);
  return ascending
    ? (element) => bisectLeft(all, keyOf(element))
    : (element) => partitions - 1 - bisectLeft(all, keyOf(element));
}
