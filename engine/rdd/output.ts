/** Actions that write files. */
import type { int } from "../data/numbers.js";
import { encodePortable } from "../data/portable.js";
import type { CallSite } from "../errors.js";
import type { FunctionPlan } from "../plan/plan.js";
import { callSite } from "../session/caller.js";
import { maxInt } from "../session/setting-value.js";
import type { Codec } from "../source/codecs.js";
import { sequenceClassesOf } from "../source/sequence-write.js";
import { Approximate } from "./approximate.js";
import { refusal } from "./empty.js";
import { codecGiven, type HadoopCall, hadoopOutput } from "./hadoop-output.js";
import { stepOn } from "./next-step.js";
import type { RDD } from "./rdd.js";
import { takePortable } from "./take.js";
import { textLine } from "./text-output.js";

/** How many elements of an RDD are pickled together; Spark's number for object files. */
const elementsOfObjectBatch = 10;

/** Actions that write files. */
export abstract class Output<T> extends Approximate<T> {
  /**
   * Writes each partition as one text file below `path`, one line per element, and `_SUCCESS` when all are there.
   *
   * Runs a job. Nothing is visible below `path` unless all partitions were written. Strings are written as they are.
   *
   * @param path - a directory that does not exist yet
   * @param compressionCodecClass - of Hadoop, such as `org.apache.hadoop.io.compress.GzipCodec`; no compression when
   * left out
   * @throws PATH_ALREADY_EXISTS
   * @throws WRITE_FAILED
   * @throws INVALID_ARGUMENT for a codec that is not known
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
  async saveAsTextFile(path: string, compressionCodecClass?: string): Promise<void> {
    const site = callSite("saveAsTextFile");
    await this.saveText(this.plan, path, codecGiven(compressionCodecClass ?? null, site), site);
  }

  /**
   * Writes the elements as objects of Python, which `pickleFile` reads.
   *
   * Runs a job. Nothing is visible below `path` unless all partitions were written.
   *
   * @param path - a directory that does not exist yet
   * @param batchSize - how many elements are pickled together; 0 leaves it to the engine, -1 takes all of a partition
   * @throws PATH_ALREADY_EXISTS
   * @throws WRITE_FAILED
   * @source RDD.saveAsPickleFile
   * @example
   * ```ts
   * await sc.parallelize([1, 2]).saveAsPickleFile(directory + "/pickled");
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([(1, "a"), None], 1).saveAsPickleFile(directory + "/pickled")
   * >>> sc.pickleFile(directory + "/pickled").collect()
   * [(1, 'a'), None]
   * ```
   */
  async saveAsPickleFile(path: string, batchSize: int = 10): Promise<void> {
    await this.saveObjects(path, batchSize, callSite("saveAsPickleFile"));
  }

  /**
   * Writes the elements as objects of the program's language, which `objectFile` reads.
   *
   * Runs a job. Nothing is visible below `path` unless all partitions were written.
   *
   * @param path - a directory that does not exist yet
   * @throws PATH_ALREADY_EXISTS
   * @throws WRITE_FAILED
   * @py -
   * @source RDD.saveAsObjectFile
   * @example
   * ```ts
   * await sc.parallelize([1, 2]).saveAsObjectFile(directory + "/objects");
   * ```
   */
  async saveAsObjectFile(path: string): Promise<void> {
    await this.saveObjects(path, elementsOfObjectBatch, callSite("saveAsObjectFile"));
  }

  /**
   * Writes pairs as Hadoop SequenceFiles, which `sequenceFile` reads.
   *
   * Runs a job, and one before that finds the first pair, whose key and value say of what class all are: numbers, text,
   * booleans, bytes, null, maps. Nothing is visible below `path` unless all partitions were written.
   *
   * @param path - a directory that does not exist yet
   * @param compressionCodecClass - of Hadoop, such as `org.apache.hadoop.io.compress.GzipCodec`; no compression when
   * left out
   * @throws PATH_ALREADY_EXISTS
   * @throws WRITE_FAILED
   * @throws EMPTY_COLLECTION
   * @throws NOT_KEY_VALUE
   * @throws VALUE_NOT_WRITABLE
   * @throws INVALID_ARGUMENT for a codec that is not known
   * @source PairRDDFunctions.saveAsSequenceFile
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1]]).saveAsSequenceFile(directory + "/pairs");
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1)], 1).saveAsSequenceFile(directory + "/pairs")
   * >>> sc.sequenceFile(directory + "/pairs").collect()
   * [('a', 1)]
   * ```
   */
  async saveAsSequenceFile<K, V>(this: RDD<[K, V]>, path: string, compressionCodecClass?: string): Promise<void> {
    const site = callSite("saveAsSequenceFile");
    await this.saveSequence(path, codecGiven(compressionCodecClass ?? null, site), site);
  }

