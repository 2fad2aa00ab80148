/** Actions that need an element. */
import { EngineError } from "../errors.js";
import { callSite } from "../session/caller.js";

/** What to do about an empty RDD, with the line that is known only before the job starts. */
export function refusal(call: string): () => never {
  const site = callSite(call);
  return () => {
    throw new EngineError("EMPTY_COLLECTION", { call }, { origin: { site } });
  };
}
