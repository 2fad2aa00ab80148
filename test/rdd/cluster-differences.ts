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
    why: "stages and executors are known to Spark alone",
    cases: [
      "StatusTracker.getExecutorInfos: a local context's one executor",
      "StatusTracker.getJobInfo: of a job of two stages, and of none",
      "StatusTracker.getStageInfo: of each stage of a job, and of none",
    ],
  },
  {
    why: "the first job that needs a persisted RDD computes all of it",
    cases: ["RDD.cache: is lazy, and keeps only partitions that were computed"],
  },
];

export const clusterDifferences: Readonly<Record<string, string>> = Object.fromEntries(
  differences.flatMap(({ why, cases }) => cases.map((name) => [name, why])),
);
