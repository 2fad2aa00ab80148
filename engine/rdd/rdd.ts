/** The RDD face: methods that build plans, and actions that run them. */
import type { int, long } from "../data/numbers.js";
import { EngineError } from "../errors.js";
// biome-ignore lint/suspicious/noImportCycles: an RDD becomes a DataFrame, and a DataFrame an RDD
import { DataFrame } from "../frame/data-frame.js";
import { relationOf } from "../frame/rows.js";
import type { FunctionValue, Kernel } from "../plan/kernel.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Element, Elements, TaskFunction } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import type { Session } from "../session/session.js";
import { shuffleByKey } from "./by-key.js";
import { planSort } from "./sort-by.js";
import { takeElements } from "./take.js";

const named = (name: Extract<FunctionValue, { language: "any" }>["name"]): FunctionValue => ({ language: "any", name });

/** What to do about an empty RDD, with the line that is known only before the job starts. */
function refusal(call: string): () => never {
  const site = callSite(call);
  return () => {
    throw new EngineError("EMPTY_COLLECTION", { call }, { origin: { site } });
  };
}

/**
 * A partitioned collection of elements that is computed when an action asks for it, and computed again where a part is
 * lost.
 *
 * Transformations are lazy and return a new RDD; actions run a job. Elements keep the order of their partitions.
 *
 * @module core
 * @source org.apache.spark.rdd.RDD
 */
export class RDD<T> {
  /** @internal */
  readonly session: Session;
  /** @internal */
  readonly plan: FunctionPlan;

  /** @internal */
  constructor(session: Session, plan: FunctionPlan) {
    this.session = session;
    this.plan = plan;
  }

  /**
   * Returns a new RDD with the result of `f` for each element.
   *
   * Lazy. Partitions and their order stay.
   *
   * @param f - called once per element, in a worker
   * @throws USER_FUNCTION_FAILED
   * @throws FUNCTION_NOT_SHIPPABLE
   * @source RDD.map
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).map((x) => x * 10).collect(); // [10, 20, 30]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).map(lambda x: x * 10).collect()
   * [10, 20, 30]
   * ```
   */
  map<U>(f: TaskFunction<(element: T) => U>): RDD<U> {
    return this.#step({ op: "map", fn: this.session.ship(f, "map") }, "map");
  }

  /**
   * Returns a new RDD with all elements of the results of `f`, which gives any number for each element.
   *
   * Lazy. An empty result adds nothing.
   *
   * @param f - called once per element, in a worker
   * @throws USER_FUNCTION_FAILED
   * @throws FUNCTION_NOT_SHIPPABLE
   * @source RDD.flatMap
   * @example
   * ```ts
   * await sc.parallelize(["a b", "c"]).flatMap((line) => line.split(" ")).collect(); // ["a", "b", "c"]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(["a b", "c"]).flatMap(lambda line: line.split(" ")).collect()
   * ['a', 'b', 'c']
   * ```
   */
  flatMap<U>(f: TaskFunction<(element: T) => Iterable<U>>): RDD<U> {
    return this.#step({ op: "flatMap", fn: this.session.ship(f, "flatMap") }, "flatMap");
  }

  /**
   * Returns a new RDD with the elements for which `f` is true.
   *
   * Lazy.
   *
   * @param f - called once per element, in a worker
   * @throws USER_FUNCTION_FAILED
   * @throws FUNCTION_NOT_SHIPPABLE
   * @source RDD.filter
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3, 4]).filter((x) => x % 2 === 0).collect(); // [2, 4]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3, 4]).filter(lambda x: x % 2 == 0).collect()
   * [2, 4]
   * ```
   */
  filter(f: TaskFunction<(element: T) => boolean>): RDD<T> {
    return this.#step({ op: "filter", fn: this.session.ship(f, "filter") }, "filter");
  }

  /**
   * Returns a new RDD with the elements of `f` applied to each partition as a whole.
   *
   * Lazy. `f` is called once per partition, for an empty one too, with an iterator that reads as it is asked.
   *
   * @param f - takes an iterator of elements, gives an iterable of results
   * @throws USER_FUNCTION_FAILED
   * @throws FUNCTION_NOT_SHIPPABLE
   * @source RDD.mapPartitions
   * @example
   * ```ts
   * const lengths = sc.parallelize([1, 2, 3, 4], 2).mapPartitions((elements) => [[...elements].length]);
   * await lengths.collect(); // [2, 2]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3, 4], 2).mapPartitions(lambda elements: [len(list(elements))]).collect()
   * [2, 2]
   * ```
   */
  mapPartitions<U>(f: TaskFunction<(elements: Iterable<T>) => Iterable<U>>): RDD<U> {
    const fn = this.session.ship(f, "mapPartitions");
    return this.#step({ op: "mapPartitions", fn, withIndex: false }, "mapPartitions");
  }

