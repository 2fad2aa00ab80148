/** Values of Spark's settings: texts that stand for sizes, times, numbers and choices, read as Spark reads them. */

/** One kind of value. */
export interface SettingKind<T> {
  /** What a text of this kind must be, for messages. */
  readonly expected: string;
  /** The value; undefined for a text that stands for none. */
  readonly read: (text: string) => T | undefined;
}

const KiB = 1024;
const sizeUnits: ReadonlyMap<string, number> = new Map(
  ["b", "k", "m", "g", "t", "p"].flatMap((unit, power): [string, number][] => {
    const bytes = KiB ** power;
    return unit === "b" ? [[unit, bytes]] : [unit, `${unit}b`, `${unit}ib`].map((name) => [name, bytes]);
  }),
);

const timeUnits: ReadonlyMap<string, number> = new Map([
  ["us", 0.001],
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["min", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

function quantity(text: string, units: ReadonlyMap<string, number>, unit: string, sign: string): number | undefined {
  const found = new RegExp(`^(${sign}\\d+)([a-z]*)$`).exec(text.trim().toLowerCase());
  const factor = found && units.get(found[2] || unit);
  if (!found || factor === undefined || factor === null) return undefined;
  const value = Math.trunc(Number(found[1]) * factor);
  return Number.isSafeInteger(value) ? value : undefined;
}

const sizeNames = "such as 512m: a whole number of b, k, m, g, t or p";
const timeNames = "such as 10s: a whole number of us, ms, s, m, min, h or d";

/** A size in bytes, such as `512m`; `unit` is meant where the text has none. */
export const size = (unit: "b" | "k" | "m"): SettingKind<number> => ({
  expected: `a size ${sizeNames}`,
  read: (text) => quantity(text, sizeUnits, unit, ""),
});

/** A time in milliseconds, such as `10s`; `unit` is meant where the text has none. */
export const time = (unit: "ms" | "s"): SettingKind<number> => ({
  expected: `a time ${timeNames}`,
  read: (text) => {
    const value = quantity(text, timeUnits, unit, "-?");
    return value === undefined || value < 0 ? undefined : value;
  },
});

/** What a number may be; both ends are allowed. */
export interface Bounds {
  readonly from?: number;
  readonly to?: number;
}

function inWords(what: string, { from, to }: Bounds): string {
  if (from !== undefined && to !== undefined) return `${what} from ${from} to ${to}`;
  return from === undefined ? what : `${what} from ${from}`;
}

const isWithin = (value: number, { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Bounds): boolean =>
  from <= value && value <= to;

/** The largest `int`. */
export const maxInt: number = 2 ** 31 - 1;

export const whole = (bounds: Bounds = {}): SettingKind<number> => ({
  expected: inWords("a whole number", bounds),
  read: (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    return Math.abs(value) <= maxInt && isWithin(value, bounds) ? value : undefined;
  },
});

export const fraction = (bounds: Bounds = {}): SettingKind<number> => ({
  expected: inWords("a number", bounds),
  read: (text) => {
    const value = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
    return isWithin(value, bounds) ? value : undefined;
  },
});

export const boolean: SettingKind<boolean> = {
  expected: "true or false",
  read: (text) => ({ true: true, false: false })[text.toLowerCase()],
};

/** One of several words, in upper or lower case; the value is in upper case. */
export const choice = <T extends string>(...choices: readonly T[]): SettingKind<T> => ({
  expected: choices.length < 2 ? choices.join("") : `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`,
  read: (text) => choices.find((word) => word === text.toUpperCase()),
});

export const anyText: SettingKind<string> = { expected: "a text", read: (text) => text };
