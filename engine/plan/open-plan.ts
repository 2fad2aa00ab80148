/** Plans that wait for a running job, and what is built upon them. */
import type { CallSite } from "../errors.js";
import { type FunctionPlan, inputsOf } from "./plan.js";
import { settle, settledPlan } from "./settle.js";

/** A value that is there, or will be. */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value, at once where it is there. */
export const whenThere = <T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> =>
  value instanceof Promise ? value.then(next) : next(value);

/** All of these values, at once where all are there. */
export const allThere = <T>(values: readonly Soon<T>[]): Soon<readonly T[]> =>
  values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as readonly T[]);

/** Plans without a deferred part; they stay so. */
const closed = new WeakSet<FunctionPlan>();

/** Whether a running job is still working out some part of a plan. */
export function isOpen(plan: FunctionPlan): boolean {
  // Nodes still to be looked at, inputs above those that need them: deep plans need no deep stack.
  const waiting = [plan];
  for (let node = waiting.at(-1); node; node = waiting.at(-1)) {
    if (!closed.has(node) && settledPlan(node) === node) {
      if (node.kind === "deferred") return true;
      const unseen = inputsOf(node).filter((input) => !closed.has(input));
      if (unseen.length > 0) {
        waiting.push(...unseen);
        continue;
      }
    }
    closed.add(node);
    waiting.pop();
  }
  return false;
}

/** A plan that becomes known when a promise does; a failure is kept for whoever asks first. */
export function deferred(plan: Promise<FunctionPlan>, site: CallSite): FunctionPlan {
  plan.catch(() => {});
  return { kind: "deferred", plan, site };
}

/** What `build` makes of plans without deferred parts: at once where they have none, else deferred. */
export function upon(
  inputs: readonly FunctionPlan[],
  site: CallSite,
  build: (inputs: readonly FunctionPlan[]) => Soon<FunctionPlan>,
): FunctionPlan {
  const built = inputs.some(isOpen) ? Promise.all(inputs.map(settle)).then(build) : build(inputs);
  return built instanceof Promise ? deferred(built, site) : built;
}
