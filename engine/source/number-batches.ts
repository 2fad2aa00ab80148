/** The numbers of one partition of a `numbers` plan, made where they are needed. */
import { Buffer } from "node:buffer";
import type { Batch } from "../data/batch.js";
import { encodeElements, encodeNumberBlock } from "../data/elements.js";
import { encodePortable } from "../data/portable.js";
import type { FunctionPlan } from "../plan/plan.js";

const batchElements = 8192;

/** Plain data (hence no interface) that travels to an executor; a bigint as text. */
export type NumberSlice = {
  readonly start: string;
  readonly step: string;
  readonly count: number;
  /** `v8` where TypeScript functions read them. */
  readonly format: "portable" | "v8";
};

/** The numbers of a partition. */
export function numberSlice(
  plan: Extract<FunctionPlan, { kind: "numbers" }>,
  partition: number,
  format: NumberSlice["format"],
): NumberSlice {
  const { start, step, count, slices } = plan;
  const firstOf = (slice: number): bigint => (BigInt(slice) * BigInt(count)) / BigInt(slices);
  const [from, to] = [firstOf(partition), firstOf(partition + 1)];
  return { start: String(start + from * step), step: String(step), count: Number(to - from), format };
}

/** Them, batch by batch. */
export function* numberBatches({ start, step, count, format }: NumberSlice): Generator<Batch> {
  const [first, distance] = [BigInt(start), BigInt(step)];
  const last = first + distance * BigInt(Math.max(0, count - 1));
  const isSafe = [first, last].every((number) => Number.isSafeInteger(Number(number)));
  for (let from = 0; from < count; from += batchElements) {
    const length = Math.min(batchElements, count - from);
    const start = first + BigInt(from) * distance;
    if (!isSafe) yield (format === "v8" ? encodeElements : encodePortable)(wideNumbers(start, distance, length));
    else yield (format === "v8" ? encodeNumberBlock : encodeIntegers)(numbers(Number(start), Number(distance), length));
  }
}

function numbers(start: number, step: number, length: number): Float64Array {
  const numbers = new Float64Array(length);
  for (let i = 0; i < length; i++) numbers[i] = start + i * step;
  return numbers;
}

const wideNumbers = (start: bigint, step: bigint, length: number): bigint[] =>
  Array.from({ length }, (_, i) => start + BigInt(i) * step);

const longestElement = 9;
const arrayHead = 5;

/** As `encodePortable`, for safe integers only: an array of MessagePack's uint 32, or int 64. */
function encodeIntegers(numbers: Float64Array): Batch {
  const bytes = Buffer.allocUnsafeSlow(arrayHead + numbers.length * longestElement);
  bytes.writeUInt8(0xdd, 0);
  bytes.writeUInt32BE(numbers.length, 1);
  let at = arrayHead;
  for (const number of numbers) {
    if (number >= 0 && number < 2 ** 32) {
      bytes[at] = 0xce;
      bytes.writeUInt32BE(number, at + 1);
      at += 5;
    } else {
      bytes[at] = 0xd3;
      bytes.writeInt32BE(Math.floor(number / 2 ** 32), at + 1);
      bytes.writeUInt32BE(number - Math.floor(number / 2 ** 32) * 2 ** 32, at + 5);
      at += 9;
    }
  }
  return { format: "portable", count: numbers.length, bytes: bytes.subarray(0, at) };
}