  /**
   * Returns a new RDD of pairs with `f` applied to each value; keys and partitions stay.
   *
   * Lazy. Elements that are not pairs are `NOT_KEY_VALUE`.
   *
   * @param f - called once per value, in a worker
   * @throws USER_FUNCTION_FAILED
   * @throws NOT_KEY_VALUE
   * @source PairRDDFunctions.mapValues
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1]]).mapValues((v) => v + 1).collect(); // [["a", 2]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1)]).mapValues(lambda v: v + 1).collect()
   * [('a', 2)]
   * ```
   */
  mapValues<K, V, U>(this: RDD<[K, V]>, f: TaskFunction<(value: V) => U>): RDD<[K, U]> {
    return this.#step({ op: "mapValues", fn: this.session.ship(f, "mapValues") }, "mapValues");
  }

  /**
   * Returns a new RDD of the keys of pairs.
   *
   * Lazy.
   *
   * @throws NOT_KEY_VALUE
   * @source PairRDDFunctions.keys
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1], ["b", 2]]).keys().collect(); // ["a", "b"]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1), ("b", 2)]).keys().collect()
   * ['a', 'b']
   * ```
   */
  keys<K, V>(this: RDD<[K, V]>): RDD<K> {
    return this.#step({ op: "map", fn: named("key") }, "keys");
  }

  /**
   * Returns a new RDD of the values of pairs.
   *
   * Lazy.
   *
   * @throws NOT_KEY_VALUE
   * @source PairRDDFunctions.values
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1], ["b", 2]]).values().collect(); // [1, 2]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1), ("b", 2)]).values().collect()
   * [1, 2]
   * ```
   */
  values<K, V>(this: RDD<[K, V]>): RDD<V> {
    return this.#step({ op: "map", fn: named("value") }, "values");
  }

  /**
   * Returns a new RDD with one pair per key, whose value merges all values of that key by `f`.
   *
   * Lazy. Values are merged before they are shuffled, then once more; `f` must be associative and commutative.
   *
   * @param f - merges two values, in a worker
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @throws USER_FUNCTION_FAILED
   * @throws NOT_KEY_VALUE
   * @throws KEY_NOT_HASHABLE
   * @py f=func
   * @source PairRDDFunctions.reduceByKey
   * @example
   * ```ts
   * const counts = sc.parallelize<[string, number]>([["a", 1], ["b", 1], ["a", 1]]).reduceByKey((a, b) => a + b);
   * (await counts.collect()).sort(); // [["a", 2], ["b", 1]]
   * ```
   * @example
   * ```python
   * >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).reduceByKey(lambda a, b: a + b).collect())
   * [('a', 2), ('b', 1)]
   * ```
   */
  reduceByKey<K, V>(this: RDD<[K, V]>, f: TaskFunction<(left: V, right: V) => V>, numPartitions?: int): RDD<[K, V]> {
    const site = callSite("reduceByKey");
    const fn = this.session.ship(f, "reduceByKey");
    const merge = (input: FunctionPlan): FunctionPlan => ({
      kind: "step",
      input,
      kernel: { op: "reduceByKey", fn },
      site,
    });
    return new RDD(this.session, merge(shuffleByKey(this.session, merge(this.plan), numPartitions ?? null, site)));
  }

