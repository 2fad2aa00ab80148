/** Pairs as a map: results that a program gets by key. */
import type { Batch } from "../data/batch.js";
import { encodeElements } from "../data/elements.js";
import { mapKey } from "../data/hashing.js";
import { EngineError } from "../errors.js";
import { type ElementMap, type Elements, EncodedElements } from "../plan/task-function.js";
import type { Session } from "../session/session.js";

/** Pairs in the form of the program's language: a `Map` here, in which the last value of a key wins. */
export function decodeMap<K, V>(session: Session, batches: readonly Batch[], call: string): ElementMap<K, V> {
  const pairs: Elements<[K, V]> = session.decode(batches);
  return pairs instanceof EncodedElements ? (pairs as unknown as ElementMap<K, V>) : mapOfPairs(pairs, call);
}

function mapOfPairs<K, V>(pairs: readonly (readonly [K, V])[], call: string): Map<K, V> {
  const found = new Map<K, V>();
  /** By what the keys hold; only those that a `Map` tells apart though they are equal. */
  const keys = new Map<unknown, K>();
  for (const pair of pairs) {
    const [key, value] = pairOf(pair, call);
    if (typeof key !== "object" || key === null) found.set(key, value);
    else {
      const name = mapKey(key);
      const known = keys.get(name) ?? key;
      keys.set(name, known);
      found.set(known, value);
    }
  }
  return found;
}

function pairOf<K, V>(element: readonly [K, V], call: string): readonly [K, V] {
  if (Array.isArray(element) && element.length === 2) return element;
  throw new EngineError("NOT_KEY_VALUE", { call, actual: JSON.stringify(element) ?? String(element) });
}

/** The entries of a map that a program passed, as the one batch of pairs that kernels carry along. */
export const pairsBatch = <K, V>(map: ElementMap<K, V>): Batch =>
  // A client of another language has encoded it already, in one batch.
  map instanceof EncodedElements ? (map.batches[0] as Batch) : encodeElements([...map]);
