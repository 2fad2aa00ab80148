/**
 * The listener bus: whatever posts an event goes on at once, listeners hear of it later, in order, as with Spark's
 * `LiveListenerBus`. A slow listener costs events, never memory without bound and never a job.
 */
import type { ListenerEvent, PostEvent } from "./listener-event.js";

/** What hears events. A promise it returns is not waited for, only its failure is reported. */
export type EventSink = (event: ListenerEvent) => unknown;

export interface ListenerBusOptions {
  /** Events that may wait for delivery; `spark.scheduler.listenerbus.eventqueue.capacity`. */
  readonly capacity: number;
  readonly warn: (message: string) => void;
}

interface Subscription {
  readonly name: string;
  readonly sink: EventSink;
  /** So many events were posted before it was added. */
  readonly after: number;
  hasFailed: boolean;
}

/** Events delivered before the event loop gets its turn. */
const turnEvents = 256;

export class ListenerBus {
  readonly #options: ListenerBusOptions;
  readonly #subscriptions: Subscription[] = [];
  readonly #flushes: { readonly after: number; readonly resolve: () => void }[] = [];
  readonly #waiting: ListenerEvent[] = [];
  #isDelivering = false;
  #isStopped = false;
  #delivered = 0;
  #dropped = 0;

  constructor(options: ListenerBusOptions) {
    this.#options = options;
  }

  /** Events that found the queue full, since the beginning. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The sink hears every event that is posted from now on. */
  add(name: string, sink: EventSink): void {
    const after = this.#delivered + this.#waiting.length;
    this.#subscriptions.push({ name, sink, after, hasFailed: false });
  }

  remove(sink: EventSink): void {
    const found = this.#subscriptions.findIndex((subscription) => subscription.sink === sink);
    if (found >= 0) this.#subscriptions.splice(found, 1);
  }

  /** Returns at once; after `stop` nothing is taken any more. */
  readonly post: PostEvent = (event) => {
    if (this.#isStopped) return;
    if (this.#waiting.length >= this.#options.capacity) this.#drop();
    else {
      this.#waiting.push(event);
      this.#schedule();
    }
  };

  /** Resolves when every event posted before was delivered. */
  flush(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    const after = this.#delivered + this.#waiting.length;
    return new Promise((resolve) => this.#flushes.push({ after, resolve }));
  }

  /** Takes no more events, and resolves when those that wait were delivered. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.flush();
  }

  #drop(): void {
    this.#dropped++;
    // Once, and again each time ten times as many are lost.
    if (Number.isInteger(Math.log10(this.#dropped))) {
      this.#options.warn(`${this.#dropped} events were dropped, as listeners are too slow`);
    }
  }

  #schedule(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    for (let count = 0; count < turnEvents; count++) {
      const event = this.#waiting.shift();
      if (!event) break;
      for (const subscription of [...this.#subscriptions]) this.#deliver(subscription, event);
      this.#delivered++;
    }
    while ((this.#flushes[0]?.after ?? Number.POSITIVE_INFINITY) <= this.#delivered) this.#flushes.shift()?.resolve();
    this.#isDelivering = this.#waiting.length > 0;
    if (this.#isDelivering) setImmediate(() => this.#turn());
  }

  #deliver(subscription: Subscription, event: ListenerEvent): void {
    if (this.#delivered < subscription.after) return;
    try {
      const result = subscription.sink(event);
      if (result instanceof Promise) result.catch((error: unknown) => this.#report(subscription, error));
    } catch (error) {
      this.#report(subscription, error);
    }
  }

  /** A listener that fails is told of once; it goes on hearing events. */
  #report(subscription: Subscription, error: unknown): void {
    if (subscription.hasFailed) return;
    subscription.hasFailed = true;
    this.#options.warn(
      `the listener ${subscription.name} failed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
