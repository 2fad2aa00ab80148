/** The workers that the suite runs against: one line per language. */
import { pythonWorker } from "./python-worker.js";
import { typescriptWorker } from "./typescript-worker.js";
import type { WorkerUnderTest } from "./worker-under-test.js";

export const workers: readonly WorkerUnderTest[] = [pythonWorker, typescriptWorker];
