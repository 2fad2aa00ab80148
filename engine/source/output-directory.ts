/**
 * Saving files by Hadoop's commit protocol, so that a reader never meets half of an output:
 *
 * ```
 * out/_temporary/0/_temporary/attempt_000003_1/part-00003    while a task writes
 * out/_temporary/0/task_000003/part-00003                    once the task is committed
 * out/part-00003, out/_SUCCESS                               once the job is committed
 * ```
 *
 * Each step from one line to the next is a rename; names that start with `_` are hidden from `textFile`.
 */
import { closeSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Batch } from "../data/batch.js";
import { writeFully } from "../data/write-fully.js";
import { EngineError } from "../errors.js";
import { systemCode, writeFailure } from "./file-errors.js";

const temporary = (path: string): string => join(path, "_temporary");
const committed = (path: string): string => join(temporary(path), "0");
const attempts = (path: string): string => join(committed(path), "_temporary");

const attemptFolder = (path: string, partition: number, attempt: number): string =>
  join(attempts(path), `attempt_${digits(partition, 6)}_${attempt}`);

const digits = (value: number, width: number): string => String(value).padStart(width, "0");
const partName = (partition: number, stem = "part-"): string => stem + digits(partition, 5);

/**
 * Makes the output directory, which must not exist yet; on the driver's side, before any task.
 * Errors: PATH_ALREADY_EXISTS, WRITE_FAILED.
 */
export async function prepareOutput(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    // Not recursive: of two jobs with one path, the second finds it existing.
    await mkdir(path).catch((thrown: unknown) => {
      throw systemCode(thrown) === "EEXIST" ? new EngineError("PATH_ALREADY_EXISTS", { path }) : thrown;
    });
    await mkdir(attempts(path), { recursive: true });
  } catch (thrown) {
    throw writeFailure(path, thrown);
  }
}

/** One attempt to write one partition's file. After an error only `abort` may be called. */
export interface OutputPart {
  /** Adds the elements of a batch. */
  write(batch: Batch): void;
  /** Ends the file and makes it the partition's; of several attempts that commit, the last one counts. */
  commit(): void;
  /** Removes the file; may be called at any time, also twice. */
  abort(): void;
}

/** The file of an attempt, byte by byte. */
export interface PartFile {
  /** Adds bytes, which are on their way to the disk when it returns. */
  write(bytes: Uint8Array): void;
  commit(): void;
  abort(): void;
}

export interface PartOptions {
  /** The output directory, as `prepareOutput` made it. */
  readonly path: string;
  readonly partition: number;
  readonly attempt: number;
  /** What comes before the number; `part-` when left out. */
  readonly stem?: string | undefined;
  /** What comes after the name, such as `.gz`. */
  readonly suffix: string;
}

/**
 * Opens the file of a partition; in a task. A task that outlives its job fails here or at commit: it cannot bring an
 * aborted output back.
 * Errors: WRITE_FAILED, of each step.
 */
export function openPartFile({ path, partition, attempt, stem, suffix }: PartOptions): PartFile {
  const name = partName(partition, stem) + suffix;
  const folder = attemptFolder(path, partition, attempt);
  const task = join(committed(path), `task_${digits(partition, 6)}`);
  const target = join(path, name);
  const step = <R>(act: () => R): R => {
    try {
      return act();
    } catch (thrown) {
      throw writeFailure(target, thrown);
    }
  };
  let file: number | null = step(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    return openSync(join(folder, name), "wx");
  });
  const close = (): void => {
    const open = file;
    file = null;
    if (open !== null) closeSync(open);
  };
  return {
    write: (bytes) => step(() => writeOpen(file, bytes)),
    commit: () =>
      step(() => {
        close();
        makeUnlessThere(task);
        renameSync(join(folder, name), join(task, name));
        rmSync(folder, { recursive: true, force: true });
      }),
    abort: () =>
      step(() => {
        close();
        rmSync(folder, { recursive: true, force: true });
      }),
  };
}

function writeOpen(file: number | null, bytes: Uint8Array): void {
  if (file === null) throw new EngineError("INTERNAL", { reason: "a part was written after its end" });
  writeFully(file, bytes);
}

function makeUnlessThere(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (thrown) {
    if (systemCode(thrown) !== "EEXIST") throw thrown;
  }
}

/** Removes what an attempt that is no more has written and not committed. */
export function removeAttempt(path: string, partition: number, attempt: number): void {
  rmSync(attemptFolder(path, partition, attempt), { recursive: true, force: true });
}

/**
 * Moves the committed files to the output directory and marks it complete with `_SUCCESS`; on the driver's side, after
 * the last task. With `partitions`, refuses an output from which a file is missing.
 * Errors: WRITE_FAILED, after which `abortOutput` is to be called.
 */
export async function commitOutput(path: string, partitions?: number): Promise<void> {
  try {
    const tasks = (await readdir(committed(path))).filter((name) => name.startsWith("task_")).sort();
    if (partitions !== undefined && tasks.length !== partitions) {
      throw new EngineError("WRITE_FAILED", {
        path,
        reason: `${tasks.length} of ${partitions} partitions were written`,
      });
    }
    for (const task of tasks) {
      const folder = join(committed(path), task);
      for (const name of await readdir(folder)) await rename(join(folder, name), join(path, name));
    }
    await rm(temporary(path), { recursive: true });
    await writeFile(join(path, "_SUCCESS"), "");
  } catch (thrown) {
    throw writeFailure(path, thrown);
  }
}

/** Removes the output directory that `prepareOutput` made, with all that is in it. Errors: WRITE_FAILED. */
export async function abortOutput(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch((thrown: unknown) => {
    throw writeFailure(path, thrown);
  });
}
