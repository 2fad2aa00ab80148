/** Checkpoints: after a job, the RDDs of its lineage that are marked are computed once more and written. */
import { closeSync, openSync, readSync } from "node:fs";
import { batchFormats } from "../data/batch.js";
import type { PartitionResult } from "../plan/backend.js";
import type { Language } from "../plan/kernel.js";
import { batchLanguage } from "../plan/language.js";
import { type FunctionPlan, inputsOf } from "../plan/plan.js";
import type { Retention } from "../plan/retention.js";

/** Writes one block per partition below the directory (null: among the session's own files); returns them in order. */
export type WriteBlocks = (plan: FunctionPlan, directory: string | null) => Promise<readonly PartitionResult[]>;

/** The marked RDDs nearest to the result; what lies behind one of them is cut off with its lineage. */
function marked(plan: FunctionPlan): FunctionPlan[] {
  const found: FunctionPlan[] = [];
  const seen = new Set<FunctionPlan>();
  for (const open = [plan]; open.length > 0; ) {
    const node = open.pop() as FunctionPlan;
    if (seen.has(node) || node.retention?.checkpointed) continue;
    seen.add(node);
    if (isMarked(node.retention)) found.push(node);
    else open.push(...inputsOf(node));
  }
  return found;
}

const isMarked = (retention: Retention | undefined): boolean =>
  retention?.checkpoint === "wanted" || retention?.checkpoint === "wantedLocally";

/** In whose form the elements of block files are; null when every language reads them, or there are none. */
function languageOf(files: readonly string[]): Language | null {
  for (const file of files) {
    const fd = openSync(file, "r");
    try {
      const head = new Uint8Array(1);
      const format = readSync(fd, head, 0, 1, 0) === 1 ? batchFormats[head[0] as number] : undefined;
      if (format !== undefined) return batchLanguage([{ format, count: 0, bytes: head }]);
    } finally {
      closeSync(fd);
    }
  }
  return null;
}

/** Writes what a job that has just run left to be checkpointed. `directory`: of this session's checkpoints. */
export async function writeCheckpoints(
  plan: FunctionPlan,
  directory: string | null,
  write: WriteBlocks,
): Promise<void> {
  for (const node of marked(plan)) {
    const retention = node.retention as Retention;
    const isLocal = retention.checkpoint === "wantedLocally";
    const target = isLocal || directory === null ? null : `${directory}/rdd-${retention.rdd}`;
    const results = await write(node, target);
    const files = results.map(({ file = "" }) => file);
    const language = results[0]?.language;
    retention.checkpoint = {
      files,
      directory: target,
      language: language === undefined ? languageOf(files) : language,
    };
  }
}
