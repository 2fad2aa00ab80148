/** Pairs of one key: which they are, and in which partition they must be. */
import { partitionOf } from "../data/hashing.js";
import { bisectLeft } from "../data/ordering.js";
import type { CallSite } from "../errors.js";
import type { ShippedFunction } from "../plan/kernel.js";
import { type Partitioner, partitionerOf } from "../plan/partitioner.js";
import type { FunctionPlan } from "../plan/plan.js";
import { settle } from "../plan/settle.js";
import type { Session } from "../session/session.js";
import { stepOn } from "./next-step.js";

/** A function for workers that tells whether a pair has this key; equal are what shuffles take for equal. */
export function hasKey(key: unknown): (pair: readonly [unknown, unknown]) => boolean {
  // It travels with all that it names, so it names nothing of the engine.
  const isSame = (left: unknown, right: unknown): boolean => {
    if (left === right || (Number.isNaN(left) && Number.isNaN(right))) return true;
    if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => isSame(item, right[index]));
  };
  return (pair) => isSame(pair[0], key);
}

/** The partition of a key in a TypeScript program; null where it may be anywhere. */
export async function placeOfKey(
  session: Session,
  plan: FunctionPlan,
  key: unknown,
  site: CallSite,
): Promise<number | null> {
  const place = partitionerOf(await settle(plan), session.host.language);
  if (place === null) return null;
  switch (place.by) {
    case "hash":
      return place.family === "portable" || place.language === "typescript" ? partitionOf(key, place.partitions) : null;
    case "function": {
      const result = await resultOf(session, place.fn, key, site);
      return Number.isInteger(result) ? modulo(result as number, place.partitions) : null;
    }
    case "range":
      return placeInRanges(session, place, key, site);
  }
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

async function placeInRanges(
  session: Session,
  { partitions, bucketing }: Extract<Partitioner, { by: "range" }>,
  key: unknown,
  site: CallSite,
): Promise<number> {
  const { key: fn, ascending, bounds } = bucketing;
  const compared = fn.language === "any" ? key : await resultOf(session, fn, [key, null], site);
  const place = bisectLeft(session.decode(bounds), compared);
  return ascending ? place : partitions - 1 - place;
}

/** What a function of the user gives for one element: in a worker, as all of them run. */
async function resultOf(session: Session, fn: ShippedFunction, element: unknown, site: CallSite): Promise<unknown> {
  const one: FunctionPlan = { kind: "values", batches: session.encode([element]), slices: 1, site };
  return session.decodeOne(await session.batches(stepOn(one, { op: "map", fn }, site), site), () => null);
}
