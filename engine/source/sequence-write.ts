/**
 * Saving pairs as SequenceFiles, as PySpark's `saveAsSequenceFile` does: without a codec nothing is compressed, with one whole
 * blocks are. Keys are of one class in all files of an output, and so are values; the first pair of all says which.
 */
import type { Batch } from "../data/batch.js";
import { decodePortableExactly } from "../data/portable.js";
import { EngineError } from "../errors.js";
import type { Codec } from "./codecs.js";
import { DataOutput } from "./data-output.js";
import { type OutputPart, openPartFile } from "./output-directory.js";
import { newHeader } from "./sequence-header.js";
import { RecordWriter } from "./sequence-record-writer.js";
import { writableOf } from "./writable-values.js";

const call = "saveAsSequenceFile";

/** The full names of two classes; plain JSON, hence no interface. */
export type SequenceClasses = { readonly keyClass: string; readonly valueClass: string };

/**
 * The classes for an output whose first batch with elements this is; null if it has none. Spark makes a job of its own for
 * the first pair, and so has the caller.
 * Errors: NOT_KEY_VALUE, VALUE_NOT_WRITABLE.
 */
export function sequenceClassesOf(batch: Batch): SequenceClasses | null {
  const [first] = decodePortableExactly(batch, 0, 1);
  if (first === undefined) return null;
  const [key, value] = pairOf(first);
  return { keyClass: writableOf(key).className, valueClass: writableOf(value).className };
}

function pairOf(element: unknown): readonly [unknown, unknown] {
  if (Array.isArray(element) && element.length === 2) return element as [unknown, unknown];
  const actual = Array.isArray(element) ? `${element.length} values` : typeof element;
  throw new EngineError("NOT_KEY_VALUE", { call, actual });
}

export interface SequencePartOptions extends SequenceClasses {
  /** The output directory, as `prepareOutput` made it. */
  readonly path: string;
  readonly partition: number;
  readonly attempt: number;
  /** What comes before the number in the file's name; `part-` when left out. */
  readonly stem?: string | undefined;
  readonly codec: Codec;
}

/**
 * Opens the file of a partition; in a task, after `prepareCodec`. It takes `portable` batches of pairs. With a codec it
 * holds a block of about 1 MB.
 * Errors: WRITE_FAILED, NOT_KEY_VALUE, VALUE_NOT_WRITABLE, VALUE_TYPES_MIXED, of each step.
 */
export function openSequencePart(options: SequencePartOptions): OutputPart {
  const { keyClass, valueClass, codec } = options;
  const part = openPartFile({ ...options, suffix: "" });
  const compression = codec === "none" ? ({ kind: "none" } as const) : ({ kind: "block", codec } as const);
  const records = new RecordWriter(part, newHeader({ keyClass, valueClass, compression, metadata: new Map() }));
  const [keyOutput, valueOutput] = [new DataOutput(), new DataOutput()];
  return {
    write: (batch) => {
      if (batch.format !== "portable")
        throw new EngineError("INTERNAL", { reason: `a SequenceFile takes portable batches, not ${batch.format}` });
      for (const element of decodePortableExactly(batch)) {
        const [key, value] = pairOf(element);
        keyOutput.clear();
        valueOutput.clear();
        putAs(keyOutput, key, keyClass, "key");
        putAs(valueOutput, value, valueClass, "value");
        records.append(keyOutput.view(), valueOutput.view());
      }
    },
    commit: () => {
      records.end();
      part.commit();
    },
    abort: () => part.abort(),
  };
}

function putAs(output: DataOutput, value: unknown, expected: string, role: "key" | "value"): void {
  const { className: actual, put } = writableOf(value);
  if (actual !== expected) throw new EngineError("VALUE_TYPES_MIXED", { role, expected, actual });
  put(output);
}
