/** `RDD.pipe`: the lines of a partition go through a process of the user's. */
import { type ChildProcess, spawn } from "node:child_process";
import { type BatchSlice, uncounted } from "../data/batch.js";
import { EngineError } from "../errors.js";
import type { PipeCommand } from "../plan/plan.js";
import { killChild } from "./process-tree.js";
import type { Slices } from "./typescript-pass.js";

const lineFeed = 0x0a;
/** What is told of what a process that failed wrote last. */
const lastWordsCharacters = 500;

/** A failure of the process to start, as its own message says it. */
const cannotStart = (command: PipeCommand, error: Error): EngineError =>
  new EngineError("PIPE_FAILED", { command: command.words.join(" "), reason: error.message }, { cause: error });

/** Writes all lines, waiting where the process is slower; a process that reads no further is its own matter. */
async function feed(child: ChildProcess, slices: Slices): Promise<void> {
  const { stdin } = child;
  if (!stdin) return;
  stdin.on("error", () => {});
  for await (const { batch } of slices) {
    // A write to a stream that is gone would be followed by no event.
    if (stdin.destroyed) break;
    if (stdin.write(batch.bytes)) continue;
    await new Promise<void>((resolve) => {
      stdin.once("drain", resolve).once("close", resolve).once("error", resolve);
    });
  }
  stdin.end();
}

/** The lines that the process prints, in batches of whole lines. */
export async function* runPipe(
  command: PipeCommand,
  slices: Slices,
  print: (text: string) => void,
  workingDirectory: string,
): AsyncIterable<BatchSlice> {
  const [executable = "", ...args] = command.words;
  const child = spawn(executable, args, {
    env: command.environment,
    cwd: workingDirectory,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const failure = new Promise<never>((_, reject) =>
    child.once("error", (error) => reject(cannotStart(command, error))),
  );
  const ended = new Promise<number | string>((resolve) =>
    child.once("close", (status, signal) => resolve(signal ?? status ?? 0)),
  );
  failure.catch(() => {});
  let lastWords = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-lastWordsCharacters);
    print(text);
  });
  const feeding = feed(child, slices);
  feeding.catch(() => killChild(child));
  try {
    yield* lineBatches(child);
    await Promise.race([feeding, failure]);
    const status = await Promise.race([ended, failure]);
    if (command.checked && status !== 0) {
      const reason = `exit status ${status}${lastWords === "" ? "" : `: ${lastWords.trim()}`}`;
      throw new EngineError("PIPE_FAILED", { command: command.words.join(" "), reason });
    }
  } finally {
    killChild(child);
  }
}

async function* lineBatches(child: ChildProcess): AsyncIterable<BatchSlice> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of child.stdout ?? []) {
    const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    const end = bytes.lastIndexOf(lineFeed) + 1;
    rest = bytes.subarray(end);
    if (end > 0) yield linesOf(bytes.subarray(0, end));
  }
  if (rest.length > 0) yield linesOf(Buffer.concat([rest, Buffer.of(lineFeed)]));
}

const linesOf = (bytes: Buffer): BatchSlice => ({
  batch: { format: "lines", count: uncounted, bytes },
  from: 0,
  to: uncounted,
});
