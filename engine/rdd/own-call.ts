/** Work of the engine as a call of its own. */
import type { CallSite } from "../errors.js";
import { type Caller, currentCaller, runAs } from "../session/caller.js";
import type { Session } from "../session/session.js";

/** Does work at the line of `site`, with its own way of being ended, or its own properties. */
export function asCall<T>(session: Session, site: CallSite, own: Partial<Caller>, work: () => T): T {
  const caller = currentCaller();
  const place = { host: caller?.host ?? session.host, at: { file: site.file, line: site.line } };
  const thread = caller?.lane === undefined ? {} : { lane: caller.lane };
  return runAs({ ...place, ...thread, signal: own.signal ?? caller?.signal ?? null, ...own }, work);
}
