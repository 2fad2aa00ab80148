/** How a task in a slot reaches blocks: the store is in the main thread; bytes are shared with it, not copied. */
import type { Batch } from "../data/batch.js";
import type { BlockAccess, BlockWriter } from "./block-access.js";
import { readRemoteBlock } from "./block-server.js";
import { nameOf, readFound } from "./block-store.js";
import type { BlockAnswer, BlockRequest, MainReply, SlotReply } from "./slot-messages.js";
import type { BlockHolders, BlockId, StorageFlags } from "./task.js";

/** The same batch in memory that both threads see; in that of `free` if it is large enough. */
export function shared(batch: Batch, free: SharedArrayBuffer | null = null): Batch {
  if (batch.bytes.buffer instanceof SharedArrayBuffer) return batch;
  const { length } = batch.bytes;
  const bytes = new Uint8Array(free && free.byteLength >= length ? free : new SharedArrayBuffer(length), 0, length);
  bytes.set(batch.bytes);
  return { ...batch, bytes };
}

export class SlotBlocks {
  readonly #tell: (reply: SlotReply) => void;
  readonly #open = new Map<number, (answer: BlockAnswer) => void>();
  #next = 0;

  constructor(tell: (reply: SlotReply) => void) {
    this.#tell = tell;
  }

  answer({ request, answer }: Extract<MainReply, { kind: "block" }>): void {
    this.#open.get(request)?.(answer);
    this.#open.delete(request);
  }

  /** The blocks for one task; `holders`: other executors that have some. */
  of(holders: readonly BlockHolders[]): BlockAccess {
    return {
      find: (block) => this.#find(block, holders),
      write: (block, level) => this.#write(block, level),
    };
  }

  async #find(
    block: BlockId,
    holders: readonly BlockHolders[],
  ): Promise<Iterable<Batch> | AsyncIterable<Batch> | null> {
    const answer = await this.#ask({ op: "find", block });
    if ("found" in answer && answer.found) return readFound(answer.found);
    const sockets = holders.find((known) => nameOf(known.block) === nameOf(block))?.sockets ?? [];
    for (const socket of sockets) {
      const remote = await readRemoteBlock(socket, block);
      if (remote) return remote;
    }
    return null;
  }

  async #write(block: BlockId, level: StorageFlags): Promise<BlockWriter> {
    const begun = await this.#ask({ op: "begin", block, level });
    const draft = "draft" in begun ? begun.draft : -1;
    // Memory that the store did not keep carries the next batch.
    let free: SharedArrayBuffer | null = null;
    return {
      add: async (batch) => {
        const passed = shared(batch, free);
        const added = await this.#ask({ op: "add", draft, batch: passed });
        const isFree = "done" in added && added.kept !== true && passed !== batch;
        free = isFree ? (passed.bytes.buffer as SharedArrayBuffer) : null;
      },
      finish: async () => void (await this.#ask({ op: "finish", draft })),
      abandon: () => void this.#ask({ op: "abandon", draft }),
    };
  }

  #ask(ask: BlockRequest): Promise<BlockAnswer> {
    const request = this.#next++;
    return new Promise((resolve) => {
      this.#open.set(request, resolve);
      this.#tell({ kind: "block", request, ask });
    });
  }
}
