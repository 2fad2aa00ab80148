/** The numbers of one partition of a `numbers` plan, made where they are needed. */
import type { Batch } from "../data/batch.js";
import { encodePortable } from "../data/portable.js";
import type { FunctionPlan } from "../plan/plan.js";

const batchElements = 8192;

/** Plain data (hence no interface) that travels to an executor; a bigint as text. */
export type NumberSlice = { readonly start: string; readonly step: string; readonly count: number };

/** The numbers of a partition. */
export function numberSlice(plan: Extract<FunctionPlan, { kind: "numbers" }>, partition: number): NumberSlice {
  const { start, step, count, slices } = plan;
  const firstOf = (slice: number): bigint => (BigInt(slice) * BigInt(count)) / BigInt(slices);
  const [from, to] = [firstOf(partition), firstOf(partition + 1)];
  return { start: String(start + from * step), step: String(step), count: Number(to - from) };
}

/** Them, batch by batch. */
export function* numberBatches({ start, step, count }: NumberSlice): Generator<Batch> {
  const [first, distance] = [BigInt(start), BigInt(step)];
  const last = first + distance * BigInt(Math.max(0, count - 1));
  const isSafe = [first, last].every((number) => Number.isSafeInteger(Number(number)));
  for (let from = 0; from < count; from += batchElements) {
    const length = Math.min(batchElements, count - from);
    const start = first + BigInt(from) * distance;
    yield encodePortable(
      isSafe
        ? Array.from({ length }, (_, i) => Number(start) + i * Number(distance))
        : Array.from({ length }, (_, i) => start + BigInt(i) * distance),
    );
  }
}
