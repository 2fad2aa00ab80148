/** Quantiles of the distributions that estimates from a part of the data rest on. */

/** Where a strictly rising function crosses `target`, between `low` and `high`, to the last bits of a double. */
function crossing(rising: (x: number) => number, target: number, low: number, high: number): number {
  let [left, right] = [low, high];
  for (let middle = (left + right) / 2; middle > left && middle < right; middle = (left + right) / 2) {
    if (rising(middle) < target) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}

/** `a[0] + a[1] x + a[2] x² + …` */
const polynomial = (x: number, coefficients: readonly number[]): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/** Numerator and denominator for the middle, the sides and the far tails: Wichura's algorithm AS 241, 16 digits. */
const central = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852546,
  ],
] as const;
const sides = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
] as const;
const tails = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
] as const;

const quotient = (x: number, [above, below]: readonly [readonly number[], readonly number[]]): number =>
  polynomial(x, above) / polynomial(x, below);

/** Of the standard normal distribution. */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) return q * quotient(0.180625 - q * q, central);
  const tail = Math.min(probability, 1 - probability);
  if (tail <= 0) return Math.sign(q) * Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log(tail));
  return Math.sign(q) * (r <= 5 ? quotient(r - 1.6, sides) : quotient(r - 5, tails));
}

/** Probability that Student's t lies between -√n tan θ and √n tan θ: a finite sum (Abramowitz, Stegun 26.7.3, 26.7.4). */
function studentWithin(angle: number, degreesOfFreedom: number): number {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = degreesOfFreedom % 2;
  let term = odd === 1 ? cosine : 1;
  let sum = 0;
  for (let power = odd; power <= degreesOfFreedom - 2; power += 2) {
    sum += term;
    term *= (cosine * cosine * (power + 1)) / (power + 2);
  }
  return odd === 1 ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/** Of Student's t with a whole number of degrees of freedom, for a probability from 0.5. */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  if (probability >= 1) return Number.POSITIVE_INFINITY;
  const within = 2 * probability - 1;
  const angle = crossing((x) => studentWithin(x, degreesOfFreedom), within, 0, Math.PI / 2);
  return Math.sqrt(degreesOfFreedom) * Math.tan(angle);
}

/** ln Γ(x) for x > 0 by Stirling's series. */
function logGamma(x: number): number {
  let shift = 0;
  let shifted = x;
  for (; shifted < 12; shifted++) shift += Math.log(shifted);
  const square = 1 / (shifted * shifted);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / shifted;
  return (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** Beyond so many standard deviations below the mean lies nothing that a double could add. */
const deviationsBelow = 12;

/** Of the Poisson distribution: the smallest count that is not exceeded with this probability. */
export function poissonQuantile(probability: number, mean: number): number {
  if (probability <= 0) return 0;
  if (probability >= 1) return Number.POSITIVE_INFINITY;
  let count = Math.max(0, Math.floor(mean - deviationsBelow * Math.sqrt(mean)));
  let mass = Math.exp(count * Math.log(mean) - mean - logGamma(count + 1));
  let below = mass;
  while (below < probability && (mass > 0 || count < mean)) {
    count += 1;
    mass *= mean / count;
    below += mass;
  }
  return count;
}
