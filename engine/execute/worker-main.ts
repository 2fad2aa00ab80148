/**
 * The TypeScript task worker as a process of its own, for places where no task slot of ours runs: it speaks
 * `docs/worker-protocol.md` over two pipes, `--in FD --out FD`, and runs one task at a time.
 */
import Module from "node:module";
import { delimiter } from "node:path";
import { parseArgs } from "node:util";
import { decode as unpack } from "@msgpack/msgpack";
import { toEngineError } from "./task-failure.js";
import { newCounters, type PassCounters, runTypescriptPass } from "./typescript-pass.js";
import { frameKind, protocolVersion, type WorkerTask } from "./worker-frames.js";
import { WorkerInputs } from "./worker-inputs.js";
import { type Frame, WorkerPipe } from "./worker-pipe.js";
import { checkedTask } from "./worker-task-check.js";

const { values: options } = parseArgs({ options: { in: { type: "string" }, out: { type: "string" } } });
const pipe = new WorkerPipe(Number(options.in), Number(options.out));

async function runTask(task: WorkerTask): Promise<void> {
  const inputs = new WorkerInputs(pipe, task);
  const counters = newCounters();
  let written = 0;
  try {
    for await (const output of runTypescriptPass(task, inputs.all, counters, (message) => inputs.meet(message))) {
      pipe.writeBatch(output);
      written += output.batch.count;
    }
    if (!inputs.isEnded) pipe.write(frameKind.enough);
    inputs.skip();
    pipe.writeMap(frameKind.done, doneMap(counters, written, inputs.spilledBytes));
  } catch (thrown) {
    const { code, params, origin, message: text } = toEngineError(thrown).toData();
    const { type = code, message = text } = params;
    const step = counters.failedStep ?? 0;
    pipe.writeMap(frameKind.error, { code, type, message, params, frames: origin.frames ?? [], step });
    inputs.skip();
  } finally {
    inputs.close();
  }
}

const doneMap = (counters: PassCounters, written: number, asideBytes: number): Record<string, unknown> => ({
  read: counters.read,
  written,
  invalidUtf8: counters.invalidUtf8,
  spilledBytes: counters.spilledBytes + asideBytes,
  ...(counters.spilledMemoryBytes > 0 ? { spilledMemoryBytes: counters.spilledMemoryBytes } : {}),
  accumulators: counters.accumulators,
});

/** Where `require` of the user's functions looks beside `node_modules`, as Node's own NODE_PATH says it. */
let searchPath = "";

function goTo(task: WorkerTask): void {
  if (task.workingDirectory !== "" && task.workingDirectory !== process.cwd()) process.chdir(task.workingDirectory);
  const wanted = task.searchPath.join(delimiter);
  if (wanted === searchPath || wanted === "") return;
  searchPath = wanted;
  process.env["NODE_PATH"] = wanted;
  (Module as unknown as { _initPaths(): void })._initPaths();
}

function taskOf({ kind, payload }: Frame): WorkerTask {
  if (kind !== frameKind.task) return pipe.refuse(`frame ${kind} outside a task`);
  const task = checkedTask(unpacked(payload));
  return typeof task === "string" ? pipe.refuse(task) : task;
}

function unpacked(payload: Uint8Array): unknown {
  try {
    return unpack(payload);
  } catch (error) {
    return pipe.refuse(`a task that is no map: ${String(error)}`);
  }
}

process.on("SIGINT", () => {});
pipe.writeMap(frameKind.ready, {
  language: "typescript",
  version: process.versions.node,
  protocol: protocolVersion,
  pid: process.pid,
});
for (;;) {
  const task = taskOf(pipe.next());
  goTo(task);
  await runTask(task);
}
