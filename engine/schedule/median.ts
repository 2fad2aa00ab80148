/** The median of numbers that come one by one, as Spark's PercentileHeap finds it: one heap for each half of them. */

export interface MedianHeap {
  /** Largest first. */
  readonly lower: number[];
  /** Smallest first, negated so that one kind of heap does for both. */
  readonly upper: number[];
}

export const newMedianHeap = (): MedianHeap => ({ lower: [], upper: [] });

export const countOf = ({ lower, upper }: MedianHeap): number => lower.length + upper.length;

export function insert({ lower, upper }: MedianHeap, value: number): void {
  push(lower, value);
  push(upper, -pop(lower));
  if (upper.length > lower.length + 1) push(lower, -pop(upper));
}

/** The middle one, or the larger one of the middle two; of none, 0. */
export const medianOf = ({ upper }: MedianHeap): number => -(upper[0] ?? 0);

function push(heap: number[], value: number): void {
  let index = heap.length;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] ?? 0;
    if (above >= value) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = value;
}

function pop(heap: number[]): number {
  const top = heap[0] ?? 0;
  const value = heap.pop() ?? 0;
  if (heap.length > 0) sink(heap, value);
  return top;
}

/** Puts a value in the place of the top, or below it. */
function sink(heap: number[], value: number): void {
  let index = 0;
  for (let child = 1; child < heap.length; child = 2 * index + 1) {
    const right = heap[child + 1];
    if (right !== undefined && right > (heap[child] ?? 0)) child += 1;
    const below = heap[child] ?? 0;
    if (below <= value) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = value;
}
