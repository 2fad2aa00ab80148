/** Actions that give elements to the program. */
import type { int, long } from "../data/numbers.js";
import { EngineError } from "../errors.js";
import type { Element, Elements, TaskFunction } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import { propertyNames } from "../session/local-properties.js";
import { refusal } from "./empty.js";
import { localIterator } from "./local-iterator.js";
import { stepOn } from "./next-step.js";
import { Ordered } from "./ordered.js";
import { asCall } from "./own-call.js";
import { takeElements } from "./take.js";

/** Actions that give elements to the program. */
export abstract class Actions<T> extends Ordered<T> {
  /**
   * Returns all elements, in order.
   *
   * Runs a job. An empty RDD gives an empty list.
   *
   * @throws USER_FUNCTION_FAILED
   * @throws JOB_CANCELLED
   * @source RDD.collect
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).collect(); // [1, 2, 3]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).collect()
   * [1, 2, 3]
   * ```
   */
  async collect(): Promise<Elements<T>> {
    return this.session.decode(await this.session.batches(this.plan, callSite("collect")));
  }

  /**
   * Returns the elements of some partitions, one list for each of them, in the order asked for.
   *
   * Runs a job over these partitions.
   *
   * @param partitionIds - numbers of partitions, from 0
   * @throws INVALID_ARGUMENT
   * @throws USER_FUNCTION_FAILED
   * @py -
   * @source JavaRDD.collectPartitions
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3, 4], 2).collectPartitions([1]); // [[3, 4]]
   * ```
   */
  async collectPartitions(partitionIds: int[]): Promise<Elements<T>[]> {
    const site = callSite("collectPartitions");
    const total = await this.session.partitionCount(this.plan);
    const wrong = partitionIds.find((id) => !(Number.isInteger(id) && id >= 0 && id < total));
    if (wrong !== undefined) {
      const expected = `numbers of partitions below ${total}`;
      const params = { call: site.call, parameter: "partitionIds", expected, actual: wrong };
      throw new EngineError("INVALID_ARGUMENT", params, { origin: { site } });
    }
    const output = { kind: "collect", format: "own" } as const;
    const results = await this.session.run(this.plan, output, site, partitionIds);
    const batches = new Map(results.map((result) => [result.partition, result.batches]));
    return partitionIds.map((id) => this.session.decode<T>(batches.get(id) ?? []));
  }

  /**
   * Returns all elements, in order, in a job of a group of its own.
   *
   * Runs a job, which `cancelJobGroup` ends.
   *
   * @param groupId - the name of the group
   * @param description - what the job is for
   * @param interruptOnCancel - whether tasks that run are ended, too
   * @throws USER_FUNCTION_FAILED
   * @throws JOB_CANCELLED
   * @deprecated setJobGroup and collect
   * @source RDD.collectWithJobGroup
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).collectWithJobGroup("numbers", "all of them"); // [1, 2, 3]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).collectWithJobGroup("numbers", "all of them")
   * [1, 2, 3]
   * ```
   */
  async collectWithJobGroup(
    groupId: string,
    description: string,
    interruptOnCancel: boolean = false,
  ): Promise<Elements<T>> {
    const site = callSite("collectWithJobGroup");
    const properties = {
      ...this.session.properties.current,
      [propertyNames.group]: groupId,
      [propertyNames.description]: description,
      [propertyNames.interruptOnCancel]: String(interruptOnCancel),
    };
    return asCall(this.session, site, { properties }, async () =>
      this.session.decode(await this.session.batches(this.plan, site)),
    );
  }

  /**
   * Returns the first `num` elements.
   *
   * Runs a job over the first partition, then over more while elements are missing.
   *
   * @param num - how many; fewer come back when the RDD has fewer, none for a negative number
   * @throws INVALID_ARGUMENT
   * @source RDD.take
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).take(2); // [1, 2]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).take(2)
   * [1, 2]
   * ```
   */
  async take(num: int): Promise<Elements<T>> {
    return this.session.decode(await takeElements(this.session, this.plan, num, "take"));
  }

