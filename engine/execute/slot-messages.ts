/** Messages between a task slot's thread and its executor's main thread. */
import type { Batch } from "../data/batch.js";
import type { FoundBlock } from "./block-store.js";
import type { BlockId, PythonEnvironment, StorageFlags, Task, TaskOutcome } from "./task.js";

export type SlotRequest =
  /** `directory`: where its files go; `memoryBytes`: what its kernels may hold. */
  | { readonly kind: "run"; readonly task: Task; readonly memoryBytes: number; readonly directory: string }
  /** Start the worker now, so that the first task finds it ready. */
  | { readonly kind: "warm"; readonly python: PythonEnvironment };

/** Answers to what a slot asked. */
export type MainReply =
  | { readonly kind: "block"; readonly request: number; readonly answer: BlockAnswer }
  | { readonly kind: "released"; readonly messages: readonly string[] }
  | { readonly kind: "commit"; readonly allowed: boolean };

export type BlockAnswer =
  | { readonly found: FoundBlock | null }
  /** The number of the block that is being written. */
  | { readonly draft: number }
  /** `kept`: the memory of what was added is the store's. */
  | { readonly done: true; readonly kept?: boolean };

export type BlockRequest =
  | { readonly op: "find"; readonly block: BlockId }
  | { readonly op: "begin"; readonly block: BlockId; readonly level: StorageFlags }
  | { readonly op: "add"; readonly draft: number; readonly batch: Batch }
  | { readonly op: "finish" | "abandon"; readonly draft: number };

/** Where a slot that waits at a barrier sleeps, and what it finds there when it is woken. */
export interface BarrierBed {
  /** Set to 1 when the messages are there. */
  readonly flag: SharedArrayBuffer;
}

export type SlotReply =
  /** Its name for the system, by which the processes that it starts are found. */
  | { readonly kind: "started"; readonly thread: string | null }
  | { readonly kind: "outcome"; readonly outcome: TaskOutcome }
  | { readonly kind: "print"; readonly stream: "stdout" | "stderr"; readonly text: string }
  /** A worker process belongs to this slot from now on; null: none any more. */
  | { readonly kind: "worker"; readonly pid: number | null }
  | { readonly kind: "block"; readonly request: number; readonly ask: BlockRequest }
  /** The task is ready to publish what it wrote, and waits for the word. */
  | { readonly kind: "commitRequested" }
  /** The task has come to the barrier; `bed`: its thread sleeps there until it is released. */
  | { readonly kind: "barrier"; readonly message: string; readonly bed: BarrierBed | null };
