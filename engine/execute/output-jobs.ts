/** Jobs that write: where their files go, and how all of them become visible at once. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../errors.js";
import type { Job } from "../plan/backend.js";
import { abortOutput, commitOutput, prepareOutput } from "../source/output-directory.js";
import { outputPath } from "../source/text-paths.js";
import { removeFiles } from "./remove-files.js";
import { draftEnding } from "./sink.js";

export class OutputJobs {
  readonly #job: Job;
  readonly #workingDirectory: string;
  readonly #workspace: string;

  constructor(job: Job, workingDirectory: string, workspace: string) {
    this.#job = job;
    this.#workingDirectory = workingDirectory;
    this.#workspace = workspace;
  }

  /** Runs the job with its places prepared; what it wrote goes again if it fails. */
  async run(work: (job: Job) => Promise<void>): Promise<void> {
    const { output } = this.#job;
    switch (output.kind) {
      case "textFiles":
      case "sequenceFiles":
      case "objectFiles":
        return this.#save(output.path, (path) => work({ ...this.#job, output: { ...output, path } }));
      case "blocks":
        return this.#blocks(output.directory, (directory) => work({ ...this.#job, output: { ...output, directory } }));
      default:
        return work(this.#job);
    }
  }

  /** Files become visible together, when all of them are written. */
  async #save(path: string, work: (path: string) => Promise<void>): Promise<void> {
    let target = path;
    try {
      target = outputPath(path, this.#workingDirectory, this.#job.site.call);
      await prepareOutput(target);
    } catch (error) {
      throw EngineError.from(error).at({ site: this.#job.site });
    }
    try {
      await work(target);
      await commitOutput(target);
    } catch (error) {
      await abortOutput(target);
      throw error;
    }
  }

  async #blocks(directory: string | null, work: (directory: string) => Promise<void>): Promise<void> {
    const target = directory ?? mkdtempSync(join(this.#workspace, "checkpoint-"));
    mkdirSync(target, { recursive: true, mode: 0o700 });
    try {
      await work(target);
      // What executors left behind that ended in the middle.
      for (const name of readdirSync(target)) if (name.endsWith(draftEnding)) removeFiles(join(target, name));
    } catch (error) {
      // Tasks that are being ended may still write.
      rmSync(target, { recursive: true, force: true, maxRetries: 3 });
      throw error;
    }
  }
}