  /**
   * Returns a new RDD with the elements sorted by the result of `keyfunc`, stable within equal keys.
   *
   * Runs two jobs at once when the result has more than one partition: a count, and a sample of the keys.
   *
   * @param keyfunc - gives the key of an element, in a worker
   * @param ascending - smallest key first
   * @param numPartitions - partitions of the result; as many as this RDD has when left out
   * @throws USER_FUNCTION_FAILED
   * @throws KEYS_NOT_COMPARABLE
   * @source RDD.sortBy
   * @eager
   * @example
   * ```ts
   * await sc.parallelize([3, 1, 2]).sortBy((x) => x).collect(); // [1, 2, 3]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([3, 1, 2]).sortBy(lambda x: x).collect()
   * [1, 2, 3]
   * ```
   */
  sortBy<K>(keyfunc: TaskFunction<(element: T) => K>, ascending: boolean = true, numPartitions?: int): RDD<T> {
    const site = callSite("sortBy");
    const key = this.session.ship(keyfunc, "sortBy");
    return new RDD(
      this.session,
      planSort(this.session, this.plan, { key, ascending, partitions: numPartitions ?? null, site }),
    );
  }

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
   * Returns the first `num` elements.
   *
   * Runs a job over the first partition, then over more while elements are missing.
   *
   * @param num - how many; fewer come back when the RDD has fewer
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
    const plan = this.#step({ op: "count" }, "count").plan;
    const counts = (await this.session.portable(plan, callSite("count"))) as number[];
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Returns the sum of all elements.
   *
   * Runs a job. An empty RDD gives 0.
   *
   * @throws USER_FUNCTION_FAILED
   * @source DoubleRDDFunctions.sum
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).sum(); // 6
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).sum()
   * 6
   * ```
   */
  async sum(): Promise<Element<T>> {
    return this.session.decodeOne(await this.#merged(named("add"), "sum"), () => 0);
  }

  /**
   * Returns what merging all elements by `f` gives.
   *
   * Runs a job: each partition is merged in a worker, then their results; `f` must be associative and commutative.
   *
   * @param f - merges two elements, in a worker
   * @throws EMPTY_COLLECTION
   * @throws USER_FUNCTION_FAILED
   * @source RDD.reduce
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3]).reduce((a, b) => a + b); // 6
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3]).reduce(lambda a, b: a + b)
   * 6
   * ```
   */
  async reduce(f: TaskFunction<(left: T, right: T) => T>): Promise<Element<T>> {
    const empty = refusal("reduce");
    return this.session.decodeOne(await this.#merged(this.session.ship(f, "reduce"), "reduce"), empty);
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
    const plan = this.#step({ op: "foreach", fn: this.session.ship(f, "foreach") }, "foreach").plan;
    await this.session.run(plan, { kind: "discard" }, callSite("foreach"));
  }

  /**
   * Writes each partition as one text file below `path`, one line per element, and `_SUCCESS` when all are there.
   *
   * Runs a job. Nothing is visible below `path` unless all partitions were written. Strings are written as they are.
   *
   * @param path - a directory that does not exist yet
   * @throws PATH_ALREADY_EXISTS
   * @throws WRITE_FAILED
   * @source RDD.saveAsTextFile
   * @example
   * ```ts
   * await sc.parallelize(["a", "b"]).saveAsTextFile(directory + "/letters");
   * await sc.textFile(directory + "/letters").collect(); // ["a", "b"]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(["a", "b"]).saveAsTextFile(directory + "/letters")
   * >>> sc.textFile(directory + "/letters").collect()
   * ['a', 'b']
   * ```
   */
  async saveAsTextFile(path: string): Promise<void> {
    await this.session.run(this.plan, { kind: "textFiles", path }, callSite("saveAsTextFile"));
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

  /**
   * Returns a DataFrame of rows that are the elements: tuples, lists, or rows with names.
   *
   * Types are those of the first elements, up to 100 of them while a column is null, for which a job starts at once.
   *
   * @param schema - names of the columns, in their order; those left out are `_1`, `_2`, …, or what the elements say
   * @throws TYPE_NOT_INFERRED
   * @source SparkSession.createDataFrame
   * @eager
   * @example
   * ```ts
   * await sc.parallelize([["a", 1]]).toDF(["name", "n"]).collect(); // [{ name: "a", n: 1 }]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1)]).toDF(["name", "n"]).collect()
   * [Row(name='a', n=1)]
   * ```
   */
  toDF(schema?: string[]): DataFrame {
    return new DataFrame(this.session, relationOf(this.session, this.plan, schema ?? null, callSite("toDF")));
  }

  #step<U>(kernel: Kernel, call: string): RDD<U> {
    return new RDD(this.session, { kind: "step", input: this.plan, kernel, site: callSite(call) });
  }

  /** Each partition reduced, then the results of all of them, in one job. */
  async #merged(fn: FunctionValue, call: string): ReturnType<Session["batches"]> {
    const site = callSite(call);
    const reduce = (input: FunctionPlan): FunctionPlan => ({ kind: "step", input, kernel: { op: "reduce", fn }, site });
    const gathered: FunctionPlan = {
      kind: "exchange",
      input: reduce(this.plan),
      bucketing: { by: "single", partitions: 1 },
      site,
    };
    return this.session.batches(reduce(gathered), site);
  }
}
