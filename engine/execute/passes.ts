/** Consecutive kernels of one language are one pass; between two languages elements are portable. */
import type { AnyKernel, Bucketing, Language } from "../plan/kernel.js";
import { kernelLanguage } from "../plan/language.js";
import type { Pass } from "./task.js";

type PassDraft = { language: Language; steps: AnyKernel[] };

/** What the elements of a pass are for. */
export interface Ending {
  readonly bucketing: Bucketing | null;
  readonly output: Pass["output"];
  /** The language in which elements must leave; null when any will do. */
  readonly language: Language | null;
  /** Elements of each batch; 0: the worker's choice. */
  readonly batchElements?: number;
}

/** The language of a bucketing with a function of the user. */
const bucketingLanguage = (bucketing: Bucketing | null): Language | null =>
  bucketing?.by === "function"
    ? bucketing.fn.language
    : bucketing?.by === "range" && bucketing.key.language !== "any"
      ? bucketing.key.language
      : null;

/** Groups steps by language; steps that any language knows stay with the one before. */
function draftPasses(steps: readonly AnyKernel[], data: Language | null, fallback: Language): PassDraft[] {
  const passes: PassDraft[] = [];
  const wantedLater = steps.map(kernelLanguage).find((found) => found !== null);
  for (const [index, step] of steps.entries()) {
    const last = passes.at(-1);
    const wanted = kernelLanguage(step) ?? last?.language ?? (index === 0 && step.op === "count" ? "typescript" : null);
    const language = wanted ?? data ?? wantedLater ?? fallback;
    if (last?.language === language) last.steps.push(step);
    else passes.push({ language, steps: [step] });
  }
  return passes;
}

/** Kernels that make one element of each. */
const oneToOne: ReadonlySet<AnyKernel["op"]> = new Set(["map", "mapValues", "keyBy", "zipIndex", "row", "udf", "text"]);

/** A sort of which only the first elements are taken knows how many. */
function withLimits(steps: readonly AnyKernel[]): readonly AnyKernel[] {
  const limited = [...steps];
  for (const [index, step] of steps.entries()) {
    if (step.op !== "take" || step.count === 0) continue;
    const before = steps.slice(0, index).findLastIndex(({ op }) => !oneToOne.has(op));
    const sort = limited[before];
    if (sort?.op === "sort") limited[before] = { ...sort, limit: step.count };
  }
  return limited;
}

/** The passes over elements in the form of `data`; an empty pass turns them into another language's form. */
export function planPasses(
  steps: readonly AnyKernel[],
  data: Language | null,
  fallback: Language,
  { bucketing, output, language: wanted, batchElements = 0 }: Ending,
): Pass[] {
  const drafts = draftPasses(withLimits(steps), data, fallback);
  const first = drafts[0];
  const counts = first?.steps[0]?.op === "count";
  if (first && data !== null && first.language !== data && !counts) drafts.unshift({ language: data, steps: [] });
  const last = drafts.at(-1);
  const ending = wanted ?? bucketingLanguage(bucketing);
  const leaves = ending ?? last?.language ?? data ?? fallback;
  if (!last || (ending !== null && last.language !== leaves)) {
    if (!last && data !== null && data !== leaves) drafts.push({ language: data, steps: [] });
    drafts.push({ language: leaves, steps: [] });
  }
  return drafts.map(({ language, steps: own }, index) => {
    const isLast = index === drafts.length - 1;
    return {
      language,
      steps: own,
      bucketing: isLast ? bucketing : null,
      output: isLast ? output : "portable",
      batchElements: isLast ? batchElements : 0,
    };
  });
}
