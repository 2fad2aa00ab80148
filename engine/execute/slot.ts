/**
 * A task slot: a thread of the executor process that runs one task at a time, TypeScript steps in itself and steps of
 * other languages in a worker process of its own.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { Language } from "../plan/kernel.js";
import { callingThread } from "./process-tree.js";
import { pythonCommand } from "./python-command.js";
import { type ForeignPass, runTask, type TaskPlace } from "./run-task.js";
import { SlotBarrier } from "./slot-barrier.js";
import { SlotBlocks } from "./slot-blocks.js";
import type { MainReply, SlotReply, SlotRequest } from "./slot-messages.js";
import type { PythonEnvironment } from "./task.js";
import { WorkerProcess } from "./worker-process.js";

const port = parentPort;
if (!port) throw new Error("slot.js runs as a worker thread only");
const reply = (message: SlotReply): void => port.postMessage(message);
reply({ kind: "started", thread: callingThread() });

for (const stream of ["stdout", "stderr"] as const) {
  process[stream].write = ((text: string | Uint8Array) => {
    reply({ kind: "print", stream, text: typeof text === "string" ? text : Buffer.from(text).toString("utf8") });
    return true;
  }) as typeof process.stdout.write;
}

let worker: { readonly key: string; readonly process: WorkerProcess } | null = null;

/** The slot's worker, if it was started by the same command; otherwise a new one. */
function workerFor(language: Language, python: PythonEnvironment): WorkerProcess {
  const command = pythonCommand(language, python);
  const key = JSON.stringify(command);
  if (worker && worker.key === key && !worker.process.ended) return worker.process;
  worker?.process.kill();
  const started = new WorkerProcess(command, (stream, text) => reply({ kind: "print", stream, text }));
  worker = { key, process: started };
  reply({ kind: "worker", pid: started.pid ?? null });
  return started;
}

const blocks = new SlotBlocks(reply);
const barrier = new SlotBarrier(reply, (workerData as { readonly barrier: MessagePort }).barrier);

const foreign: ForeignPass = (language, task, program, inputs, counters) =>
  workerFor(language, task.python).run(program, inputs, counters, (message) => barrier.wait(message));

let committing: ((allowed: boolean) => void) | null = null;

const mayCommit = (): Promise<boolean> =>
  new Promise((resolve) => {
    committing = resolve;
    reply({ kind: "commitRequested" });
  });

const placeOf = ({ task, memoryBytes, directory }: Extract<SlotRequest, { kind: "run" }>): TaskPlace => ({
  foreign,
  blocks: blocks.of(task.holders),
  directory,
  memoryBytes,
  print: (text) => reply({ kind: "print", stream: "stderr", text }),
  barrier: (message) => barrier.waitHere(message),
  mayCommit,
});

port.on("message", async (request: SlotRequest | MainReply) => {
  switch (request.kind) {
    case "run":
      reply({ kind: "outcome", outcome: await runTask(request.task, placeOf(request)) });
      break;
    case "warm":
      workerFor("python", request.python);
      break;
    case "block":
      blocks.answer(request);
      break;
    case "released":
      barrier.release(request);
      break;
    case "commit":
      committing?.(request.allowed);
  }
});
