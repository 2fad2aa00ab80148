// biome-ignore-all lint/correctness/noUnusedFunctionParameters: Spark has parameters that say nothing here
/** Jobs of a context: what threads say about theirs, how they are ended, and what becomes of them. */
import type { int } from "../data/numbers.js";
import type { FunctionPlan } from "../plan/plan.js";
import type { Elements, TaskFunction } from "../plan/task-function.js";
import type { RDD } from "../rdd/rdd.js";
import { callSite } from "./caller.js";
import { directoryUrl, makeCheckpointDirectory } from "./checkpoint-directory.js";
import { ContextHadoop } from "./context-hadoop.js";
import { propertyNames, tagsOf } from "./local-properties.js";
import { logLevels } from "./settings.js";
import type { SparkListener } from "./spark-listener.js";
import { StatusTracker } from "./status-tracker.js";

/** Jobs of a context: what threads say about theirs, how they are ended, and what becomes of them. */
export abstract class ContextJobs extends ContextHadoop {
  /**
   * Sets a property of the jobs that this thread starts from now on.
   *
   * Functions read it with `TaskContext.getLocalProperty`; `spark.scheduler.pool` names the pool of the jobs.
   *
   * @param key - the name
   * @param value - null takes it away
   * @source SparkContext.setLocalProperty
   * @example
   * ```ts
   * sc.setLocalProperty("tenant", "blue");
   * sc.getLocalProperty("tenant"); // "blue"
   * ```
   * @example
   * ```python
   * >>> sc.setLocalProperty("tenant", "blue")
   * >>> sc.getLocalProperty("tenant")
   * 'blue'
   * ```
   */
  setLocalProperty(key: string, value: string | null): void {
    this.session.properties.set(key, value);
  }

  /**
   * Returns a property of the jobs that this thread starts; null where it is not set.
   *
   * @param key - the name
   * @source SparkContext.getLocalProperty
   * @example
   * ```ts
   * sc.getLocalProperty("no such property"); // null
   * ```
   * @example
   * ```python
   * >>> sc.getLocalProperty("no such property") is None
   * True
   * ```
   */
  getLocalProperty(key: string): string | null {
    return this.session.properties.current[key] ?? null;
  }

  /**
   * Returns all properties of the jobs that this thread starts.
   *
   * @py -
   * @source SparkContext.getLocalProperties
   * @example
   * ```ts
   * sc.setLocalProperties({ tenant: "blue" });
   * sc.getLocalProperties(); // { tenant: "blue" }
   * ```
   */
  getLocalProperties(): Record<string, string> {
    return { ...this.session.properties.current };
  }

  /**
   * Gives the jobs that this thread starts from now on these properties and no others.
   *
   * @param properties - values by name
   * @py -
   * @source SparkContext.setLocalProperties
   * @example
   * ```ts
   * sc.setLocalProperties({});
   * sc.getLocalProperties(); // {}
   * ```
   */
  setLocalProperties(properties: Record<string, string>): void {
    this.session.properties.replace({ ...properties });
  }

  /**
   * Gives the jobs that this thread starts from now on a group, by which they can be found and ended.
   *
   * @param groupId - the name of the group
   * @param description - what the jobs are for
   * @param interruptOnCancel - kept as a property; tasks of a job that is ended always end
   * @source SparkContext.setJobGroup
   * @example
   * ```ts
   * sc.setJobGroup("nightly", "counts of the day");
   * await sc.parallelize([1, 2]).count(); // 2
   * sc.statusTracker().getJobIdsForGroup("nightly").length; // 1
   * ```
   * @example
   * ```python
   * >>> sc.setJobGroup("nightly", "counts of the day")
   * >>> sc.parallelize([1, 2]).count()
   * 2
   * >>> len(sc.statusTracker().getJobIdsForGroup("nightly"))
   * 1
   * ```
   */
  setJobGroup(groupId: string, description: string, interruptOnCancel: boolean = false): void {
    const { properties } = this.session;
    properties.replace({
      ...properties.current,
      [propertyNames.group]: groupId,
      [propertyNames.description]: description,
      [propertyNames.interruptOnCancel]: String(interruptOnCancel),
    });
  }

