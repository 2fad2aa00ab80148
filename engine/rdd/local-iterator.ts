/** Elements partition by partition, each by a job of its own. */
import type { Batch } from "../data/batch.js";
import type { CallSite } from "../errors.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Session } from "../session/session.js";

/** The elements; with `prefetch` the job of a partition starts while the one before is looked at. */
export async function* localIterator<T>(
  session: Session,
  plan: FunctionPlan,
  site: CallSite,
  prefetch: boolean,
): AsyncGenerator<T, void, undefined> {
  const total = await session.partitionCount(plan);
  const fetch = (partition: number): Promise<Batch[]> => session.batches(plan, site, [partition]);
  let ahead: Promise<Batch[]> | null = null;
  for (let partition = 0; partition < total; partition++) {
    const current: Promise<Batch[]> = ahead ?? fetch(partition);
    ahead = prefetch && partition + 1 < total ? fetch(partition + 1) : null;
    // Its failure comes when the iterator gets there, or never.
    ahead?.catch(() => {});
    for (const batch of await current) yield* session.decode<T>([batch]);
  }
}
