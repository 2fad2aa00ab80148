/**
 * The inputs of a task as they come over the pipe, one after the other. Whoever reads a later one first has what belongs
 * to the earlier ones put aside; what comes while the task waits at a barrier is put aside too.
 */
import { decode as unpack } from "@msgpack/msgpack";
import type { BatchSlice } from "../data/batch.js";
import { Spool } from "./spool.js";
import { frameKind, type WorkerTask } from "./worker-frames.js";
import { toInputSlice, type WorkerPipe } from "./worker-pipe.js";

/** Of what a task may hold, batches put aside take this part before they go to a file. */
const asidePart = 1 / 8;

export class WorkerInputs {
  readonly #pipe: WorkerPipe;
  readonly #task: WorkerTask;
  readonly #aside: readonly Spool[];
  /** The input of the last batch. */
  #current = 0;
  #isEnded = false;

  constructor(pipe: WorkerPipe, task: WorkerTask) {
    this.#pipe = pipe;
    this.#task = task;
    const bounds = { memoryBytes: task.memoryBytes * asidePart, directory: task.spillDirectory };
    this.#aside = Array.from({ length: task.inputs }, () => new Spool(bounds));
  }

  /** END has come. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  get spilledBytes(): number {
    return this.#aside.reduce((sum, spool) => sum + spool.spilledBytes, 0);
  }

  get all(): readonly Iterable<BatchSlice>[] {
    return this.#aside.map((_, input) => ({ [Symbol.iterator]: () => this.#read(input) }));
  }

  *#read(input: number): Iterator<BatchSlice> {
    const aside = this.#aside[input] as Spool;
    for (let read = 0; ; ) {
      while (read < aside.length) yield aside.at(read++);
      if (this.#isEnded || this.#current > input) return;
      const next = this.#next();
      if (next === null) continue;
      if (next.input === input) yield next.slice;
      else this.#aside[next.input]?.add(next.slice);
    }
  }

  /** The next batch; null at END. */
  #next(): { readonly input: number; readonly slice: BatchSlice } | null {
    const { kind, payload } = this.#pipe.next();
    if (kind === frameKind.batch) return this.#batch(payload);
    if (kind !== frameKind.end) return this.#pipe.refuse(`frame ${kind} within a task`);
    this.#isEnded = true;
    return null;
  }

  #batch(payload: Buffer): { readonly input: number; readonly slice: BatchSlice } {
    const found = toInputSlice(payload);
    if (typeof found === "string") return this.#pipe.refuse(found);
    const { input } = found;
    if (input >= this.#task.inputs) return this.#pipe.refuse(`a batch of input ${input} of ${this.#task.inputs}`);
    if (input < this.#current) return this.#pipe.refuse(`a batch of input ${input} after one of ${this.#current}`);
    this.#current = input;
    return found;
  }

  /** Waits for the other tasks of a barrier stage. */
  meet(message: string): readonly string[] {
    this.#pipe.writeMap(frameKind.barrier, { message });
    for (;;) {
      const { kind, payload } = this.#pipe.next();
      if (kind === frameKind.release) return (unpack(payload) as { readonly messages: readonly string[] }).messages;
      if (kind === frameKind.end) this.#isEnded = true;
      else if (kind !== frameKind.batch) this.#pipe.refuse(`frame ${kind} at a barrier`);
      else {
        const { input, slice } = this.#batch(payload);
        this.#aside[input]?.add(slice);
      }
    }
  }

  /** Reads on to END. */
  skip(): void {
    while (!this.#isEnded) this.#next();
  }

  close(): void {
    for (const spool of this.#aside) spool.close();
  }
}
