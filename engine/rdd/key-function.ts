/** By what pairs are sorted. */
import type { FunctionValue } from "../plan/kernel.js";
import type { AnyFunction, TaskFunction } from "../plan/task-function.js";
import type { Session } from "../session/session.js";
import { named } from "./rdd-face.js";

/** A function of keys as one of pairs; without it the key itself. */
export function keyOf(session: Session, call: string, keyfunc: TaskFunction<AnyFunction> | undefined): FunctionValue {
  if (keyfunc === undefined) return named("key");
  const fn = session.ship(keyfunc, call);
  return fn.language === "any" ? fn : { ...fn, of: "key" };
}
