/** In which language's own form the elements of a plan are. */

import type { Batch } from "../data/batch.js";
import { type AnyKernel, batchesOf, functionsOf, type Language } from "./kernel.js";
import { isOpen } from "./open-plan.js";
import { type FunctionPlan, inputsOf } from "./plan.js";
import { settledPlan } from "./settle.js";

export const batchLanguage = (batches: readonly Batch[]): Language | null =>
  batches[0]?.format === "pickle" ? "python" : batches[0]?.format === "v8" ? "typescript" : null;

/** The language that a kernel needs because of a function or a value of it; null when any will do. */
export function kernelLanguage(kernel: AnyKernel): Language | null {
  const own = functionsOf(kernel).find((fn) => fn.language !== "any");
  return own === undefined ? batchLanguage(batchesOf(kernel)) : (own.language as Language);
}

/** By node of several inputs, so that a chain of joins is looked through once. */
const ofInputs = new WeakMap<FunctionPlan, Language | null>();

/** The language whose own form the elements have; null when every language reads them (text, numbers of the engine). */
export function dataLanguage(plan: FunctionPlan): Language | null {
  let node = settledPlan(plan);
  while (node.kind === "step" || node.kind === "exchange" || node.kind === "regroup") {
    const own = node.kind === "step" ? kernelLanguage(node.kernel) : null;
    if (own !== null) return own;
    node = settledPlan(node.input);
  }
  if (node.kind === "values") return batchLanguage(node.batches);
  if (node.kind === "files") return node.format.kind === "objects" ? node.format.language : null;
  const own = node.kind === "combine" ? kernelLanguage(node.kernel) : null;
  const known = own ?? ofInputs.get(node);
  if (known !== undefined) return known;
  const found = commonLanguage(inputsOf(node).map(dataLanguage));
  if (!isOpen(node)) ofInputs.set(node, found);
  return found;
}

/** The one language among these; null when there is none, or more than one. */
export function commonLanguage(languages: readonly (Language | null)[]): Language | null {
  const found = new Set(languages.filter((language) => language !== null));
  return found.size === 1 ? ([...found][0] ?? null) : null;
}
