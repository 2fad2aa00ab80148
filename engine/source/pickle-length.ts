/**
 * How many elements a pickled list has, without making one of them: the pickle's program is followed step by step, and of its
 * stack only the height is known, and what the lowest item is.
 *
 * Protocols 0 to 5: opcodes are those of CPython's `pickletools`.
 */
import { Buffer } from "node:buffer";

export interface PickledLength {
  /** What the pickle is; PySpark's own batches are lists, those of Java tuples. */
  readonly kind: "list" | "tuple";
  readonly length: number;
}

/** What follows an opcode: so many bytes; lines of text; or a length of so many bytes, and as many bytes as it says. */
type Argument = { readonly bytes: number } | { readonly lines: number } | { readonly sized: number };

/** What becomes of the stack. */
type Effect =
  | { readonly pop: number; readonly push: number }
  /** Takes all items above the last mark, which goes too. */
  | { readonly toMark: true; readonly push: number }
  | { readonly mark: true };

interface Step {
  readonly argument: Argument;
  readonly effect: Effect;
  /** What lies on top then, when it is a list or a tuple. */
  readonly makes?: PickledLength["kind"];
}

const none: Argument = { bytes: 0 };
const step = (pop: number, push: number, argument: Argument = none): Step => ({ argument, effect: { pop, push } });
const value = (argument: Argument = none): Step => step(0, 1, argument);
const gather = (push: number, argument: Argument = none): Step => ({ argument, effect: { toMark: true, push } });
const tuple = (items: number): Step => ({ ...step(items, 1), makes: "tuple" });

const [line, twoLines] = [{ lines: 1 }, { lines: 2 }];
const [one, two, four, eight] = [{ bytes: 1 }, { bytes: 2 }, { bytes: 4 }, { bytes: 8 }];

const [stop, append, appends, popMark] = [0x2e, 0x61, 0x65, 0x31];

/** By opcode: a letter, or a byte beyond them. */
const table: readonly (readonly [string | number, Step])[] = [
  ["(", { argument: none, effect: { mark: true } }],
  ["0", step(1, 0)],
  [popMark, gather(0)],
  ["2", value()],
  ["F", value(line)],
  ["I", value(line)],
  ["J", value(four)],
  ["K", value(one)],
  ["L", value(line)],
  ["M", value(two)],
  ["N", value()],
  ["P", value(line)],
  ["Q", step(1, 1)],
  ["R", step(2, 1)],
  ["S", value(line)],
  ["T", value({ sized: 4 })],
  ["U", value({ sized: 1 })],
  ["V", value(line)],
  ["X", value({ sized: 4 })],
  [append, step(1, 0)],
  ["b", step(1, 0)],
  ["c", value(twoLines)],
  ["d", gather(1)],
  ["}", value()],
  [appends, gather(0)],
  ["g", value(line)],
  ["h", value(one)],
  ["i", gather(1, twoLines)],
  ["j", value(four)],
  ["l", { ...gather(1), makes: "list" }],
  ["]", { ...value(), makes: "list" }],
  ["o", gather(1)],
  ["p", step(0, 0, line)],
  ["q", step(0, 0, one)],
  ["r", step(0, 0, four)],
  ["s", step(2, 0)],
  ["t", { ...gather(1), makes: "tuple" }],
  [")", tuple(0)],
  ["u", gather(0)],
  ["G", value(eight)],
  ["B", value({ sized: 4 })],
  ["C", value({ sized: 1 })],
  [0x80, step(0, 0, one)],
  [0x81, step(2, 1)],
  [0x82, value(one)],
  [0x83, value(two)],
  [0x84, value(four)],
  [0x85, tuple(1)],
  [0x86, tuple(2)],
  [0x87, tuple(3)],
  [0x88, value()],
  [0x89, value()],
  [0x8a, value({ sized: 1 })],
  [0x8b, value({ sized: 4 })],
  [0x8c, value({ sized: 1 })],
  [0x8d, value({ sized: 8 })],
  [0x8e, value({ sized: 8 })],
  [0x8f, value()],
  [0x90, gather(0)],
  [0x91, gather(1)],
  [0x92, step(3, 1)],
  [0x93, step(2, 1)],
  [0x94, step(0, 0)],
  [0x95, step(0, 0, eight)],
  [0x96, value({ sized: 8 })],
  [0x97, value()],
  [0x98, step(0, 0)],
];

const steps: ReadonlyMap<number, Step> = new Map(
  table.map(([opcode, made]) => [typeof opcode === "string" ? opcode.charCodeAt(0) : opcode, made]),
);

/** Null when the bytes are no whole pickle of a list or a tuple. */
export function pickledLength(pickle: Buffer): PickledLength | null {
  const marks: number[] = [];
  let height = 0;
  let bottom: { kind: PickledLength["kind"]; length: number } | null = null;
  for (let at = 0; at < pickle.length; ) {
    const opcode = pickle[at++] as number;
    if (opcode === stop) return at === pickle.length && height === 1 && marks.length === 0 ? bottom : null;
    const found = steps.get(opcode);
    if (found === undefined) return null;
    at = afterArgument(pickle, at, found.argument);
    const { effect } = found;
    if ("mark" in effect) {
      marks.push(height);
      continue;
    }
    const base = "pop" in effect ? height - effect.pop : marks.pop();
    if (base === undefined || base < 0 || base > height) return null;
    const taken = height - base;
    height = base + effect.push;
    if (height !== 1) continue;
    if (effect.push === 1) bottom = found.makes === undefined ? null : { kind: found.makes, length: 0 };
    // What makes a list or tuple of items has taken them; two opcodes add items to the list that stays.
    const isFilled = effect.push === 1 || opcode === append || opcode === appends;
    if (isFilled && bottom !== null) bottom.length += taken;
  }
  return null;
}

/** Where the next opcode is; beyond the end if the argument is cut off. */
function afterArgument(pickle: Buffer, at: number, argument: Argument): number {
  if ("bytes" in argument) return at + argument.bytes;
  if ("sized" in argument) {
    const { sized } = argument;
    if (at + sized > pickle.length) return pickle.length;
    // A length of eight bytes: no batch is longer than six can say.
    return at + sized + pickle.readUIntLE(at, Math.min(sized, 6));
  }
  let next = at;
  for (let line = 0; line < argument.lines; line++) {
    const end = pickle.indexOf(0x0a, next);
    next = end < 0 ? pickle.length : end + 1;
  }
  return next;
}

/** A pickle of the same elements as a list: of a tuple, one that calls `list`. */
export function asPickledList(pickle: Buffer, { kind }: PickledLength): Buffer {
  if (kind === "list") return pickle;
  const start = pickle[0] === 0x80 ? 2 : 0;
  return Buffer.concat([
    pickle.subarray(0, start),
    Buffer.from("cbuiltins\nlist\n"),
    pickle.subarray(start, -1),
    Buffer.from([0x85, 0x52, stop]),
  ]);
}
