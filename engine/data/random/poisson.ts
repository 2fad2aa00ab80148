/**
 * Poisson variables as Apache Commons Math draws them, from which Spark samples with replacement: small means by
 * counting the factors of a product of uniform numbers (Knuth), large ones by rejection (Devroye: "The computer
 * generation of Poisson random variables", 1981).
 */
import { WellRandom } from "./well-random.js";

const largeMean = 40;

/** A source of Poisson variables of this mean. */
export function poissonVariables(mean: number, seed: number | bigint): () => number {
  const random = new WellRandom(seed);
  return () => drawn(mean, random);
}

const drawn = (mean: number, random: WellRandom): number =>
  mean < largeMean ? smallVariable(mean, random) : largeVariable(mean, random);

function smallVariable(mean: number, random: WellRandom): number {
  const least = Math.exp(-mean);
  let product = 1;
  let count = 0;
  while (count < 1000 * mean) {
    product *= random.nextDouble();
    if (product < least) return count;
    count += 1;
  }
  return count;
}

/** What the rejection needs to know of a whole mean: the parts of the area under the hat, and its scale. */
interface Hat {
  readonly lambda: number;
  readonly delta: number;
  /** 2 lambda + delta. */
  readonly tail: number;
  /** Probability of the normal part, and of the exponential one. */
  readonly normal: number;
  readonly exponential: number;
}

function hatOf(lambda: number): Hat {
  const delta = Math.sqrt(lambda * Math.log((32 * lambda) / Math.PI + 1));
  const tail = 2 * lambda + delta;
  const normalArea = Math.sqrt(Math.PI * tail) * Math.exp(1 / (8 * lambda));
  const exponentialArea = (tail / delta) * Math.exp((-delta * (1 + delta)) / tail);
  const area = normalArea + exponentialArea + 1;
  return { lambda, delta, tail, normal: normalArea / area, exponential: exponentialArea / area };
}

function largeVariable(mean: number, random: WellRandom): number {
  const lambda = Math.floor(mean);
  const fraction = mean - lambda;
  const rest = fraction === 0 ? 0 : drawn(fraction, random);
  const hat = hatOf(lambda);
  for (;;) {
    const offset = proposal(hat, random);
    if (offset !== null) return rest + lambda + offset;
  }
}

/** An accepted distance from the mean, or null. */
function proposal(hat: Hat, random: WellRandom): number | null {
  const { lambda, delta, tail } = hat;
  const choice = random.nextDouble();
  if (choice > hat.normal + hat.exponential) return 0;
  if (choice > hat.normal) {
    const x = delta + (tail / delta) * exponentialVariable(random);
    const level = -exponentialVariable(random) - (delta * (x + 1)) / tail;
    return accepts(lambda, { x, y: Math.ceil(x), level });
  }
  const normal = random.nextGaussian();
  const x = normal * Math.sqrt(lambda + delta / 2) - 0.5;
  if (x > delta || x < -lambda) return null;
  const level = -exponentialVariable(random) - (normal * normal) / 2 + 1 / (8 * lambda);
  return accepts(lambda, { x, y: x < 0 ? Math.floor(x) : Math.ceil(x), level });
}

interface Proposal {
  readonly x: number;
  readonly y: number;
  /** The logarithm of a uniform share of the hat at `x`. */
  readonly level: number;
}

/** Two bounds decide most proposals without the factorial. */
function accepts(lambda: number, { x, y, level }: Proposal): number | null {
  const below = x < 0 ? 1 : 0;
  const t = (y * (y + 1)) / (2 * lambda);
  if (level < -t && below === 0) return y;
  const upper = t * ((2 * y + 1) / (6 * lambda) - 1);
  const lower = upper - (t * t) / (3 * (lambda + below * (y + 1)));
  if (level < lower) return y;
  if (level > upper) return null;
  return level < y * Math.log(lambda) - logFactorial(y + lambda) + logFactorial(lambda) ? y : null;
}

const logFactorials: number[] = [0, 0];

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push((logFactorials[i - 1] ?? 0) + Math.log(i));
  return logFactorials[n] ?? 0;
}

/** Sums of ln(2)^i / i! up to 1. */
const exponentialTable: readonly number[] = (() => {
  const sums: number[] = [];
  let term = 1;
  for (let [i, sum] = [1, 0]; sum < 1; i++) {
    term *= Math.LN2 / i;
    sum += term;
    sums.push(sum);
  }
  return sums;
})();

/** Ahrens and Dieter: "Computer methods for sampling from the exponential and normal distributions", 1972, algorithm SA. */
function exponentialVariable(random: WellRandom): number {
  let whole = 0;
  let u = random.nextDouble();
  for (; u < 0.5; u *= 2) whole += Math.LN2;
  u += u - 1;
  if (u <= Math.LN2) return whole + u;
  let least = random.nextDouble();
  let i = 0;
  do {
    i += 1;
    least = Math.min(least, random.nextDouble());
  } while (u > (exponentialTable[i] ?? 1));
  return whole + least * Math.LN2;
}
