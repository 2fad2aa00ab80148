/**
 * Local properties: what a thread of the program says about the jobs that it starts, such as their group, description,
 * tags and pool.
 *
 * A thread is, for a client behind the gateway, one of its threads (a lane). In this process, which has one, it is a
 * chain of asynchronous work: a function that sets a property sets it for what it starts and awaits from then on, not
 * for work that runs beside it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { currentCaller } from "./caller.js";
import type { Properties } from "./listener-event.js";

/** Names of the properties that have a meaning here, as Spark calls them. */
export const propertyNames = {
  group: "spark.jobGroup.id",
  description: "spark.job.description",
  interruptOnCancel: "spark.job.interruptOnCancel",
  tags: "spark.job.tags",
  pool: "spark.scheduler.pool",
} as const;

const none: Properties = Object.freeze({});

export class LocalProperties {
  /** Lanes that have set one. */
  readonly #lanes = new Map<number, Properties>();
  readonly #here = new AsyncLocalStorage<Properties>();

  /** Those of the running thread. */
  get current(): Properties {
    const { properties, lane } = currentCaller() ?? {};
    return properties ?? (lane === undefined ? this.#here.getStore() : this.#lanes.get(lane)) ?? none;
  }

  /** Sets one of the running thread; null takes it away. */
  set(name: string, value: string | null): void {
    const { [name]: _, ...others } = this.current;
    this.replace(value === null ? others : { ...others, [name]: value });
  }

  /** Gives the running thread these properties and no others. */
  replace(properties: Properties): void {
    const lane = currentCaller()?.lane;
    if (lane === undefined) this.#here.enterWith(properties);
    else if (Object.keys(properties).length === 0) this.#lanes.delete(lane);
    else this.#lanes.set(lane, properties);
  }
}

/** The tags of a job with these properties. */
export const tagsOf = (properties: Properties): readonly string[] =>
  (properties[propertyNames.tags] ?? "").split(",").filter((tag) => tag !== "");
