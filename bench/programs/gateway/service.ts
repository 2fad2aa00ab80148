/** What clients of the gateway call in its benchmark; `Service.java` is the same for Py4J. */
import type { int } from "../../../engine/data/numbers.js";

/** Counts. */
export class Counter {
  #count: int;

  /**
   * One that stands somewhere.
   *
   * @param count - where
   */
  constructor(count: int = 0) {
    this.#count = count;
  }

  /**
   * Counts on and returns where it stands.
   *
   * @param by - how far
   */
  increase(by: int): int {
    this.#count += by;
    return this.#count;
  }

  /**
   * Returns a counter that stands further.
   *
   * @param by - how far
   */
  plus(by: int): Counter {
    return new Counter(this.#count + by);
  }
}

/** Gives and takes. */
export class Service {
  readonly #step: int;

  /**
   * One service.
   *
   * @param step - from a number to the next
   */
  constructor(step: int = 1) {
    this.#step = step;
  }

  /**
   * Returns the number after this one.
   *
   * @param n - a number
   */
  inc(n: int): int {
    return n + this.#step;
  }

  /** Returns a new counter. */
  counter(): Counter {
    return new Counter();
  }

  /**
   * Returns so many bytes.
   *
   * @param size - in bytes
   */
  bytes(size: int): Uint8Array {
    return new Uint8Array(size).fill(7);
  }

  /**
   * Returns how many bytes came.
   *
   * @param data - any
   */
  size(data: Uint8Array): int {
    return data.byteLength;
  }
}