  /**
   * Writes pairs by an output format of Hadoop's older interface: text, key and value with a tab between them, or
   * SequenceFiles.
   *
   * Runs a job, for SequenceFiles one more before. Nothing is
   * visible below `path` unless all partitions were written.
   *
   * @param path - a directory that does not exist yet
   * @param outputFormatClass - `org.apache.hadoop.mapred.TextOutputFormat` or `…SequenceFileOutputFormat`
   * @param keyClass - not needed: it follows from the first pair
   * @param valueClass - not needed: it follows from the first pair
   * @param keyConverter - none: a class of Java could not run here
   * @param valueConverter - none: a class of Java could not run here
   * @param conf - settings of Hadoop
   * @param compressionCodecClass - of Hadoop, such as `org.apache.hadoop.io.compress.GzipCodec`
   * @throws HADOOP_CLASS_UNSUPPORTED
   * @throws PATH_ALREADY_EXISTS
   * @throws WRITE_FAILED
   * @throws INVALID_ARGUMENT for a codec that is not known
   * @source PairRDDFunctions.saveAsHadoopFile
   * @example
   * ```ts
   * const pairs = sc.parallelize<[string, number]>([["a", 1], ["b", 2]]);
   * await pairs.saveAsHadoopFile(directory + "/tabbed", "org.apache.hadoop.mapred.TextOutputFormat");
   * await sc.textFile(directory + "/tabbed").collect(); // ["a\t1", "b\t2"]
   * ```
   * @example
   * ```python
   * >>> pairs = sc.parallelize([("a", 1), ("b", 2)])
   * >>> pairs.saveAsHadoopFile(directory + "/tabbed", "org.apache.hadoop.mapred.TextOutputFormat")
   * >>> [line.split() for line in sc.textFile(directory + "/tabbed").collect()]
   * [['a', '1'], ['b', '2']]
   * ```
   */
  async saveAsHadoopFile<K, V>(
    this: RDD<[K, V]>,
    path: string,
    outputFormatClass: string,
    keyClass?: string,
    valueClass?: string,
    keyConverter?: string,
    valueConverter?: string,
    conf?: Readonly<Record<string, string>>,
    compressionCodecClass?: string,
  ): Promise<void> {
    await this.saveAsHadoop({
      site: callSite("saveAsHadoopFile"),
      path,
      format: outputFormatClass,
      codec: compressionCodecClass ?? null,
      settings: conf ?? {},
      classes: [keyClass, valueClass],
      converters: [keyConverter, valueConverter],
    });
  }

  /**
   * Writes pairs by an output format of Hadoop's newer interface: text, key and value with a tab between them, or
   * SequenceFiles.
   *
   * Runs a job, for SequenceFiles one more before. Nothing is
   * visible below `path` unless all partitions were written.
   *
   * @param path - a directory that does not exist yet
   * @param outputFormatClass - `org.apache.hadoop.mapreduce.lib.output.TextOutputFormat` or `…SequenceFileOutputFormat`
   * @param keyClass - not needed: it follows from the first pair
   * @param valueClass - not needed: it follows from the first pair
   * @param keyConverter - none: a class of Java could not run here
   * @param valueConverter - none: a class of Java could not run here
   * @param conf - settings of Hadoop
   * @throws HADOOP_CLASS_UNSUPPORTED
   * @throws PATH_ALREADY_EXISTS
   * @throws WRITE_FAILED
   * @source PairRDDFunctions.saveAsNewAPIHadoopFile
   * @example
   * ```ts
   * const format = "org.apache.hadoop.mapreduce.lib.output.TextOutputFormat";
   * await sc.parallelize<[string, number]>([["a", 1]]).saveAsNewAPIHadoopFile(directory + "/newer", format);
   * await sc.textFile(directory + "/newer").collect(); // ["a\t1"]
   * ```
   * @example
   * ```python
   * >>> text = "org.apache.hadoop.mapreduce.lib.output.TextOutputFormat"
   * >>> sc.parallelize([("a", 1)]).saveAsNewAPIHadoopFile(directory + "/newer", text)
   * >>> [line.split() for line in sc.textFile(directory + "/newer").collect()]
   * [['a', '1']]
   * ```
   */
  async saveAsNewAPIHadoopFile<K, V>(
    this: RDD<[K, V]>,
    path: string,
    outputFormatClass: string,
    keyClass?: string,
    valueClass?: string,
    keyConverter?: string,
    valueConverter?: string,
    conf?: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.saveAsHadoop({
      site: callSite("saveAsNewAPIHadoopFile"),
      path,
      stem: newerStem,
      format: outputFormatClass,
      settings: conf ?? {},
      classes: [keyClass, valueClass],
      converters: [keyConverter, valueConverter],
    });
  }

