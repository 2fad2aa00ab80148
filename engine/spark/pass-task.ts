/** Passes as the executors run them: the worker of a language, and the task that it is given. */
import { encode as pack } from "@msgpack/msgpack";
import { EngineError } from "../errors.js";
import type { Pass } from "../execute/task.js";
import type { Bucketing, Language } from "../plan/kernel.js";
import { batchLanguage, kernelLanguage } from "../plan/language.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Equipment } from "./executors.js";
import type { Pickled } from "./pickle.js";
import { missingPackages } from "./worker-archive.js";

/** How the worker of a language starts on an executor; `{python}`, `{folder}` and `{path}` are filled in there. */
interface WorkerStart {
  readonly command: readonly string[];
  readonly environment: readonly (readonly [string, string])[];
}

const workers: Partial<Readonly<Record<Language, WorkerStart>>> = {
  python: {
    command: ["{python}", "{folder}/kindling/worker/__main__.py"],
    environment: [
      ["PYTHONHASHSEED", "0"],
      ["PYTHONPATH", "{folder}:{path}"],
    ],
  },
  // Executors need Node for functions of TypeScript programs, nothing else of ours.
  typescript: { command: ["node", "{folder}/typescript-worker.mjs"], environment: [] },
};

export interface PassContext {
  readonly master: string;
  readonly equipment: Equipment;
  /** The program's interpreter, for messages. */
  readonly executable: string;
  readonly searchPath: readonly string[];
  /** The language of the program. */
  readonly language: Language;
  /** Some function or value of the job is TypeScript's: executors need Node. */
  readonly needsNode: boolean;
}

/** Whether a node has a function or a value that only a TypeScript worker reads. */
export function needsTypescript(node: FunctionPlan): boolean {
  if (node.kind === "step" || node.kind === "combine") return kernelLanguage(node.kernel) === "typescript";
  if (node.kind === "files") return node.format.kind === "objects" && node.format.language === "typescript";
  if (node.kind !== "exchange") return false;
  const { bucketing } = node;
  if (bucketing.by === "function") return bucketing.fn.language === "typescript";
  if (bucketing.by !== "range") return false;
  return bucketing.key.language === "typescript" || batchLanguage(bucketing.bounds) === "typescript";
}

/** The language whose worker runs a pass: Python, which every executor has, does what no function claims. */
export const workerLanguage = ({ language }: Pass, { needsNode }: Pick<PassContext, "needsNode">): Language =>
  language === "typescript" && !needsNode ? "python" : language;

/** Keys of a TypeScript program go where its own hash says, whoever computes it. */
function bucketingOf(pass: Pass, context: PassContext): Bucketing | null {
  const { bucketing } = pass;
  const isTaken = workerLanguage(pass, context) !== pass.language && context.language === "typescript";
  return isTaken && bucketing?.by === "hash" ? { ...bucketing, family: "portable" } : bucketing;
}

/** Raises when the executors cannot run Python functions. */
export function requirePython({ equipment, executable }: Pick<PassContext, "equipment" | "executable">): void {
  if (equipment.missing.length > 0) throw missingPackages(executable, equipment.missing);
}

/** The fields of a node `pass` of a stage's tree; TASK lacks its map's header and what the executor alone knows. */
export function passFields(
  pass: Pass,
  { stage, partitions, inputs }: { readonly stage: number; readonly partitions: number; readonly inputs: number },
  context: PassContext,
): readonly (readonly [string, Pickled])[] {
  const language = workerLanguage(pass, context);
  const start = workers[language];
  if (!start) {
    const remedy = "use local[N], or a function of Python or TypeScript";
    const what = `a function in ${language} over elements`;
    throw new EngineError("BACKEND_UNSUPPORTED", { what, master: context.master, remedy });
  }
  if (language === "python") requirePython(context);
  const task = {
    stage,
    partitions: Math.max(0, partitions),
    inputs,
    steps: pass.steps,
    bucketing: bucketingOf(pass, context),
    output: pass.output,
    searchPath: context.searchPath,
  };
  // Fewer than 16 fields: the header is one byte.
  return [
    ["command", start.command],
    ["environment", start.environment],
    ["fields", Object.keys(task).length],
    ["task", pack(task).subarray(1)],
  ];
}
