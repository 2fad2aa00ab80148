/** Counts the tasks of running stages and tells the host, at most ten times a second. */
import type { EngineEvent } from "../session/events.js";

interface Count {
  readonly name: string;
  readonly tasks: number;
  readonly startedMs: number;
  done: number;
  running: number;
  failed: number;
  /** Lines of text that were mended. */
  badLines: number;
  spilledBytes: number;
  toldMs: number;
}

const intervalMs = 100;

export class StageProgress {
  readonly #tell: (event: EngineEvent) => void;
  readonly #stages = new Map<number, Count>();

  constructor(tell: (event: EngineEvent) => void) {
    this.#tell = tell;
  }

  started(stage: number, name: string, tasks: number): void {
    const counts = { done: 0, running: 0, failed: 0, badLines: 0, spilledBytes: 0, toldMs: 0 };
    this.#stages.set(stage, { name, tasks, startedMs: performance.now(), ...counts });
  }

  launched(stage: number): void {
    const count = this.#stages.get(stage);
    if (count) count.running += 1;
  }

  finished(stage: number, succeeded: boolean, spilledBytes: number = 0): void {
    const count = this.#stages.get(stage);
    if (!count) return;
    count.running -= 1;
    count.spilledBytes += spilledBytes;
    if (succeeded) count.done += 1;
    else count.failed += 1;
    if (performance.now() - count.toldMs >= intervalMs) this.#report(stage, count, false);
  }

  stopped(stage: number): void {
    const count = this.#stages.get(stage);
    if (count) count.running -= 1;
  }

  /** Lines of invalid UTF-8 that a task has read. */
  invalidUtf8(stage: number, lines: number): void {
    const count = this.#stages.get(stage);
    if (count) count.badLines += lines;
  }

  ended(stage: number): void {
    const count = this.#stages.get(stage);
    if (!count) return;
    this.#stages.delete(stage);
    this.#report(stage, count, true);
    if (count.badLines > 0) this.#tell({ kind: "warning", message: mended(count) });
  }

  #report(stage: number, count: Count, ended: boolean): void {
    count.toldMs = performance.now();
    const { name, tasks, done, running, failed, spilledBytes } = count;
    const elapsedMs = Math.round(count.toldMs - count.startedMs);
    this.#tell({ kind: "progress", stage, name, tasks, done, running, failed, spilledBytes, elapsedMs, ended });
  }
}

const mended = ({ name, badLines }: Count): string => {
  const lines = badLines === 1 ? "line" : "lines";
  return `${name}: ${badLines} ${lines} held invalid UTF-8; the invalid bytes were replaced by U+FFFD`;
};