  /**
   * Describes the jobs that this thread starts from now on.
   *
   * @param value - null takes the description away
   * @source SparkContext.setJobDescription
   * @example
   * ```ts
   * sc.setJobDescription("warming up");
   * sc.getLocalProperty("spark.job.description"); // "warming up"
   * ```
   * @example
   * ```python
   * >>> sc.setJobDescription("warming up")
   * >>> sc.getLocalProperty("spark.job.description")
   * 'warming up'
   * ```
   */
  setJobDescription(value: string | null): void {
    this.session.properties.set(propertyNames.description, value);
  }

  /**
   * Says whether the tasks of this thread's jobs are interrupted when the jobs are ended: here they always are.
   *
   * @param interruptOnCancel - kept as a property
   * @source SparkContext.setInterruptOnCancel
   * @example
   * ```ts
   * sc.setInterruptOnCancel(true);
   * sc.getLocalProperty("spark.job.interruptOnCancel"); // "true"
   * ```
   * @example
   * ```python
   * >>> sc.setInterruptOnCancel(True)
   * >>> sc.getLocalProperty("spark.job.interruptOnCancel")
   * 'true'
   * ```
   */
  setInterruptOnCancel(interruptOnCancel: boolean): void {
    this.session.properties.set(propertyNames.interruptOnCancel, String(interruptOnCancel));
  }

  /**
   * Gives the jobs that this thread starts from now on one more tag.
   *
   * @param tag - not empty, without a comma
   * @throws INVALID_ARGUMENT
   * @awaited
   * @source SparkContext.addJobTag
   * @example
   * ```ts
   * sc.addJobTag("nightly");
   * sc.getJobTags(); // new Set(["nightly"])
   * sc.clearJobTags();
   * ```
   * @example
   * ```python
   * >>> sc.addJobTag("nightly")
   * >>> sc.getJobTags()
   * {'nightly'}
   * >>> sc.clearJobTags()
   * ```
   */
  addJobTag(tag: string): void {
    this.requireTag("addJobTag", tag);
    this.setTags([...this.getJobTags(), tag]);
  }

  /**
   * Takes a tag away from the jobs that this thread starts from now on.
   *
   * @param tag - one that need not be there
   * @throws INVALID_ARGUMENT
   * @awaited
   * @source SparkContext.removeJobTag
   * @example
   * ```ts
   * sc.addJobTag("nightly");
   * sc.removeJobTag("nightly");
   * sc.getJobTags().size; // 0
   * ```
   * @example
   * ```python
   * >>> sc.addJobTag("nightly")
   * >>> sc.removeJobTag("nightly")
   * >>> sc.getJobTags()
   * set()
   * ```
   */
  removeJobTag(tag: string): void {
    this.requireTag("removeJobTag", tag);
    this.setTags([...this.getJobTags()].filter((other) => other !== tag));
  }

  /**
   * Returns the tags of the jobs that this thread starts.
   *
   * @source SparkContext.getJobTags
   * @example
   * ```ts
   * sc.getJobTags().size; // 0
   * ```
   * @example
   * ```python
   * >>> sc.getJobTags()
   * set()
   * ```
   */
  getJobTags(): Set<string> {
    return new Set(tagsOf(this.session.properties.current));
  }

  /**
   * Takes all tags away from the jobs that this thread starts from now on.
   *
   * @source SparkContext.clearJobTags
   * @example
   * ```ts
   * sc.addJobTag("nightly");
   * sc.clearJobTags();
   * sc.getJobTags().size; // 0
   * ```
   * @example
   * ```python
   * >>> sc.addJobTag("nightly")
   * >>> sc.clearJobTags()
   * >>> sc.getJobTags()
   * set()
   * ```
   */
  clearJobTags(): void {
    this.setTags([]);
  }

