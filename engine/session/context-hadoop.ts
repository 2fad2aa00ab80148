// biome-ignore-all lint/correctness/noUnusedFunctionParameters: Spark has parameters that say nothing here
/** Files that Hadoop's classes read, as far as their formats are read here without Hadoop. */
import type { int } from "../data/numbers.js";
import { EngineError } from "../errors.js";
import type { FileFormat } from "../plan/plan.js";
import type { RDD } from "../rdd/rdd.js";
import { callSite } from "./caller.js";
import { ContextSources } from "./context-sources.js";

type HadoopConf = Readonly<Record<string, string>>;

/** What is read here of the input formats of Hadoop's old and new API. */
const inputFormats: Readonly<Record<string, FileFormat>> = {
  "org.apache.hadoop.mapred.TextInputFormat": { kind: "linesWithOffsets" },
  "org.apache.hadoop.mapreduce.lib.input.TextInputFormat": { kind: "linesWithOffsets" },
  "org.apache.hadoop.mapred.SequenceFileInputFormat": { kind: "sequence" },
  "org.apache.hadoop.mapreduce.lib.input.SequenceFileInputFormat": { kind: "sequence" },
};

/** Where Hadoop's settings name the input of a job, the newer name first. */
const inputDirectoryKeys: readonly string[] = ["mapreduce.input.fileinputformat.inputdir", "mapred.input.dir"];

/** What a call names that only a Java virtual machine could run. */
function refuseJava(call: string, parameter: string, name: string | null | undefined): void {
  if (!name) return;
  throw new EngineError(
    "JVM_REQUIRED",
    { call, what: `${parameter} ${name}`, remedy: "read the values as they come, and convert them with map" },
    { origin: { site: callSite(call) } },
  );
}

function formatOf(call: string, inputFormatClass: string): FileFormat {
  const format = inputFormats[inputFormatClass];
  if (format) return format;
  const known = Object.keys(inputFormats).filter((name) => name.includes(".mapred."));
  throw new EngineError(
    "JVM_REQUIRED",
    { call, what: `inputFormatClass ${inputFormatClass}`, remedy: `${known.join(" and ")} are read here` },
    { origin: { site: callSite(call) } },
  );
}

/** Files that Hadoop's classes read, as far as their formats are read here without Hadoop. */
export abstract class ContextHadoop extends ContextSources {
  /**
   * Returns an RDD of the elements that `saveAsPickleFile` wrote.
   *
   * Lazy. In TypeScript programs it reads what `saveAsObjectFile` wrote.
   *
   * @param path - files, directories and globs, separated by commas
   * @param minPartitions - at least so many partitions, where files can be cut; `defaultMinPartitions` when left out
   * @throws PATH_NOT_FOUND
   * @throws NO_INPUT_FILES
   * @throws CORRUPT_INPUT
   * @py path=name
   * @source SparkContext.pickleFile
   * @example
   * ```ts
   * await sc.parallelize([1, 2]).saveAsPickleFile(`${directory}/numbers-to-read`);
   * await sc.pickleFile(`${directory}/numbers-to-read`).sum(); // 3
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([1, 2]).saveAsPickleFile(f"{directory}/numbers-to-read")
   * >>> sc.pickleFile(f"{directory}/numbers-to-read").sum()
   * 3
   * ```
   */
  pickleFile<T>(path: string, minPartitions?: int): RDD<T> {
    const { language } = this.session.host;
    return this.files("pickleFile", path, { kind: "objects", language }, minPartitions);
  }

  /**
   * Returns an RDD of the pairs in Hadoop SequenceFiles.
   *
   * Lazy. Keys and values are what the classes named in the files stand for, such as numbers, texts, bytes, lists and maps.
   *
   * @param path - files, directories and globs, separated by commas
   * @param keyClass - not needed: the files name it
   * @param valueClass - not needed: the files name it
   * @param keyConverter - needs a Java virtual machine: to be left out
   * @param valueConverter - needs a Java virtual machine: to be left out
   * @param minSplits - at least so many partitions, where files can be cut; `defaultMinPartitions` when left out
   * @param batchSize - of no meaning here
   * @throws PATH_NOT_FOUND
   * @throws NO_INPUT_FILES
   * @throws CORRUPT_INPUT
   * @throws JVM_REQUIRED
   * @source SparkContext.sequenceFile
   * @example
   * ```ts
   * await sc.parallelize<[string, number]>([["a", 1]]).saveAsSequenceFile(`${directory}/pairs-to-read`);
   * await sc.sequenceFile(`${directory}/pairs-to-read`).count(); // 1
   * ```
   * @example
   * ```python
   * >>> sc.parallelize([("a", 1)]).saveAsSequenceFile(f"{directory}/pairs-to-read")
   * >>> sc.sequenceFile(f"{directory}/pairs-to-read").collect()
   * [('a', 1)]
   * ```
   */
  sequenceFile<K, V>(
    path: string,
    keyClass: string | null = null,
    valueClass: string | null = null,
    keyConverter: string | null = null,
    valueConverter: string | null = null,
    minSplits?: int,
    batchSize: int = 0,
  ): RDD<[K, V]> {
    refuseJava("sequenceFile", "keyConverter", keyConverter);
    refuseJava("sequenceFile", "valueConverter", valueConverter);
    return this.files("sequenceFile", path, { kind: "sequence" }, minSplits);
  }

