/** A worker under test in a test file: its functions packed once, its processes ended after each test. */
import { mkdtemp, readdir, readlink, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { decodePortable, encodePortable } from "../../engine/data/portable.js";
import { type Case, FunctionName } from "./case.js";
import {
  deadlineMs,
  format,
  type InputBatch,
  type Outcome,
  type TaskFields,
  uncounted,
  WorkerProcess,
} from "./worker-process.js";
import type { WorkerUnderTest } from "./worker-under-test.js";

export class Running {
  readonly worker: WorkerUnderTest;
  readonly #open: WorkerProcess[] = [];
  readonly #folders: string[] = [];
  #bodies: ReadonlyMap<string, Uint8Array> = new Map();
  #kept: Promise<WorkerProcess> | null = null;

  /** To be made inside `describe`. */
  constructor(worker: WorkerUnderTest) {
    this.worker = worker;
    beforeAll(async () => {
      this.#bodies = await worker.pack();
    });
    afterEach(async () => {
      for (const process of this.#open.splice(0)) await process.end();
    });
    afterAll(async () => {
      await (await this.#kept)?.end();
      for (const folder of this.#folders.splice(0)) await rm(folder, { recursive: true });
    });
  }

  /** A process that has not said READY yet. */
  start(environment: Readonly<Record<string, string>> = {}): WorkerProcess {
    const { worker } = this;
    const process = new WorkerProcess({ ...worker, environment: { ...worker.environment, ...environment } });
    this.#open.push(process);
    return process;
  }

  async started(environment: Readonly<Record<string, string>> = {}): Promise<WorkerProcess> {
    const process = this.start(environment);
    await process.ready();
    return process;
  }

  /** The process that serves one test after the other. */
  kept(): Promise<WorkerProcess> {
    this.#kept ??= this.#begin();
    return this.#kept;
  }

  async #begin(): Promise<WorkerProcess> {
    const process = new WorkerProcess(this.worker);
    await process.ready();
    return process;
  }

  async folder(): Promise<string> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "worker-")));
    this.#folders.push(folder);
    return folder;
  }

  /** The paths of the files that a process has open. */
  async openFiles({ pid }: WorkerProcess): Promise<string[]> {
    const folder = `/proc/${pid}/fd`;
    return Promise.all((await readdir(folder)).map((name) => readlink(join(folder, name)).catch(() => "")));
  }

  /** Waits until something is so. */
  async until(isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    while (!(await isSo())) {
      expect(Date.now()).toBeLessThan(deadline);
      await new Promise((go) => setTimeout(go, 10));
    }
  }

  /** The same value with each function name replaced by the packed function. */
  shipped<T>(value: T): T {
    return this.#ship(value) as T;
  }

  #ship(value: unknown): unknown {
    if (value instanceof FunctionName) {
      const body = this.#bodies.get(value.key);
      expect(body, value.key).toBeDefined();
      return { language: this.worker.language, name: value.key, body, ...(value.of && { of: value.of }) };
    }
    if (Array.isArray(value)) return value.map((item) => this.#ship(item));
    if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, this.#ship(field)]));
  }

  /** Runs a case in this process; each input comes in two batches. */
  run(
    process: WorkerProcess,
    { steps, input = [], inputs = [input], fields = {} }: Omit<Case, "name" | "output">,
  ): Promise<Outcome> {
    const task = { ...(inputs.length > 1 && { inputs: inputs.length }), ...fields, steps };
    return process.run(this.shipped<TaskFields>(task), inputs.flatMap(inHalves));
  }
}

export const portable = (elements: readonly unknown[], input = 0): InputBatch => {
  const { bytes } = encodePortable(elements);
  return { input, format: format.portable, count: elements.length, bytes };
};

const inHalves = (elements: readonly unknown[], input: number): InputBatch[] => {
  const half = Math.ceil(elements.length / 2);
  return [portable(elements.slice(0, half), input), portable(elements.slice(half), input)];
};

export const lines = (text: string | Uint8Array): InputBatch => ({
  format: format.lines,
  count: uncounted,
  to: uncounted,
  bytes: typeof text === "string" ? Buffer.from(text) : text,
});

/** Whole numbers are equal in all languages, whether they say that they are doubles or not. */
export const decoded = ({ batches }: Outcome): unknown[] =>
  batches.flatMap(({ bytes, count }) => decodePortable({ format: "portable", count, bytes }));

/** Elements by bucket, in the order in which they came. */
export function byBucket({ batches }: Outcome): Record<number, unknown[]> {
  const buckets: Record<number, unknown[]> = {};
  for (const { bucket, bytes, count } of batches) {
    const held = buckets[bucket] ?? [];
    held.push(...decodePortable({ format: "portable", count, bytes }));
    buckets[bucket] = held;
  }
  return buckets;
}

/** In an order that only depends on what there is. */
export const inAnyOrder = (elements: readonly unknown[]): unknown[] =>
  elements
    .map((element) => [JSON.stringify(element), element] as const)
    .sort(([left], [right]) => (left < right ? -1 : Number(left > right)))
    .map(([, element]) => element);
