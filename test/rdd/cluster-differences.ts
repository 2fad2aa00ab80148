/** Cases in which an RDD on a Spark cluster means to differ from PySpark, beside those that differ everywhere. */

interface Difference {
  readonly why: string;
  readonly cases: readonly string[];
}

const differences: readonly Difference[] = [
  {
    why: "files are written by Spark's writer of lines, which names them itself",
    cases: [
      "RDD.saveAsHadoopDataset: text output, named by settings",
      "RDD.saveAsHadoopFile: text output: key, tab, value",
      "RDD.saveAsNewAPIHadoopDataset: text output, named by settings",
      "RDD.saveAsNewAPIHadoopFile: text output: key, tab, value",
      "RDD.saveAsPickleFile: names of the files",
      "RDD.saveAsSequenceFile: the head of the file names the classes of keys and values",
      "RDD.saveAsTextFile: a file for each partition, and _SUCCESS",
      "RDD.saveAsTextFile: an RDD without partitions",
      "RDD.saveAsTextFile: compressed",
      "RDD.saveAsTextFile: elements as str() shows them, bytes as they are",
      "RDD.saveAsTextFile: empty partitions give empty files",
      "RDD.saveAsTextFile: more than 10 partitions have numbers of five digits",
    ],
  },
  {
    why: "barriers are BACKEND_UNSUPPORTED on a cluster",
    cases: [
      "BarrierTaskContext.allGather: nothing said is an empty text",
      "BarrierTaskContext.get: no task goes on before all have come",
      "BarrierTaskContext.getTaskInfos: an address for each task of the stage",
      "BarrierTaskContext.partitionId: what a TaskContext knows",
      "RDD.barrier: a function over each partition",
      "RDD.barrier: a task of the last stage that fails ends the job, whatever the number of attempts",
      "RDD.barrier: a task that fails before a shuffle starts its whole stage again, ended tasks too",
      "RDD.barrier: after a shuffle",
      "RDDBarrier.mapPartitionsWithIndex: with the number of the partition",
    ],
  },
  {
    why: "stages and executors are known to Spark alone",
    cases: [
      "StatusTracker.getExecutorInfos: a local context's one executor",
      "StatusTracker.getJobInfo: of a job of two stages, and of none",
      "StatusTracker.getStageInfo: of each stage of a job, and of none",
    ],
  },
  {
    why: "Spark's readers decide how text is cut, and do not see files without a byte",
    cases: [
      "SparkContext.binaryFiles: pairs of address and bytes",
      "SparkContext.textFile: lines of one file in at least two partitions",
      "SparkContext.wholeTextFiles: pairs of address and text",
    ],
  },
  {
    why: "the context of a cluster names the cluster",
    cases: ["SparkContext.getOrCreate: the one that is there"],
  },
  {
    why: "the first job that needs a persisted RDD computes all of it",
    cases: ["RDD.cache: is lazy, and keeps only partitions that were computed"],
  },
];

export const clusterDifferences: Readonly<Record<string, string>> = Object.fromEntries(
  differences.flatMap(({ why, cases }) => cases.map((name) => [name, why])),
);
