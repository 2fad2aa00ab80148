/** How the Python task worker is started. */
import { EngineError } from "../errors.js";
import type { Language } from "../plan/kernel.js";
import type { PythonEnvironment } from "./task.js";
import type { WorkerCommand } from "./worker-process.js";

/** Python hashes strings alike in every process, so that equal keys meet. */
const fixedHashes = { PYTHONHASHSEED: "0" };

export function pythonCommand(language: Language, python: PythonEnvironment): WorkerCommand {
  if (language !== "python") {
    throw new EngineError("WORKER_NOT_FOUND", {
      language,
      reason: "no such worker",
      remedy: "use a supported language",
    });
  }
  return {
    language,
    executable: python.executable,
    args: ["-m", "kindling.worker", "--in", "3", "--out", "4"],
    environment: { ...python.environment, ...fixedHashes },
    remedy: `run "${python.executable} -m pip install kindling-client", or name another interpreter in KINDLING_PYTHON`,
    version: python.version,
  };
}