  /**
   * Returns an RDD of the pairs that one of Hadoop's input formats (old API) makes of files.
   *
   * Lazy. `TextInputFormat` gives the offset and the text of each line, `SequenceFileInputFormat` the pairs of SequenceFiles;
   * others need a Java virtual machine.
   *
   * @param path - files, directories and globs, separated by commas
   * @param inputFormatClass - the full name of the class
   * @param keyClass - not needed: the format says it
   * @param valueClass - not needed: the format says it
   * @param keyConverter - needs a Java virtual machine: to be left out
   * @param valueConverter - needs a Java virtual machine: to be left out
   * @param conf - of no meaning here
   * @param batchSize - of no meaning here
   * @throws PATH_NOT_FOUND
   * @throws JVM_REQUIRED
   * @source SparkContext.hadoopFile
   * @example
   * ```ts
   * const format = "org.apache.hadoop.mapred.TextInputFormat";
   * await sc.hadoopFile("README.md", format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text").first(); // [0, "# Numbers"]
   * ```
   * @example
   * ```python
   * >>> format = "org.apache.hadoop.mapred.TextInputFormat"
   * >>> sc.hadoopFile("README.md", format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text").first()
   * (0, '# Numbers')
   * ```
   */
  hadoopFile<K, V>(
    path: string,
    inputFormatClass: string,
    keyClass: string,
    valueClass: string,
    keyConverter: string | null = null,
    valueConverter: string | null = null,
    conf: Record<string, string> | null = null,
    batchSize: int = 0,
  ): RDD<[K, V]> {
    return this.hadoopFiles("hadoopFile", path, inputFormatClass, { keyConverter, valueConverter });
  }

  /**
   * Returns an RDD of the pairs that one of Hadoop's input formats (new API) makes of files.
   *
   * Lazy. As `hadoopFile`.
   *
   * @param path - files, directories and globs, separated by commas
   * @param inputFormatClass - the full name of the class
   * @param keyClass - not needed: the format says it
   * @param valueClass - not needed: the format says it
   * @param keyConverter - needs a Java virtual machine: to be left out
   * @param valueConverter - needs a Java virtual machine: to be left out
   * @param conf - of no meaning here
   * @param batchSize - of no meaning here
   * @throws PATH_NOT_FOUND
   * @throws JVM_REQUIRED
   * @source SparkContext.newAPIHadoopFile
   * @example
   * ```ts
   * const format = "org.apache.hadoop.mapreduce.lib.input.TextInputFormat";
   * await sc.newAPIHadoopFile("README.md", format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text").first(); // [0, "# Numbers"]
   * ```
   * @example
   * ```python
   * >>> format = "org.apache.hadoop.mapreduce.lib.input.TextInputFormat"
   * >>> sc.newAPIHadoopFile("README.md", format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text").first()
   * (0, '# Numbers')
   * ```
   */
  newAPIHadoopFile<K, V>(
    path: string,
    inputFormatClass: string,
    keyClass: string,
    valueClass: string,
    keyConverter: string | null = null,
    valueConverter: string | null = null,
    conf: Record<string, string> | null = null,
    batchSize: int = 0,
  ): RDD<[K, V]> {
    return this.hadoopFiles("newAPIHadoopFile", path, inputFormatClass, { keyConverter, valueConverter });
  }

