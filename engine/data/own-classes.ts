/**
 * Values of the engine's own classes inside lists that `v8.serialize` copies, which forgets classes: they are noted beside
 * the list, by identity, and get their class back in the copy.
 */
import { Decimal, Double, LocalDate, Timestamp, Tuple } from "./portable.js";

/** An object, the index of its class, and for a timestamp what a date forgets. */
export type Noted = readonly [object: object, kind: number, micros: bigint | null];

const classes: readonly (abstract new (...args: never[]) => object)[] = [Double, Tuple, Timestamp, LocalDate, Decimal];
const kinds: ReadonlyMap<object, number> = new Map(classes.map((own, kind) => [own.prototype as object, kind]));

/** Deeper than this, values are looked at once only: they may hold each other in a circle. */
const watchedDepth = 8;

/** All values of the engine's own classes in a list. */
export function notedIn(values: readonly unknown[]): Noted[] {
  const notes: Noted[] = [];
  const seen = new Set<object>();
  const look = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null) return;
    const kind = kinds.get(Object.getPrototypeOf(value));
    if (kind !== undefined) notes.push([value, kind, value instanceof Timestamp ? value.micros : null]);
    if (depth > watchedDepth) {
      if (seen.has(value)) return;
      seen.add(value);
    }
    lookInto(value, depth + 1);
  };
  const lookInto = (value: object, depth: number): void => {
    if (Array.isArray(value)) for (let i = 0; i < value.length; i++) look(value[i], depth);
    else if (value instanceof Map) {
      for (const [key, held] of value) {
        look(key, depth);
        look(held, depth);
      }
    } else if (value instanceof Set) for (const held of value) look(held, depth);
    else if (!ArrayBuffer.isView(value))
      for (const name in value) look((value as Record<string, unknown>)[name], depth);
  };
  for (let i = 0; i < values.length; i++) look(values[i], 0);
  return notes;
}

/** Gives copies of noted values their classes. */
export function restore(notes: readonly Noted[]): void {
  for (const [object, kind, micros] of notes) {
    Object.setPrototypeOf(object, classes[kind]?.prototype as object);
    if (micros !== null) Object.defineProperty(object, "micros", { value: micros, enumerable: true });
  }
}
