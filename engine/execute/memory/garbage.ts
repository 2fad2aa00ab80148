/**
 * What a thread's heap and its buffers take, and the collector. V8 alone lets a heap grow to a multiple of what is alive,
 * and buffers outside it to 64 MiB, before it looks; where memory is bounded it has to look sooner.
 */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collector = (options?: { readonly type: "minor" }) => void;

let collector: Collector | null = null;

/** Frees what was let go at once. Buffers of garbage are freed beside it: the second, small round waits for that. */
export function collectGarbage(): void {
  if (collector === null) {
    setFlagsFromString("--expose-gc");
    collector = runInNewContext("gc") as Collector;
    setFlagsFromString("--no-expose-gc");
  }
  collector();
  collector({ type: "minor" });
}

/** Values and buffers of this thread, garbage among them; memory shared with other threads does not count. */
export const heapBytes = (): number => {
  const { used_heap_size: heap, external_memory: outside } = getHeapStatistics();
  return heap + outside;
};

const [leastSlackBytes, mostSlackBytes] = [4 * 2 ** 20, 64 * 2 ** 20];

/** Of what may be held, this part may be garbage. */
const slackPart = 1 / 8;

/** A large heap is looked through when it has grown by this part. */
const grownPart = 1 / 2;

/** Keeps garbage small where batches only pass by. */
export class GarbageWatch {
  readonly #slackBytes: number;
  #aliveBytes: number = heapBytes();
  #sharedBytes = 0;

  constructor(boundBytes: number) {
    this.#slackBytes = Math.max(leastSlackBytes, Math.min(mostSlackBytes, boundBytes * slackPart));
  }

  /** Looks whether it is time; `sharedBytes`: so much shared memory was let go since. */
  look(sharedBytes: number = 0): void {
    this.#sharedBytes += sharedBytes;
    const slackBytes = Math.max(this.#slackBytes, this.#aliveBytes * grownPart);
    if (heapBytes() - this.#aliveBytes + this.#sharedBytes < slackBytes) return;
    collectGarbage();
    this.#aliveBytes = heapBytes();
    this.#sharedBytes = 0;
  }
}
