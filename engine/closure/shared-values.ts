/**
 * Objects of the engine that a function may capture though they belong to the program: a broadcast value, an accumulator.
 * They travel as a reference, from which the worker makes its own side of them; their classes, and those through which a
 * function asks about its task, are the worker's own.
 */
import { Accumulator, type AccumulatorReference } from "../session/accumulator.js";
import { Broadcast } from "../session/broadcast.js";
import { SparkFiles } from "../session/spark-files.js";
import { CollectionAccumulator, DoubleAccumulator, LongAccumulator } from "../session/sum-accumulators.js";
import { BarrierTaskContext, TaskContext } from "../session/task-context.js";
import type { Container } from "./body.js";

interface SharedClass<T extends object> {
  readonly owner: abstract new (...args: never[]) => T;
  /** What the worker needs to know. */
  readonly fieldsOf: (object: T) => Readonly<Record<string, unknown>>;
  /** The worker's side; fields that hold functions are filled afterwards. */
  readonly revive: (fields: Container) => T;
}

const sharedClass = <T extends object>(shared: SharedClass<T>): SharedClass<object> =>
  shared as unknown as SharedClass<object>;

interface Summing {
  readonly id: number;
  readonly name: string | null;
}

const summing = <T extends Summing>(owner: new (id: number, name: string | null, isDriver: boolean) => T) =>
  sharedClass<T>({
    owner,
    fieldsOf: ({ id, name }) => ({ id, name }),
    revive: ({ id, name }) => new owner(id as number, name as string | null, false),
  });

const sharedClasses: Readonly<Record<string, SharedClass<object>>> = {
  Broadcast: sharedClass<Broadcast<unknown>>({
    owner: Broadcast,
    fieldsOf: ({ id }) => ({ id }),
    revive: ({ id }) => new Broadcast(id as number, null),
  }),
  Accumulator: sharedClass<Accumulator<unknown>>({
    owner: Accumulator,
    fieldsOf: ({ travelling }) => ({ ...travelling }),
    revive: (fields) => new Accumulator(fields as unknown as AccumulatorReference<unknown>, false),
  }),
  LongAccumulator: summing(LongAccumulator),
  DoubleAccumulator: summing(DoubleAccumulator),
  CollectionAccumulator: summing(CollectionAccumulator),
};

const workerClasses: Readonly<Record<string, object>> = {
  TaskContext,
  BarrierTaskContext,
  SparkFiles,
  ...Object.fromEntries(Object.entries(sharedClasses).map(([name, { owner }]) => [name, owner])),
};

const namesOfClasses: ReadonlyMap<object, string> = new Map(
  Object.entries(workerClasses).map(([name, value]) => [value, name]),
);

/** The name of a class that every worker has. */
export const workerClassName = (value: unknown): string | undefined => namesOfClasses.get(value as object);

export const workerClass = (name: string): unknown => workerClasses[name];

/** An object that travels as a reference. */
export interface SharedReference {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function sharedReference(value: object): SharedReference | undefined {
  for (const [name, { owner, fieldsOf }] of Object.entries(sharedClasses))
    if (value instanceof owner) return { name, fields: fieldsOf(value) };
  return undefined;
}

export const reviveShared = (name: string, fields: Container): object | undefined =>
  sharedClasses[name]?.revive(fields);
