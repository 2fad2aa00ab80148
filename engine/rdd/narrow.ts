/** Transformations of one partition at a time. */
import type { int } from "../data/numbers.js";
import { EngineError } from "../errors.js";
import type { TaskFunction } from "../plan/task-function.js";
import { callSite } from "../session/caller.js";
import { commandWords } from "./command-words.js";
import type { RDD } from "./rdd.js";
import { RDDBarrier } from "./rdd-barrier.js";
import { RddFace } from "./rdd-face.js";

/** Transformations of one partition at a time. */
export abstract class Narrow<T> extends RddFace<T> {
  /**
   * Returns a new RDD with the result of `f` for each element.
   *
   * Lazy. Partitions and their order stay.
   *
   * @param f - called once per element, in a worker
   * @param preservesPartitioning - that keys stay as they are, so that a later step by key need not move them
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
  map<U>(f: TaskFunction<(element: T) => U>, preservesPartitioning: boolean = false): RDD<U> {
    return this.step({ op: "map", fn: this.session.ship(f, "map"), keepsKeys: preservesPartitioning }, "map");
  }

  /**
   * Returns a new RDD with all elements of the results of `f`, which gives any number for each element.
   *
   * Lazy. An empty result adds nothing.
   *
   * @param f - called once per element, in a worker
   * @param preservesPartitioning - that keys stay as they are, so that a later step by key need not move them
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
  flatMap<U>(f: TaskFunction<(element: T) => Iterable<U>>, preservesPartitioning: boolean = false): RDD<U> {
    const fn = this.session.ship(f, "flatMap");
    return this.step({ op: "flatMap", fn, keepsKeys: preservesPartitioning }, "flatMap");
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
    return this.step({ op: "filter", fn: this.session.ship(f, "filter") }, "filter");
  }

  /**
   * Returns a new RDD with the elements of `f` applied to each partition as a whole.
   *
   * Lazy. `f` is called once per partition, for an empty one too, with an iterator that reads as it is asked.
   *
   * @param f - takes an iterator of elements, gives an iterable of results
   * @param preservesPartitioning - that keys stay in their partitions, so that a later step by key need not move them
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
  mapPartitions<U>(
    f: TaskFunction<(elements: Iterable<T>) => Iterable<U>>,
    preservesPartitioning: boolean = false,
  ): RDD<U> {
    const fn = this.session.ship(f, "mapPartitions");
    return this.step({ op: "mapPartitions", fn, withIndex: false, keepsKeys: preservesPartitioning }, "mapPartitions");
  }

  /**
   * Returns a new RDD with the elements of `f` applied to each partition as a whole, with the number of the partition.
   *
   * Lazy. `f` is called once per partition, for an empty one too, with an iterator that reads as it is asked.
   *
   * @param f - takes the number of the partition and an iterator of its elements, gives an iterable of results
   * @param preservesPartitioning - that keys stay in their partitions, so that a later step by key need not move them
   * @throws USER_FUNCTION_FAILED
   * @throws FUNCTION_NOT_SHIPPABLE
   * @source RDD.mapPartitionsWithIndex
   * @example
   * ```ts
   * const numbered = sc.parallelize(["a", "b"], 2).mapPartitionsWithIndex((index, [letter]) => [[index, letter]]);
   * await numbered.collect(); // [[0, "a"], [1, "b"]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(["a", "b"], 2).mapPartitionsWithIndex(lambda index, letters: [(index, *letters)]).collect()
   * [(0, 'a'), (1, 'b')]
   * ```
   */
  mapPartitionsWithIndex<U>(
    f: TaskFunction<(index: int, elements: Iterable<T>) => Iterable<U>>,
    preservesPartitioning: boolean = false,
  ): RDD<U> {
    const call = "mapPartitionsWithIndex";
    const fn = this.session.ship(f, call);
    return this.step({ op: "mapPartitions", fn, withIndex: true, keepsKeys: preservesPartitioning }, call);
  }

