/**
 * Java's text of a double, which Spark shows and which differs from JavaScript's: `1.0`, `1.0E20`, `1.0E-5`,
 * `Infinity`.
 */

/** At least two digits, as Java has it: of those of minimal length the one closest to the value. */
function scientific(value: number): { readonly digits: string; readonly exponent: number } {
  const shortest = value.toExponential();
  const twoDigits = value.toExponential(1);
  const [mantissa = "", exponent = "0"] = (
    shortest.includes(".") || Number(twoDigits) !== value ? shortest : twoDigits
  ).split("e");
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const { digits, exponent } = scientific(size);
  return `${value < 0 ? "-" : ""}${digits[0]}.${digits.slice(1) || "0"}E${exponent}`;
}
