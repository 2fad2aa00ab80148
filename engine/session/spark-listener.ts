/** Listeners of a program: objects with a method for each kind of event that they care for. */
import type { EventSink } from "./listener-bus.js";
import type { EventOf, ListenerEvent } from "./listener-event.js";

/**
 * Methods that are called with what happens, one event after the other, some time after it happened. They need not be
 * there; one that throws is reported once and called again with the next event.
 */
export type SparkListener = {
  readonly [K in ListenerEvent["kind"] as `on${Capitalize<K>}`]?: (event: EventOf<K>) => unknown;
};

export const methodOf = (kind: ListenerEvent["kind"]): keyof SparkListener =>
  `on${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}` as keyof SparkListener;

/** What a bus calls for a listener. */
export const sinkOf =
  (listener: SparkListener): EventSink =>
  (event) =>
    (listener[methodOf(event.kind)] as EventSink | undefined)?.call(listener, event);
