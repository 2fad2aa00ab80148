/** Actions that run while the program goes on. */
import type { int } from "../data/numbers.js";
import type { CallSite } from "../errors.js";
import type { Session } from "../session/session.js";
import { asCall } from "./own-call.js";

/**
 * An action that has been started: its result when it is there, and the way to end it before.
 *
 * @module core
 * @py -
 * @source org.apache.spark.FutureAction
 */
export class FutureAction<T> {
  readonly #cancelling = new AbortController();
  readonly #jobs: number[] = [];
  readonly #result: Promise<T>;
  #ended = false;

  /** @internal */
  constructor(session: Session, site: CallSite, work: () => Promise<T>) {
    const own = { signal: this.#cancelling.signal, started: (job: number) => void this.#jobs.push(job) };
    this.#result = asCall(session, site, own, work).finally(() => {
      this.#ended = true;
    });
    // Whoever asks for the result gets the failure, also when that is later.
    this.#result.catch(() => {});
  }

  /**
   * Returns the result of the action, when it is there.
   *
   * @throws USER_FUNCTION_FAILED
   * @throws JOB_CANCELLED after `cancel`
   * @source FutureAction.get
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).countAsync().get(); // 3
   * ```
   */
  async get(): Promise<T> {
    return this.#result;
  }

  /**
   * Ends the jobs of the action; nothing happens once it has ended.
   *
   * @source FutureAction.cancel
   * @example
   * ```ts
   * const action = sc.parallelize([1, 2, 3]).countAsync();
   * action.cancel();
   * action.isCancelled; // true
   * ```
   */
  cancel(): void {
    if (!this.#ended) this.#cancelling.abort();
  }

  /**
   * Whether the action has ended, by itself or by `cancel`.
   *
   * @source FutureAction.isCompleted
   * @example
   * ```ts
   * const action = sc.parallelize([1, 2, 3]).countAsync();
   * await action.get(); // 3
   * action.isCompleted; // true
   * ```
   */
  get isCompleted(): boolean {
    return this.#ended;
  }

  /**
   * Whether the action was ended by `cancel`.
   *
   * @source FutureAction.isCancelled
   * @example
   * ```ts
   * sc.parallelize([1, 2, 3]).countAsync().isCancelled; // false
   * ```
   */
  get isCancelled(): boolean {
    return this.#cancelling.signal.aborted;
  }

  /**
   * The jobs that the action has started so far.
   *
   * @source FutureAction.jobIds
   * @example
   * ```ts
   * const action = sc.parallelize([1, 2, 3]).countAsync();
   * await action.get(); // 3
   * action.jobIds.length; // 1
   * ```
   */
  get jobIds(): int[] {
    return [...this.#jobs];
  }
}
