/** Where the outputs of stages are: the driver's table of map outputs. */
import { removeFiles } from "./remove-files.js";
import type { StageOutputs } from "./stage-input.js";

interface Output {
  readonly path: string;
  readonly executor: number;
}

export class OutputTable implements StageOutputs {
  /** By stage, then partition. */
  readonly #stages = new Map<number, { readonly partitions: number; readonly outputs: Map<number, Output> }>();

  /** From now on outputs of the stage are expected. */
  expect(stage: number, partitions: number): void {
    if (!this.#stages.has(stage)) this.#stages.set(stage, { partitions, outputs: new Map() });
  }

  keep(stage: number, partition: number, path: string, executor: number): void {
    const outputs = this.#stages.get(stage)?.outputs;
    const former = outputs?.get(partition);
    if (former && former.path !== path) drop(former);
    outputs?.set(partition, { path, executor });
  }

  /** It is read elsewhere from now on; whoever reads it where it was may go on. */
  move(stage: number, partition: number, path: string, executor: number): void {
    this.#stages.get(stage)?.outputs.set(partition, { path, executor });
  }

  files(stage: number): readonly string[] | { readonly missing: number } {
    const found = this.#stages.get(stage);
    if (!found) return { missing: 0 };
    const files: string[] = [];
    for (let partition = 0; partition < found.partitions; partition++) {
      const output = found.outputs.get(partition);
      if (!output) return { missing: partition };
      files.push(output.path);
    }
    return files;
  }

  /** One output is gone. */
  lose(stage: number, partition: number): void {
    const outputs = this.#stages.get(stage)?.outputs;
    const output = outputs?.get(partition);
    if (!output) return;
    outputs?.delete(partition);
    drop(output);
  }

  /** What lies on an executor. */
  of(executor: number): { readonly stage: number; readonly partition: number; readonly path: string }[] {
    return [...this.#stages].flatMap(([stage, { outputs }]) =>
      [...outputs].flatMap(([partition, output]) =>
        output.executor === executor ? { stage, partition, path: output.path } : [],
      ),
    );
  }

  /** All that an executor held is gone. */
  loseExecutor(executor: number): void {
    for (const { outputs } of this.#stages.values()) {
      for (const [partition, output] of outputs) {
        if (output.executor === executor) outputs.delete(partition);
      }
    }
  }

  forget(stage: number): void {
    for (const output of this.#stages.get(stage)?.outputs.values() ?? []) drop(output);
    this.#stages.delete(stage);
  }
}

const drop = ({ path }: Output): void => removeFiles(path);

/** Which stage and partition a file is the output of: its path says it, though the file may be gone. */
export function outputOf(path: string): { readonly stage: number; readonly partition: number } | null {
  const [, stage, partition] = /\/stage-(\d+)\/(\d+)-\d+\.\w+$/.exec(path) ?? [];
  return stage === undefined ? null : { stage: Number(stage), partition: Number(partition) };
}
