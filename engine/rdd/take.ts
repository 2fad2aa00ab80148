/** `take`: one partition, then as many more as the elements found so far let expect, as in Spark. */
import type { Batch } from "../data/batch.js";
import type { CallSite } from "../errors.js";
import type { FunctionPlan } from "../plan/plan.js";
import { callSite } from "../session/caller.js";
import type { Session } from "../session/session.js";
import { stepOn } from "./next-step.js";

interface Scan {
  readonly scanned: number;
  readonly found: number;
  readonly wanted: number;
}

/** How many partitions the next job looks at: half as many again as are expected to do, in PySpark's way or in Spark's. */
function partitionsToTry({ scanned, found, wanted }: Scan, isPython: boolean): number {
  if (scanned === 0) return 1;
  if (found === 0) return scanned * 4;
  const expected = isPython
    ? Math.floor((1.5 * wanted * scanned) / found) - scanned
    : Math.ceil((1.5 * (wanted - found) * scanned) / found);
  return Math.min(Math.max(expected, 1), scanned * 4);
}

export interface Looked {
  /** Elements of a partition at most. */
  readonly count: number;
  /** Whether what was found will do; asked after each job that found something. */
  readonly isEnough: (elements: readonly unknown[]) => boolean;
}

/** First elements as the engine itself reads them, partition after partition; doubles without a fraction are `Double`s. */
export async function takePortable(
  session: Session,
  plan: FunctionPlan,
  site: CallSite,
  { count, isEnough }: Looked,
): Promise<unknown[]> {
  const total = await session.partitionCount(plan);
  const limited = stepOn(plan, { op: "take", count }, site);
  const found: unknown[] = [];
  for (let scanned = 0; scanned < total && found.length < count; ) {
    const more = Math.min(partitionsToTry({ scanned, found: 0, wanted: 1 }, true), total - scanned);
    const partitions = Array.from({ length: more }, (_, index) => scanned + index);
    found.push(...(await session.exact(limited, site, partitions)));
    if (found.length > 0 && isEnough(found)) break;
    scanned += more;
  }
  return found;
}

/** The first `wanted` elements, as batches; the count of the last batch may be less than it holds. */
export async function takeElements(
  session: Session,
  plan: FunctionPlan,
  wanted: number,
  call: string,
): Promise<Batch[]> {
  const site = callSite(call);
  session.require(Number.isInteger(wanted), {
    call,
    parameter: "num",
    expected: "a whole number",
    actual: String(wanted),
  });
  const total = wanted <= 0 ? 0 : await session.partitionCount(plan);
  const isPython = session.host.language === "python";
  const taken: Batch[] = [];
  let found = 0;
  for (let scanned = 0; found < wanted && scanned < total; ) {
    const more = Math.min(partitionsToTry({ scanned, found, wanted }, isPython), total - scanned);
    const partitions = Array.from({ length: more }, (_, index) => scanned + index);
    const limited = stepOn(plan, { op: "take", count: wanted - found }, site);
    for (const batch of await session.batches(limited, site, partitions)) {
      const count = Math.min(batch.count, wanted - found);
      if (count > 0) taken.push({ ...batch, count });
      found += count;
    }
    scanned += more;
  }
  return taken;
}