  /**
   * Writes pairs as settings of Hadoop's older interface say: format, directory, compression.
   *
   * Runs a job, for SequenceFiles one more before.
   *
   * @param conf - with `mapred.output.format.class`, text when left out, and `mapreduce.output.fileoutputformat.outputdir`
   * @param keyConverter - none: a class of Java could not run here
   * @param valueConverter - none: a class of Java could not run here
   * @throws HADOOP_CLASS_UNSUPPORTED
   * @throws INVALID_ARGUMENT for a setting that is missing
   * @throws PATH_ALREADY_EXISTS
   * @throws WRITE_FAILED
   * @source PairRDDFunctions.saveAsHadoopDataset
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1]]).saveAsHadoopDataset({
   *   "mapred.output.format.class": "org.apache.hadoop.mapred.TextOutputFormat",
   *   "mapreduce.output.fileoutputformat.outputdir": directory + "/by-settings",
   * });
   * await sc.textFile(directory + "/by-settings").collect(); // ["a\t1"]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1)]).saveAsHadoopDataset({
   * ...     "mapred.output.format.class": "org.apache.hadoop.mapred.TextOutputFormat",
   * ...     "mapreduce.output.fileoutputformat.outputdir": directory + "/by-settings",
   * ... })
   * >>> [line.split() for line in sc.textFile(directory + "/by-settings").collect()]
   * [['a', '1']]
   * ```
   */
  async saveAsHadoopDataset<K, V>(
    this: RDD<[K, V]>,
    conf: Readonly<Record<string, string>>,
    keyConverter?: string,
    valueConverter?: string,
  ): Promise<void> {
    const site = callSite("saveAsHadoopDataset");
    await this.saveAsHadoop({ site, settings: conf, converters: [keyConverter, valueConverter] });
  }

  /**
   * Writes pairs as settings of Hadoop's newer interface say: format, directory, compression.
   *
   * Runs a job, for SequenceFiles one more before.
   *
   * @param conf - with `mapreduce.job.outputformat.class`, text when left out, and `mapreduce.output.fileoutputformat.outputdir`
   * @param keyConverter - none: a class of Java could not run here
   * @param valueConverter - none: a class of Java could not run here
   * @throws HADOOP_CLASS_UNSUPPORTED
   * @throws INVALID_ARGUMENT for a setting that is missing
   * @throws PATH_ALREADY_EXISTS
   * @throws WRITE_FAILED
   * @source PairRDDFunctions.saveAsNewAPIHadoopDataset
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1]]).saveAsNewAPIHadoopDataset({
   *   "mapreduce.job.outputformat.class": "org.apache.hadoop.mapreduce.lib.output.TextOutputFormat",
   *   "mapreduce.output.fileoutputformat.outputdir": directory + "/by-newer-settings",
   * });
   * await sc.textFile(directory + "/by-newer-settings").collect(); // ["a\t1"]
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1)]).saveAsNewAPIHadoopDataset({
   * ...     "mapreduce.job.outputformat.class": "org.apache.hadoop.mapreduce.lib.output.TextOutputFormat",
   * ...     "mapreduce.output.fileoutputformat.outputdir": directory + "/by-newer-settings",
   * ... })
   * >>> [line.split() for line in sc.textFile(directory + "/by-newer-settings").collect()]
   * [['a', '1']]
   * ```
   */
  async saveAsNewAPIHadoopDataset<K, V>(
    this: RDD<[K, V]>,
    conf: Readonly<Record<string, string>>,
    keyConverter?: string,
    valueConverter?: string,
  ): Promise<void> {
    const site = callSite("saveAsNewAPIHadoopDataset");
    const converters = [keyConverter, valueConverter];
    await this.saveAsHadoop({ site, stem: newerStem, settings: conf, converters });
  }

  protected async saveAsHadoop(call: HadoopCall): Promise<void> {
    const { site, stem } = call;
    const { format, path, codec, separator } = hadoopOutput(call);
    if (format === "sequence") return this.saveSequence(path, codec, site, stem);
    const fn = this.session.ship(textLine(separator), site.call);
    return this.saveText(stepOn(this.plan, { op: "map", fn }, site), path, codec, site, stem);
  }

  protected async saveText(
    plan: FunctionPlan,
    path: string,
    codec: Codec,
    site: CallSite,
    stem?: string,
  ): Promise<void> {
    await this.session.run(plan, { kind: "textFiles", path, stem, codec: nameOf(codec) }, site);
  }

  protected async saveSequence(path: string, codec: Codec, site: CallSite, stem?: string): Promise<void> {
    const empty = refusal(site.call);
    const [first] = await takePortable(this.session, this.plan, site, { count: 1, isEnough: () => true });
    const classes = (first === undefined ? null : sequenceClassesOf(encodePortable([first]))) ?? empty();
    await this.session.run(this.plan, { kind: "sequenceFiles", path, stem, codec: nameOf(codec), classes }, site);
  }

  protected async saveObjects(path: string, batchSize: number, site: CallSite): Promise<void> {
    const [call, parameter, expected] = [site.call, "batchSize", "a whole number from -1"];
    const holds = Number.isInteger(batchSize) && batchSize >= allTogether;
    this.session.require(holds, { call, parameter, expected, actual: String(batchSize) });
    const together = batchSize === allTogether ? maxInt : batchSize;
    await this.session.run(this.plan, { kind: "objectFiles", path, codec: null, batchSize: together }, site);
  }
}

const allTogether = -1;

/** As Hadoop's newer interface names what comes out of a job. */
const newerStem = "part-r-";

const nameOf = (codec: Codec): string | null => (codec === "none" ? null : codec);
