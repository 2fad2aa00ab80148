/** Saving `lines` batches as text files: `part-00000`, or compressed, `part-00000.gz`. */
import type { Batch } from "../data/batch.js";
import { EngineError } from "../errors.js";
import { type Codec, suffixOf } from "./codecs.js";
import { CompressedOutput } from "./compress.js";
import { type OutputPart, openPartFile } from "./output-directory.js";

/**
 * Opens the file of a partition; in a task, after `prepareCodec`. Compressed, it holds up to 1 MiB and a batch.
 * Errors: WRITE_FAILED, of each step.
 */
export function openTextPart(
  path: string,
  partition: number,
  attempt: number,
  codec: Codec = "none",
  stem?: string,
): OutputPart {
  const part = openPartFile({ path, partition, attempt, stem, suffix: suffixOf(codec) });
  const output = new CompressedOutput(codec, (bytes) => part.write(bytes));
  return {
    write: (batch) => output.add(linesOf(batch)),
    commit: () => {
      output.end();
      part.commit();
    },
    abort: () => part.abort(),
  };
}

function linesOf({ format, bytes }: Batch): Uint8Array {
  if (format === "lines") return bytes;
  throw new EngineError("INTERNAL", { reason: `a text part takes lines, not ${format}` });
}
