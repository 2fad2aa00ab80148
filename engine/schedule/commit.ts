/** Who may publish what a task wrote: the rules of Spark's OutputCommitCoordinator. */
import { type AttemptId, idOf } from "./stage.js";
import { attemptOf, type StageState, type Turn } from "./state.js";

/**
 * The first attempt of a partition that asks is allowed, and no other until that one has ended in vain. An attempt that
 * was given up or has ended is never allowed; one that asks twice gets the same answer.
 */
export function requestCommit({ state, actions }: Turn, id: AttemptId): void {
  const attempt = attemptOf(state, id);
  const committers = attempt?.stage.committers;
  const isAllowed =
    committers !== undefined &&
    attempt?.killed === false &&
    (committers.get(id.partition) ?? id.attempt) === id.attempt;
  if (isAllowed) committers.set(id.partition, id.attempt);
  actions.push({ kind: isAllowed ? "commitAllowed" : "commitDenied", task: idOf(id) });
}

export function releaseCommit({ committers }: StageState, { partition, attempt }: AttemptId): void {
  if (committers.get(partition) === attempt) committers.delete(partition);
}