  /**
   * Returns an RDD of the pairs that one of Hadoop's input formats (old API) makes of the files that settings name.
   *
   * Lazy. As `hadoopFile`; the path is the setting `mapreduce.input.fileinputformat.inputdir` or `mapred.input.dir`.
   *
   * @param inputFormatClass - the full name of the class
   * @param keyClass - not needed: the format says it
   * @param valueClass - not needed: the format says it
   * @param keyConverter - needs a Java virtual machine: to be left out
   * @param valueConverter - needs a Java virtual machine: to be left out
   * @param conf - Hadoop's settings
   * @param batchSize - of no meaning here
   * @throws PATH_NOT_FOUND
   * @throws INVALID_ARGUMENT
   * @throws JVM_REQUIRED
   * @source SparkContext.hadoopRDD
   * @example
   * ```ts
   * const [format, input] = ["org.apache.hadoop.mapred.TextInputFormat", { "mapred.input.dir": "README.md" }];
   * await sc.hadoopRDD(format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text", null, null, input).first(); // [0, "# Numbers"]
   * ```
   * @example
   * ```python
   * >>> format, conf = "org.apache.hadoop.mapred.TextInputFormat", {"mapred.input.dir": "README.md"}
   * >>> sc.hadoopRDD(format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text", conf=conf).first()
   * (0, '# Numbers')
   * ```
   */
  hadoopRDD<K, V>(
    inputFormatClass: string,
    keyClass: string,
    valueClass: string,
    keyConverter: string | null = null,
    valueConverter: string | null = null,
    conf: Record<string, string> | null = null,
    batchSize: int = 0,
  ): RDD<[K, V]> {
    const path = inputDirectory("hadoopRDD", conf);
    return this.hadoopFiles("hadoopRDD", path, inputFormatClass, { keyConverter, valueConverter });
  }

  /**
   * Returns an RDD of the pairs that one of Hadoop's input formats (new API) makes of the files that settings name.
   *
   * Lazy. As `hadoopRDD`.
   *
   * @param inputFormatClass - the full name of the class
   * @param keyClass - not needed: the format says it
   * @param valueClass - not needed: the format says it
   * @param keyConverter - needs a Java virtual machine: to be left out
   * @param valueConverter - needs a Java virtual machine: to be left out
   * @param conf - Hadoop's settings
   * @param batchSize - of no meaning here
   * @throws PATH_NOT_FOUND
   * @throws INVALID_ARGUMENT
   * @throws JVM_REQUIRED
   * @source SparkContext.newAPIHadoopRDD
   * @example
   * ```ts
   * const format = "org.apache.hadoop.mapreduce.lib.input.TextInputFormat";
   * const input = { "mapreduce.input.fileinputformat.inputdir": "README.md" };
   * await sc.newAPIHadoopRDD(format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text", null, null, input).first(); // [0, "# Numbers"]
   * ```
   * @example
   * ```python
   * >>> format = "org.apache.hadoop.mapreduce.lib.input.TextInputFormat"
   * >>> conf = {"mapreduce.input.fileinputformat.inputdir": "README.md"}
   * >>> sc.newAPIHadoopRDD(format, "org.apache.hadoop.io.LongWritable", "org.apache.hadoop.io.Text", conf=conf).first()
   * (0, '# Numbers')
   * ```
   */
  newAPIHadoopRDD<K, V>(
    inputFormatClass: string,
    keyClass: string,
    valueClass: string,
    keyConverter: string | null = null,
    valueConverter: string | null = null,
    conf: Record<string, string> | null = null,
    batchSize: int = 0,
  ): RDD<[K, V]> {
    const path = inputDirectory("newAPIHadoopRDD", conf);
    return this.hadoopFiles("newAPIHadoopRDD", path, inputFormatClass, { keyConverter, valueConverter });
  }

  private hadoopFiles<K, V>(
    call: string,
    path: string,
    inputFormatClass: string,
    converters: { readonly keyConverter: string | null; readonly valueConverter: string | null },
  ): RDD<[K, V]> {
    refuseJava(call, "keyConverter", converters.keyConverter);
    refuseJava(call, "valueConverter", converters.valueConverter);
    return this.files(call, path, formatOf(call, inputFormatClass));
  }
}

function inputDirectory(call: string, conf: HadoopConf | null): string {
  const path = inputDirectoryKeys.map((key) => conf?.[key]).find((value) => value !== undefined);
  if (path !== undefined) return path;
  const expected = `settings that name the input in ${inputDirectoryKeys.join(" or ")}`;
  const params = { call, parameter: "conf", expected, actual: JSON.stringify(conf) };
  throw new EngineError("INVALID_ARGUMENT", params, { origin: { site: callSite(call) } });
}
