/**
 * The suffixes of a sequence in order, in linear time: SA-IS of Nong, Zhang and Chan ("Two Efficient Algorithms for Linear
 * Time Suffix Array Construction", 2011). A suffix that is the start of another one comes before it.
 *
 * A suffix is of type S if it comes before the one that begins one place later, else of type L. The leftmost places of runs
 * of S, in order, give the order of all: L from the left, then S from the right. Their own order is found by sorting the
 * stretches between them, named by rank, recursively.
 */

/** Numbers from 0 to `alphabet` - 1; typed arrays of any width. */
type Sequence = Uint8Array | Int32Array;

const unset = -1;

/** Where each suffix begins, the smallest first. */
export function suffixArray(text: Sequence, alphabet: number): Int32Array {
  const length = text.length;
  const order = new Int32Array(length).fill(unset);
  if (length === 0) return order;
  const isSmaller = suffixTypes(text);
  const sizes = bucketSizes(text, alphabet);
  const marks = leftmost(isSmaller);
  place(order, text, sizes, marks);
  induce(order, text, isSmaller, sizes);
  place(order, text, sizes, sorted(marks, text, isSmaller, order));
  induce(order, text, isSmaller, sizes);
  return order;
}

/** 1 for type S. The last suffix is L: the end of the text comes before everything. */
function suffixTypes(text: Sequence): Uint8Array {
  const types = new Uint8Array(text.length);
  for (let i = text.length - 2; i >= 0; i--) {
    const [here, next] = [text[i] as number, text[i + 1] as number];
    types[i] = here < next || (here === next && types[i + 1] === 1) ? 1 : 0;
  }
  return types;
}

function bucketSizes(text: Sequence, alphabet: number): Int32Array {
  const sizes = new Int32Array(alphabet);
  for (let i = 0; i < text.length; i++) {
    const symbol = text[i] as number;
    sizes[symbol] = (sizes[symbol] as number) + 1;
  }
  return sizes;
}

function startsOf(sizes: Int32Array): Int32Array {
  const starts = new Int32Array(sizes.length);
  for (let symbol = 1; symbol < sizes.length; symbol++)
    starts[symbol] = (starts[symbol - 1] as number) + (sizes[symbol - 1] as number);
  return starts;
}

/** One behind the end of each bucket. */
function endsOf(sizes: Int32Array): Int32Array {
  const ends = new Int32Array(sizes.length);
  for (let symbol = 0, sum = 0; symbol < sizes.length; symbol++) {
    sum += sizes[symbol] as number;
    ends[symbol] = sum;
  }
  return ends;
}

const isLeftmost = (types: Uint8Array, at: number): boolean => at > 0 && types[at] === 1 && types[at - 1] === 0;

function leftmost(types: Uint8Array): Int32Array {
  let count = 0;
  for (let i = 1; i < types.length; i++) if (isLeftmost(types, i)) count++;
  const marks = new Int32Array(count);
  for (let i = types.length - 1; i > 0; i--) if (isLeftmost(types, i)) marks[--count] = i;
  return marks;
}

/** Puts the marks at the ends of their buckets, keeping their order. */
function place(order: Int32Array, text: Sequence, sizes: Int32Array, marks: Int32Array): void {
  order.fill(unset);
  const ends = endsOf(sizes);
  for (let i = marks.length - 1; i >= 0; i--) {
    const mark = marks[i] as number;
    const symbol = text[mark] as number;
    const end = (ends[symbol] as number) - 1;
    ends[symbol] = end;
    order[end] = mark;
  }
}

/** Puts the other suffixes where those that were put already say that they belong. */
function induce(order: Int32Array, text: Sequence, types: Uint8Array, sizes: Int32Array): void {
  const starts = startsOf(sizes);
  const length = text.length;
  const putLarger = (at: number): void => {
    const symbol = text[at] as number;
    const start = starts[symbol] as number;
    starts[symbol] = start + 1;
    order[start] = at;
  };
  // The end of the text, which is no suffix here, comes first of all.
  putLarger(length - 1);
  for (let i = 0; i < length; i++) {
    const at = (order[i] as number) - 1;
    if (at >= 0 && types[at] === 0) putLarger(at);
  }
  const ends = endsOf(sizes);
  for (let i = length - 1; i >= 0; i--) {
    const at = (order[i] as number) - 1;
    if (at < 0 || types[at] === 0) continue;
    const symbol = text[at] as number;
    const end = (ends[symbol] as number) - 1;
    ends[symbol] = end;
    order[end] = at;
  }
}

/** The marks in the order of their suffixes; `order` has them in that of their stretches. */
function sorted(marks: Int32Array, text: Sequence, types: Uint8Array, order: Int32Array): Int32Array {
  const names = new Int32Array(text.length);
  let count = 0;
  let last = unset;
  for (let i = 0; i < order.length; i++) {
    const mark = order[i] as number;
    if (!isLeftmost(types, mark)) continue;
    if (last === unset || !sameStretch(text, types, last, mark)) count++;
    names[mark] = count - 1;
    last = mark;
  }
  const reduced = Int32Array.from(marks, (mark) => names[mark] as number);
  if (count === marks.length) {
    const result = new Int32Array(marks.length);
    for (let i = 0; i < marks.length; i++) result[reduced[i] as number] = marks[i] as number;
    return result;
  }
  return suffixArray(reduced, count).map((i) => marks[i] as number);
}

/** Whether the stretches from two marks to the next ones are equal, symbol by symbol and type by type. */
function sameStretch(text: Sequence, types: Uint8Array, left: number, right: number): boolean {
  for (let i = 0; ; i++) {
    const [a, b] = [left + i, right + i];
    if (a >= text.length || b >= text.length) return false;
    if (text[a] !== text[b] || types[a] !== types[b]) return false;
    if (i > 0 && (isLeftmost(types, a) || isLeftmost(types, b))) return isLeftmost(types, a) && isLeftmost(types, b);
  }
}