  /**
   * Returns a new RDD with the elements of `f` applied to each partition as a whole, with the number of the partition.
   *
   * Lazy.
   *
   * @param f - takes the number of the partition and an iterator of its elements, gives an iterable of results
   * @param preservesPartitioning - that keys stay in their partitions
   * @throws USER_FUNCTION_FAILED
   * @throws FUNCTION_NOT_SHIPPABLE
   * @deprecated use {@link mapPartitionsWithIndex}
   * @source RDD.mapPartitionsWithSplit
   * @example
   * ```ts
   * await sc.parallelize([5, 6], 2).mapPartitionsWithSplit((index) => [index]).collect(); // [0, 1]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([5, 6], 2).mapPartitionsWithSplit(lambda index, elements: [index]).collect()
   * [0, 1]
   * ```
   */
  mapPartitionsWithSplit<U>(
    f: TaskFunction<(index: int, elements: Iterable<T>) => Iterable<U>>,
    preservesPartitioning: boolean = false,
  ): RDD<U> {
    return this.mapPartitionsWithIndex(f, preservesPartitioning);
  }

  /**
   * Returns a new RDD with one list for each partition: its elements.
   *
   * Lazy. An empty partition gives an empty list. A partition must fit in the memory of its task.
   *
   * @throws MEMORY_EXHAUSTED
   * @source RDD.glom
   * @example
   * ```ts
   * await sc.parallelize([1, 2, 3], 2).glom().collect(); // [[1], [2, 3]]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2, 3], 2).glom().collect()
   * [[1], [2, 3]]
   * ```
   */
  glom(): RDD<T[]> {
    return this.step({ op: "glom" }, "glom");
  }

  /**
   * Returns a new RDD of the lines that a command prints, to which each element is given as a line of its standard input.
   *
   * Lazy. One process for each partition, started without a shell and with an empty environment.
   *
   * @param command - words separated by blanks; quotes and backslashes as in a POSIX shell
   * @param env - all that the process finds in its environment
   * @param checkCode - an exit status other than 0 is `PIPE_FAILED`
   * @throws PIPE_FAILED
   * @throws INVALID_ARGUMENT
   * @source RDD.pipe
   * @example
   * ```ts
   * await sc.parallelize(["b", "a"], 1).pipe("/usr/bin/sort").collect(); // ["a", "b"]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize(["b", "a"], 1).pipe("/usr/bin/sort").collect()
   * ['a', 'b']
   * ```
   */
  pipe(command: string, env?: Readonly<Record<string, string>>, checkCode: boolean = false): RDD<string> {
    const parsed = commandWords(command);
    const words = "words" in parsed ? parsed.words : [];
    const actual = "problem" in parsed ? `one where ${parsed.problem}` : "empty";
    this.session.require(words.length > 0, { call: "pipe", parameter: "command", expected: "a command", actual });
    const site = callSite("pipe");
    return this.derive({
      kind: "pipe",
      input: this.plan,
      command: { words, environment: env ?? {}, checked: checkCode },
      site,
    });
  }

  /**
   * Returns the same elements as the input of a barrier stage, whose tasks run all at once.
   *
   * Lazy.
   *
   * @source RDD.barrier
   * @example
   * ```ts
   * await sc.parallelize([1, 2], 2).barrier().mapPartitions((elements) => elements).collect(); // [1, 2]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2], 2).barrier().mapPartitions(lambda elements: elements).collect()
   * [1, 2]
   * ```
   */
  barrier(): RDDBarrier<T> {
    return new RDDBarrier(this.session, this.plan, (plan) => this.derive(plan));
  }

  /**
   * Would give the tasks of an RDD resources of their own: all tasks here have the same, so that it always fails.
   *
   * @param profile - the resources
   * @throws BACKEND_UNSUPPORTED
   * @source RDD.withResources
   * @example
   * ```ts
   * const given = async () => sc.parallelize([1]).withResources(null);
   * await given().catch(({ code }) => code); // "BACKEND_UNSUPPORTED"
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1]).withResources(None).count()  # doctest: +ELLIPSIS
   * Traceback (most recent call last):
   * kindling.errors.UnsupportedError: [BACKEND_UNSUPPORTED] ...
   * ```
   */
  withResources(profile: unknown): RDD<T> {
    const { master } = this.session.options;
    const what = `a stage whose tasks have resources of their own (${profile === null ? "none" : typeof profile})`;
    const remedy = "start the session with as many slots and as much memory as the largest stage needs";
    const origin = { site: callSite("withResources") };
    throw new EngineError("BACKEND_UNSUPPORTED", { what, master, remedy }, { origin });
  }

  /**
   * Returns the resources that the tasks of this RDD were given: always null, since no RDD has resources of its own.
   *
   * @source RDD.getResourceProfile
   * @example
   * ```ts
   * await sc.parallelize([1]).getResourceProfile(); // null
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1]).getResourceProfile()
   * ```
   */
  async getResourceProfile(): Promise<unknown> {
    return null;
  }
}
