/**
 * Cases in which Kindling means to differ from PySpark, and why. A case that is listed and agrees all the same fails:
 * its line is to go.
 */

interface Difference {
  readonly why: string;
  readonly cases: readonly string[];
}

/**
 * Where ours is a UserCodeError, PySpark's is an error of Java's around the one that is recorded: a program catches
 * neither by the recorded class.
 */
const errors: readonly Difference[] = [
  {
    why: "of the class that PySpark raises, in words of ours: with the call, the argument and what to do",
    cases: [
      "Accumulator.value: cannot be read in a task",
      "BarrierTaskContext.allGather: takes texts only",
      "BarrierTaskContext.get: outside a barrier stage",
      "RDD.barrier: fewer partitions made of more before it",
      "RDD.barrier: more tasks than slots",
      "RDD.coalesce: to nothing",
      "RDD.repartition: to nothing",
      "RDD.saveAsSequenceFile: a list as a value",
      "SparkContext.__init__: a master that cannot be read",
      "SparkFiles: has no objects",
    ],
  },
  {
    why: "NOT_KEY_VALUE, which names the method and the element",
    cases: [
      "RDD.keys: of elements that are no pairs",
      "RDD.mapValues: of elements that are no pairs",
      "RDD.partitionBy: elements of three parts",
      "RDD.reduceByKey: elements of three parts",
      "RDD.reduceByKey: elements that are not pairs",
    ],
  },
  {
    why: "KEY_NOT_HASHABLE, with what to do about it",
    cases: [
      "RDD.countByValue: lists cannot be counted",
      "RDD.distinct: lists cannot be hashed",
      "RDD.reduceByKey: lists as keys",
    ],
  },
  {
    why: "KEYS_NOT_COMPARABLE, which names both types",
    cases: [
      "RDD.max: of what cannot be compared",
      "RDD.sortByKey: None as a key",
      "RDD.sortByKey: keys that cannot be compared",
      "RDD.sortByKey: keys that cannot be compared, in one partition",
      "RDD.takeOrdered: what cannot be compared",
    ],
  },
  {
    why: "PIPE_FAILED, which names the command and its exit status",
    cases: ["RDD.pipe: a command that is not there", "RDD.pipe: an exit status counts if asked"],
  },
  {
    why: "PARTITION_OUT_OF_RANGE, which names the function and what it returned",
    cases: ["RDD.partitionBy: a placement that is no number"],
  },
  {
    why: "ELEMENT_COUNTS_DIFFER, which names the partition and both counts",
    cases: ["RDD.zip: different numbers of elements fail in a job"],
  },
  {
    why: "FUNCTION_NOT_SHIPPABLE, which names the variable",
    cases: ["RDD.map: a function that captures what cannot be pickled"],
  },
  {
    why: "INVALID_ARGUMENT from inside the task, which says where contexts are made",
    cases: ["RDD.map: a context made inside a function"],
  },
  { why: "INVALID_ARGUMENT at the call, before any task", cases: ["RDD.map: something that is no function"] },
  { why: "INVALID_ARGUMENT; PySpark divides by zero", cases: ["SparkContext.parallelize: no slices"] },
  {
    why: "SESSION_STOPPED with the first awaited call; PySpark trips over its own None",
    cases: ["SparkContext.stop: a stopped context makes no RDD", "SparkContext.stop: an RDD of a stopped context"],
  },
];

const jobs: readonly Difference[] = [
  {
    why: "what the partitions brought is merged by one more task, since functions of the program run in workers only",
    cases: [
      "RDD.reduce: actions of one job over all partitions",
      "RDD.sortBy: jobs until the result is there: 3",
      "RDD.sortByKey: jobs: 2, count and sample",
      "RDD.treeAggregate: jobs and stages for several numbers of partitions",
      "RDD.treeReduce: jobs: 1, with stages in between",
    ],
  },
  {
    why: "each side of a join is a map stage of its own; PySpark shuffles a union of both",
    cases: ["RDD.join: tasks: one shuffle of both together"],
  },
  {
    why: "the same stages, whose ids follow the order in which they were first asked for",
    cases: ["RDD.distinct: tasks of two shuffles one after the other"],
  },
  {
    why: "results of a barrier stage are held back until all are there, so that the last stage too can start again",
    cases: ["RDD.barrier: a task of the last stage that fails ends the job, whatever the number of attempts"],
  },
];

const results: readonly Difference[] = [
  {
    why: "one side of a join is held, the other streams past it: rows come in its order, with its key",
    cases: [
      "RDD.fullOuterJoin: None on either side",
      "RDD.join: into a number of partitions",
      "RDD.join: keys 1, 1.0 and True meet",
      "RDD.join: of RDDs with the same partitioner: partitions",
      "RDD.join: order and placement: partitions of the two added",
      "RDD.rightOuterJoin: None for keys of the right only",
    ],
  },
  {
    why: "an equal RDD, not the same object: the client does not wait for what only the engine knows",
    cases: [
      "RDD.partitionBy: by the same partitioner gives the RDD itself",
      "RDD.sortByKey: of an empty RDD is the RDD itself",
    ],
  },
  {
    why: "kept from the first action on; PySpark's count goes past the RDD and computes it anew each time",
    cases: ["RDD.localCheckpoint: takes place in the first action, in the executors"],
  },
  {
    why: "an estimate by another hash, within the same error",
    cases: ["RDD.countApproxDistinct: near the number of distinct values"],
  },
  {
    why: "functions are packed when they are handed over",
    cases: ["RDD.map: captured values are those of the moment of the call to an action"],
  },
  {
    why: "bytes are bytes in Python, wherever they come from",
    cases: ["RDD.saveAsSequenceFile: values of several types, there and back"],
  },
];

export const knownDifferences: Readonly<Record<string, string>> = Object.fromEntries(
  [...errors, ...jobs, ...results].flatMap(({ why, cases }) => cases.map((name) => [name, why])),
);