  /**
   * Returns the first element.
   *
   * Runs a job over the first partition, then over more while it is empty.
   *
   * @throws EMPTY_COLLECTION
   * @source RDD.first
   * @example
   * ```ts
   * await sc.parallelize([7, 8]).first(); // 7
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([7, 8]).first()
   * 7
   * ```
   */
  async first(): Promise<Element<T>> {
    const empty = refusal("first");
    return this.session.decodeOne(await takeElements(this.session, this.plan, 1, "first"), empty);
  }

  /**
   * Tells whether there is no element at all.
   *
   * Runs a job over the first partition, then over more while they are empty; none where there is no partition.
   *
   * @throws USER_FUNCTION_FAILED
   * @source RDD.isEmpty
   * @example
   * ```ts
   * await sc.parallelize([1, 2]).filter((x) => x > 2).isEmpty(); // true
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2]).filter(lambda x: x > 2).isEmpty()
   * True
   * ```
   */
  async isEmpty(): Promise<boolean> {
    return (await takeElements(this.session, this.plan, 1, "isEmpty")).length === 0;
  }

  /**
   * Returns an iterator of all elements, in order, that holds one partition at a time.
   *
   * Runs a job for each partition, when the iterator comes to it.
   *
   * @param prefetchPartitions - the job of the next partition starts with that of the one before
   * @throws USER_FUNCTION_FAILED
   * @throws JOB_CANCELLED
   * @source RDD.toLocalIterator
   * @example
   * ```ts
   * for await (const x of sc.parallelize([1, 2, 3], 3).toLocalIterator()) console.log(x);
   * // 1
   * // 2
   * // 3
   * ```
   * @example
   * ```python
   * >>> [x for x in sc.parallelize([1, 2, 3], 3).toLocalIterator()]
   * [1, 2, 3]
   * ```
   */
  toLocalIterator(prefetchPartitions: boolean = false): AsyncIterable<T> {
    return localIterator<T>(this.session, this.plan, callSite("toLocalIterator"), prefetchPartitions);
  }

  /**
   * Returns the number of elements.
   *
   * Runs a job. An empty RDD gives 0.
   *
   * @throws USER_FUNCTION_FAILED
   * @source RDD.count
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).count(); // 3
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).count()
   * 3
   * ```
   */
  async count(): Promise<long> {
    const site = callSite("count");
    const counts = (await this.session.portable(stepOn(this.plan, { op: "count" }, site), site)) as number[];
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Calls `f` for each element, for its effects.
   *
   * Runs a job.
   *
   * @param f - called once per element, in a worker
   * @throws USER_FUNCTION_FAILED
   * @source RDD.foreach
   * @example
   * ```ts
   * await sc.parallelize([1]).foreach((x) => console.log(x));
   * // 1
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1]).foreach(lambda x: print(x))
   * 1
   * ```
   */
  async foreach(f: TaskFunction<(element: T) => void>): Promise<void> {
    const fn = this.session.ship(f, "foreach");
    const site = callSite("foreach");
    await this.session.run(stepOn(this.plan, { op: "foreach", fn }, site), { kind: "discard" }, site);
  }

  /**
   * Calls `f` once for each partition with an iterator of its elements, for its effects.
   *
   * Runs a job. `f` is called for empty partitions, too; if it returns an iterator, that is run through.
   *
   * @param f - called once per partition, in a worker
   * @throws USER_FUNCTION_FAILED
   * @source RDD.foreachPartition
   * @example
   * ```ts
   * await sc.parallelize([1, 2], 1).foreachPartition((elements) => console.log([...elements].length));
   * // 2
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2], 1).foreachPartition(lambda elements: print(len(list(elements))))
   * 2
   * ```
   */
  async foreachPartition(f: TaskFunction<(elements: Iterable<T>) => void>): Promise<void> {
    const fn = this.session.ship(f, "foreachPartition");
    const site = callSite("foreachPartition");
    await this.session.run(stepOn(this.plan, { op: "foreachPartition", fn }, site), { kind: "discard" }, site);
  }

  /**
   * Returns the number of partitions.
   *
   * Runs no job; files of a text source are listed.
   *
   * @throws PATH_NOT_FOUND
   * @source RDD.getNumPartitions
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3], 2).getNumPartitions(); // 2
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3], 2).getNumPartitions()
   * 2
   * ```
   */
  async getNumPartitions(): Promise<int> {
    return this.session.partitionCount(this.plan);
  }
}
