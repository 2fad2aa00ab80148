/**
 * A task slot: a thread of the executor process that runs one task at a time, TypeScript steps in itself and steps of
 * other languages in a worker process of its own.
 */
import { parentPort } from "node:worker_threads";
import type { Language } from "../plan/kernel.js";
import { pythonCommand } from "./python-command.js";
import { type ForeignPass, runTask } from "./run-task.js";
import type { PythonEnvironment, Task, TaskOutcome } from "./task.js";
import { WorkerProcess } from "./worker-process.js";

export type SlotRequest =
  | { readonly kind: "run"; readonly task: Task }
  /** Start the worker now, so that the first task finds it ready. */
  | { readonly kind: "warm"; readonly python: PythonEnvironment };

export type SlotReply =
  | { readonly kind: "outcome"; readonly outcome: TaskOutcome }
  | { readonly kind: "print"; readonly stream: "stdout" | "stderr"; readonly text: string }
  /** A worker process belongs to this slot from now on; null: none any more. */
  | { readonly kind: "worker"; readonly pid: number | null };

const port = parentPort;
if (!port) throw new Error("slot.js runs as a worker thread only");
const reply = (message: SlotReply): void => port.postMessage(message);

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

const foreign: ForeignPass = (language, task, program, slices, counters) =>
  workerFor(language, task.python).run(program, slices, counters);

port.on("message", async (request: SlotRequest) => {
  if (request.kind === "warm") workerFor("python", request.python);
  else reply({ kind: "outcome", outcome: await runTask(request.task, foreign) });
});
