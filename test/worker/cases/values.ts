/** Values whose form is each language's own: `Expectations` holds what becomes of them, in this order. */
import { double, LocalDate, Timestamp, tuple } from "../../../engine/data/portable.js";

/** What `show` is called with. */
export const shownValues: readonly unknown[] = [
  tuple(1, tuple("a")),
  2 ** 53 - 1,
  2 ** 53,
  -(2n ** 63n),
  2n ** 70n,
  double(3),
  1.5,
  -0,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  new LocalDate(-1),
  new Timestamp(1_700_000_000_123_456n),
  new Set([7]),
  new Map<unknown, unknown>([
    [1, "a"],
    [tuple(1, 2), "b"],
  ]),
  { a: [null, true] },
  Uint8Array.of(0, 255),
  "é\u{1f600}\n",
];

/** What `text` makes lines of. */
export const textValues: readonly unknown[] = ["é", 1, double(2), tuple(1, "a"), null, Uint8Array.of(0xff)];

/** Keys that go to one of four buckets. */
export const hashedKeys: readonly unknown[] = [
  null,
  1,
  -1,
  7,
  2n ** 70n,
  1.5,
  true,
  "",
  "a",
  "kindling",
  "é",
  tuple(),
  tuple(null),
  tuple(null, 1),
  tuple("a", 1),
  tuple("a", tuple("b", null)),
];
