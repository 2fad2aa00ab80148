/**
 * Where pairs go when they meet their likes: PySpark's rules in Python programs, Spark's own in others. A program that
 * has a number of partitions in mind gets it; pairs that are where they belong already do not move.
 */
import type { CallSite } from "../errors.js";
import type { Bucketing, HashFamily, Language, ShippedFunction } from "../plan/kernel.js";
import { dataLanguage } from "../plan/language.js";
import { allThere, type Soon, upon, whenThere } from "../plan/open-plan.js";
import { type Partitioner, partitionerOf, samePartitioner } from "../plan/partitioner.js";
import type { FunctionPlan } from "../plan/plan.js";
import { knownPartitions } from "../plan/settle.js";
import type { AnyFunction, TaskFunction } from "../plan/task-function.js";
import type { Session } from "../session/session.js";

/** What the program says about the place of pairs. */
export interface Placing {
  /** Null: the rule says how many. */
  readonly partitions: number | null;
  /** Null: the hash of the key. */
  readonly fn: ShippedFunction | null;
  /** Without a number: like the first input, whatever the others have; as Spark's `subtract` and `distinct`. */
  readonly like?: "first";
}

/** A number of partitions as a program gave it; null where it gave none. */
export function partitionsGiven(session: Session, call: string, partitions: number | null | undefined): number | null {
  if (partitions === undefined || partitions === null) return null;
  const [parameter, expected, actual] = ["numPartitions", "a positive whole number", String(partitions)];
  session.require(Number.isInteger(partitions) && partitions > 0, { call, parameter, expected, actual });
  return partitions;
}

/** The arguments `numPartitions` and `partitionFunc` of a call. */
export function placingOf(
  session: Session,
  call: string,
  numPartitions?: number | null,
  partitionFunc?: TaskFunction<AnyFunction>,
): Placing {
  const partitions = partitionsGiven(session, call, numPartitions);
  // Whatever a program passes is a function of its own: named ones are the engine's.
  const fn = partitionFunc ? (session.ship(partitionFunc, call) as ShippedFunction) : null;
  return { partitions, fn };
}

/** How many partitions a settled plan has; looks at files where that alone can tell. */
export const countOf = (session: Session, plan: FunctionPlan): Soon<number> =>
  knownPartitions(plan) ?? session.partitionCount(plan);

/** How many partitions a sorted plan has: PySpark asks the setting first, Spark does not. */
export const defaultPartitions = (session: Session, plan: FunctionPlan): Soon<number> =>
  (isPython(session) ? session.settings.defaultParallelism : null) ?? countOf(session, plan);

const isPython = ({ host }: Session): boolean => host.language === "python";

/** Where the pairs of these settled plans meet. */
export function placeOf(session: Session, inputs: readonly FunctionPlan[], placing: Placing): Soon<Partitioner> {
  const own = session.host.language;
  const languages = new Set(inputs.map((input) => dataLanguage(input) ?? own));
  const family: HashFamily = languages.size > 1 ? "portable" : "own";
  const [language = own] = languages;
  const { partitions, fn } = placing;
  const place = (count: number): Partitioner =>
    fn ? { by: "function", partitions: count, fn } : { by: "hash", partitions: count, family, language };
  if (partitions !== null) return place(partitions);
  if (isPython(session)) return whenThere(pythonCount(session, inputs), place);
  const asked = placing.like === "first" ? inputs.slice(0, 1) : inputs;
  return whenThere(allThere(asked.map((input) => countOf(session, input))), (counts) => {
    const most = Math.max(...counts);
    const count = placing.like === "first" ? most : (session.settings.defaultParallelism ?? most);
    const present = fn === null ? largest(asked, { family, language: own }) : null;
    return present && (placing.like === "first" || isEligible(present, count, most)) ? present : place(count);
  });
}

/** PySpark joins by way of a union, so that it takes all partitions together, unless they are alike. */
function pythonCount(session: Session, inputs: readonly FunctionPlan[]): Soon<number> {
  const configured = session.settings.defaultParallelism;
  if (configured !== null) return configured;
  if (areAlike(inputs, session.host.language)) return countOf(session, inputs[0] as FunctionPlan);
  const counts = allThere(inputs.map((input) => countOf(session, input)));
  return whenThere(counts, (all) => all.reduce((sum, count) => sum + count, 0));
}

/** Whether equal keys of all plans are in partitions of the same number. */
export function areAlike(plans: readonly FunctionPlan[], language: Language): boolean {
  const [first = null, ...others] = plans.map((plan) => partitionerOf(plan, language));
  return first !== null && others.every((other) => samePartitioner(first, other));
}

/** The partitioner with the most partitions that all of the inputs can use. */
function largest(
  inputs: readonly FunctionPlan[],
  { family, language }: { readonly family: HashFamily; readonly language: Language },
): Partitioner | null {
  const usable = inputs
    .map((input) => partitionerOf(input, language))
    .filter((found) => found !== null)
    .filter((found) => family === "own" || (found.by === "hash" && found.family === "portable"));
  return usable.reduce<Partitioner | null>(
    (best, found) => (best && best.partitions >= found.partitions ? best : found),
    null,
  );
}

/** Spark's rule: a partitioner is worth keeping if it has enough partitions, or at least a tenth of the most. */
const isEligible = ({ partitions }: Partitioner, count: number, most: number): boolean =>
  count <= partitions || Math.log10(most) - Math.log10(partitions) < 1;

function bucketingOf(place: Partitioner): Bucketing {
  switch (place.by) {
    case "hash":
      return { by: "hash", partitions: place.partitions, family: place.family };
    case "function":
      return { by: "function", partitions: place.partitions, fn: place.fn };
    case "range":
      return place.bucketing;
  }
}

/** Whether the pairs of a settled plan are where they belong. */
export const isPlaced = (session: Session, plan: FunctionPlan, place: Partitioner): boolean =>
  samePartitioner(partitionerOf(plan, session.host.language), place);

/** Moves pairs to where they belong. */
export const moved = (input: FunctionPlan, place: Partitioner, site: CallSite): FunctionPlan => ({
  kind: "exchange",
  input,
  bucketing: bucketingOf(place),
  site,
});

/** A settled plan with its pairs where they belong. */
export const placed = (session: Session, plan: FunctionPlan, place: Partitioner, site: CallSite): FunctionPlan =>
  isPlaced(session, plan, place) ? plan : moved(plan, place, site);

export interface Meeting {
  readonly placing: Placing;
  readonly site: CallSite;
  /** What is made of the plans when equal keys are in partitions of the same number. */
  readonly build: (inputs: readonly FunctionPlan[]) => FunctionPlan;
}

/** Brings equal keys of several plans together; a plan whose pairs are where they meet is not moved. */
export const broughtTogether = (
  session: Session,
  inputs: readonly FunctionPlan[],
  { placing, site, build }: Meeting,
): FunctionPlan =>
  upon(inputs, site, (settled) =>
    whenThere(placeOf(session, settled, placing), (place) =>
      build(settled.map((plan) => placed(session, plan, place, site))),
    ),
  );