  /**
   * Ends all running jobs of a group, each with JOB_CANCELLED.
   *
   * @param groupId - as `setJobGroup` was given it
   * @awaited
   * @source SparkContext.cancelJobGroup
   * @example
   * ```ts
   * sc.cancelJobGroup("nightly");
   * ```
   * @example
   * ```python
   * >>> sc.cancelJobGroup("nightly")
   * ```
   */
  cancelJobGroup(groupId: string): void {
    this.session.jobs.cancelGroup(groupId);
  }

  /**
   * Ends all running jobs that have a tag, each with JOB_CANCELLED.
   *
   * @param tag - as `addJobTag` was given it
   * @throws INVALID_ARGUMENT
   * @awaited
   * @source SparkContext.cancelJobsWithTag
   * @example
   * ```ts
   * sc.cancelJobsWithTag("nightly");
   * ```
   * @example
   * ```python
   * >>> sc.cancelJobsWithTag("nightly")
   * ```
   */
  cancelJobsWithTag(tag: string): void {
    this.requireTag("cancelJobsWithTag", tag);
    this.session.jobs.cancelTag(tag);
  }

  /**
   * Ends all running jobs, each with JOB_CANCELLED.
   *
   * @awaited
   * @source SparkContext.cancelAllJobs
   * @example
   * ```ts
   * sc.cancelAllJobs();
   * ```
   * @example
   * ```python
   * >>> sc.cancelAllJobs()
   * ```
   */
  cancelAllJobs(): void {
    this.session.jobs.cancelAll("as part of cancellation of all jobs");
  }

  /**
   * Returns the results of a function of partitions, those of the given ones in the order in which they are given.
   *
   * Runs a job over these partitions only.
   *
   * @param rdd - whose partitions
   * @param partitionFunc - called once per partition with an iterator, in a worker
   * @param partitions - numbers from 0; all of them when left out; one may come more than once
   * @param allowLocal - of no meaning
   * @throws USER_FUNCTION_FAILED
   * @throws FUNCTION_NOT_SHIPPABLE
   * @throws INVALID_ARGUMENT
   * @source SparkContext.runJob
   * @example
   * ```ts
   * const numbers = sc.parallelize([1, 2, 3, 4], 4);
   * await sc.runJob(numbers, (elements) => [...elements].map((x) => x * x), [0, 2]); // [1, 9]
   * ```
   * @example
   * ```python
   * >>> numbers = sc.parallelize([1, 2, 3, 4], 4)
   * >>> sc.runJob(numbers, lambda elements: [x * x for x in elements], [0, 2])
   * [1, 9]
   * ```
   */
  async runJob<T, U>(
    rdd: RDD<T>,
    partitionFunc: TaskFunction<(elements: IterableIterator<T>) => Iterable<U>>,
    partitions: int[] | null = null,
    allowLocal: boolean = false,
  ): Promise<Elements<U>> {
    const [site, { session }] = [callSite("runJob"), this];
    const fn = session.ship(partitionFunc, "runJob");
    const plan = {
      kind: "step",
      input: rdd.plan,
      kernel: { op: "mapPartitions", fn, withIndex: false },
      site,
    } as const;
    if (partitions === null) return session.decode(await session.batches(plan, site));
    await this.requirePartitions(rdd.plan, partitions);
    const wanted = [...new Set(partitions)].sort((a, b) => a - b);
    const results = await session.run(plan, { kind: "collect", format: "own" }, site, wanted);
    const batches = new Map(results.map((result) => [result.partition, result.batches]));
    return session.decode(partitions.flatMap((partition) => batches.get(partition) ?? []));
  }

  /**
   * Returns what tells about jobs and stages, those that run and the last ones that have ended.
   *
   * @source SparkContext.statusTracker
   * @example
   * ```ts
   * sc.statusTracker().getActiveJobsIds(); // []
   * ```
   * @example
   * ```python
   * >>> sc.statusTracker().getActiveJobsIds()
   * []
   * ```
   */
  statusTracker(): StatusTracker {
    return new StatusTracker(this.session);
  }

