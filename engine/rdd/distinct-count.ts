/**
 * How many distinct hashes the registers of a HyperLogLog have seen.
 *
 * Ertl's improved estimator ("New cardinality estimation algorithms for HyperLogLog sketches", 2017): unbiased from
 * none to all, without tables of measured corrections.
 */

/** Bits of a hash. */
const hashBits = 64;

/** The registers of which each holds the greatest value that any of `sketches` has there. */
export function mergedSketch(sketches: readonly Uint8Array[], precision: number): Uint8Array {
  const merged = new Uint8Array(2 ** precision);
  for (const sketch of sketches) {
    for (let i = 0; i < merged.length; i++) merged[i] = Math.max(merged[i] as number, sketch[i] ?? 0);
  }
  return merged;
}

/** x + Σ x^(2^k) 2^(k-1): what registers that are still 0 tell. */
function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY;
  let [power, weight, sum, last] = [x, 1, x, Number.NaN];
  while (sum !== last) {
    power *= power;
    last = sum;
    sum += power * weight;
    weight *= 2;
  }
  return sum;
}

/** (1 - x - Σ (1 - x^(2^-k))² 2^-k) / 3: what registers that are full tell. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let [root, weight, sum, last] = [x, 1, 1 - x, Number.NaN];
  while (sum !== last) {
    root = Math.sqrt(root);
    last = sum;
    weight /= 2;
    sum -= (1 - root) ** 2 * weight;
  }
  return sum / 3;
}

/** The number of distinct hashes, not rounded. */
export function distinctCount(registers: Uint8Array): number {
  const size = registers.length;
  const most = hashBits - Math.log2(size) + 1;
  const counts = new Float64Array(most + 1);
  for (const value of registers) counts[value] = (counts[value] as number) + 1;
  let sum = size * tau(1 - (counts[most] as number) / size);
  for (let value = most - 1; value >= 1; value--) sum = (sum + (counts[value] as number)) / 2;
  sum += size * sigma((counts[0] as number) / size);
  return (size * size) / (2 * Math.LN2 * sum);
}
