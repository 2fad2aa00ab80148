/**
 * The event log: what happened in an application, a line of JSON for each event, in the file that Spark would write:
 * `<directory>/<application>.inprogress` while it runs, `<directory>/<application>` when it has ended.
 */
import { accessSync, closeSync, constants, existsSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeFully } from "../data/write-fully.js";
import { EngineError } from "../errors.js";
import { inputPatterns } from "../source/text-paths.js";
import { eventLine, logStartLine } from "./event-json.js";
import type { ListenerEvent } from "./listener-event.js";
import type { EventLogSettings } from "./settings.js";

export interface EventLogOptions {
  readonly settings: EventLogSettings & { readonly directory: string };
  readonly application: string;
  /** Relative paths are meant from here. */
  readonly workingDirectory: string;
  readonly version: string;
  readonly warn: (message: string) => void;
}

/** Events after which all that waits is written: others may be lost with a driver that is killed. */
const flushing: ReadonlySet<ListenerEvent["kind"]> = new Set([
  "applicationStart",
  "applicationEnd",
  "jobStart",
  "jobEnd",
  "stageCompleted",
  "executorAdded",
  "executorRemoved",
  "unpersistRDD",
]);

export class EventLog {
  readonly path: string;
  readonly #options: EventLogOptions;
  /** Opened with the first event, so that an application that does not start leaves nothing. */
  #descriptor: number | null = null;
  #waiting: string[] = [];
  #waitingChars = 0;
  #isOpen = true;

  /** Makes the file; the directory must be there. */
  constructor(options: EventLogOptions) {
    const { settings, application, workingDirectory, version } = options;
    const [directory = settings.directory] = inputPatterns(settings.directory, workingDirectory, "spark.eventLog.dir");
    requireDirectory(directory);
    this.#options = options;
    this.path = join(directory, application);
    if (!settings.overwrites && existsSync(this.path))
      throw new EngineError("PATH_ALREADY_EXISTS", { path: this.path });
    this.#add(logStartLine(version));
  }

  get #pathInProgress(): string {
    return `${this.path}.inprogress`;
  }

  /** Writes an event, now or with others. */
  readonly write = (event: ListenerEvent): void => {
    if (event.kind === "blockUpdated" && !this.#options.settings.logsBlockUpdates) return;
    if (event.kind === "executorMetricsUpdate") return; // Spark does not write it either.
    this.#add(eventLine(event));
    if (flushing.has(event.kind)) this.#flush();
  };

  /** Writes what waits, and gives the file its final name. */
  close(): void {
    this.#flush();
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      if (this.#descriptor !== null) closeSync(this.#descriptor);
      if (this.#options.settings.overwrites) rmSync(this.path, { force: true });
      renameSync(this.#pathInProgress, this.path);
    } catch (error) {
      this.#warn(error);
    }
  }

  #add(line: string): void {
    this.#waiting.push(line, "\n");
    this.#waitingChars += line.length + 1;
    if (this.#waitingChars >= this.#options.settings.bufferBytes) this.#flush();
  }

  #flush(): void {
    if (!this.#isOpen || this.#waiting.length === 0) return;
    const bytes = Buffer.from(this.#waiting.join(""));
    this.#waiting = [];
    this.#waitingChars = 0;
    try {
      this.#descriptor ??= openSync(this.#pathInProgress, "w", 0o660);
      writeFully(this.#descriptor, bytes);
    } catch (error) {
      this.#isOpen = false; // A log with a hole would mislead.
      if (this.#descriptor !== null) closeSync(this.#descriptor);
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.warn(`the event log ${this.#pathInProgress} ends here: ${reason}`);
  }
}

function requireDirectory(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new EngineError("PATH_NOT_FOUND", { path });
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("WRITE_FAILED", { path, reason }, { cause: error });
  }
}