  /**
   * Says where `checkpoint` writes: a new directory below this one.
   *
   * @param dirName - made if it is not there
   * @throws WRITE_FAILED
   * @source SparkContext.setCheckpointDir
   * @example
   * ```ts
   * await sc.setCheckpointDir(directory);
   * sc.getCheckpointDir() !== null; // true
   * ```
   * @example
   * ```python
   * >>> sc.setCheckpointDir(directory)
   * >>> sc.getCheckpointDir() is not None
   * True
   * ```
   */
  async setCheckpointDir(dirName: string): Promise<void> {
    const { session } = this;
    const { host, options } = session;
    session.checkpointDirectory = makeCheckpointDirectory(dirName, {
      master: options.master,
      workingDirectory: host.workingDirectory,
      call: "setCheckpointDir",
    });
  }

  /**
   * Returns the URL of the directory in which `checkpoint` writes; null where none was set.
   *
   * @source SparkContext.getCheckpointDir
   * @example
   * ```ts
   * await sc.setCheckpointDir(directory);
   * sc.getCheckpointDir()?.startsWith("file:/"); // true
   * ```
   * @example
   * ```python
   * >>> sc.setCheckpointDir(directory)
   * >>> sc.getCheckpointDir().startswith("file:/")
   * True
   * ```
   */
  getCheckpointDir(): string | null {
    const { checkpointDirectory, options } = this.session;
    return checkpointDirectory === null ? null : directoryUrl(checkpointDirectory, options.master);
  }

  /**
   * Says which messages are shown: warnings are, unless the level is ERROR, FATAL or OFF. From INFO on, what the processes
   * take when idle is told once the first tasks have ended.
   *
   * @param logLevel - ALL, TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF, in upper or lower case
   * @throws INVALID_ARGUMENT
   * @awaited
   * @source SparkContext.setLogLevel
   * @example
   * ```ts
   * sc.setLogLevel("ERROR");
   * sc.setLogLevel("WARN");
   * ```
   * @example
   * ```python
   * >>> sc.setLogLevel("ERROR")
   * >>> sc.setLogLevel("WARN")
   * ```
   */
  setLogLevel(logLevel: string): void {
    const level = logLevels.read(logLevel);
    this.session.require(level !== undefined, {
      call: "setLogLevel",
      parameter: "logLevel",
      expected: logLevels.expected,
      actual: `${JSON.stringify(logLevel)}, which did not match one of them`,
    });
    this.session.application.logLevel = level ?? "WARN";
  }

  /**
   * Calls the methods of an object with what happens from now on: jobs, stages, tasks, executors, blocks.
   *
   * @internal
   */
  addSparkListener(listener: SparkListener): void {
    this.session.application.addListener(listener);
  }

  /**
   * Stops calling the methods of an object.
   *
   * @internal
   */
  removeSparkListener(listener: SparkListener): void {
    this.session.application.removeListener(listener);
  }

  private requireTag(call: string, tag: string): void {
    const isTag = typeof tag === "string" && tag !== "" && !tag.includes(",");
    const problem = tag === "" ? "a job tag cannot be an empty string" : "a job tag cannot contain ','";
    const actual = `${JSON.stringify(tag)}: ${problem}`;
    this.session.require(isTag, { call, parameter: "tag", expected: "a text without a comma", actual });
  }

  private setTags(tags: readonly string[]): void {
    this.session.properties.set(propertyNames.tags, tags.length === 0 ? null : [...new Set(tags)].join(","));
  }

  private async requirePartitions(plan: FunctionPlan, partitions: readonly number[]): Promise<void> {
    const count = await this.session.partitionCount(plan);
    const wrong = partitions.find((partition) => !Number.isInteger(partition) || partition < 0 || partition >= count);
    const expected = `numbers of partitions, of which there are ${count}`;
    const params = { call: "runJob", parameter: "partitions", expected, actual: String(wrong) };
    this.session.require(wrong === undefined, params);
  }
}
