"""Files: text, pickled objects, sequence files, bytes, Hadoop's formats."""

import gzip
import os
from pathlib import Path

from table import case

TEXT_OUTPUT = "org.apache.hadoop.mapred.TextOutputFormat"
NEW_TEXT_OUTPUT = "org.apache.hadoop.mapreduce.lib.output.TextOutputFormat"
TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
NEW_TEXT_INPUT = "org.apache.hadoop.mapreduce.lib.input.TextInputFormat"
SEQUENCE_OUTPUT = "org.apache.hadoop.mapred.SequenceFileOutputFormat"
NEW_SEQUENCE_OUTPUT = "org.apache.hadoop.mapreduce.lib.output.SequenceFileOutputFormat"
SEQUENCE_INPUT = "org.apache.hadoop.mapred.SequenceFileInputFormat"
NEW_SEQUENCE_INPUT = "org.apache.hadoop.mapreduce.lib.input.SequenceFileInputFormat"
TEXT = "org.apache.hadoop.io.Text"
LONG = "org.apache.hadoop.io.LongWritable"
GZIP = "org.apache.hadoop.io.compress.GzipCodec"


def written(path):
    """The files of a folder by name, those that begin with a dot left out."""
    return {file.name: file.read_bytes() for file in Path(path).iterdir() if not file.name.startswith(".")}


def make(folder, **files):
    for name, text in files.items():
        Path(folder, name.replace("_", ".")).write_text(text)
    return folder


@case("RDD.saveAsTextFile", "a file for each partition, and _SUCCESS")
def _(sc, folder):
    sc.parallelize(["a", "bc", "d"], 2).saveAsTextFile(f"{folder}/out")
    return written(f"{folder}/out")


@case("RDD.saveAsTextFile", "elements as str() shows them, bytes as they are")
def _(sc, folder):
    sc.parallelize([1, 2.5, None, (1, "a"), b"raw", "é😀", "two\nlines", ""], 1).saveAsTextFile(f"{folder}/out")
    return written(f"{folder}/out")["part-00000"]


@case("RDD.saveAsTextFile", "empty partitions give empty files")
def _(sc, folder):
    sc.parallelize([], 2).saveAsTextFile(f"{folder}/out")
    return written(f"{folder}/out")


@case("RDD.saveAsTextFile", "an RDD without partitions")
def _(sc, folder):
    sc.emptyRDD().saveAsTextFile(f"{folder}/out")
    return written(f"{folder}/out")


@case("RDD.saveAsTextFile", "compressed")
def _(sc, folder):
    sc.parallelize(["foo", "bar"], 2).saveAsTextFile(f"{folder}/out", GZIP)
    return {name: gzip.decompress(data) if data else data for name, data in written(f"{folder}/out").items()}


@case("RDD.saveAsTextFile", "into a folder that is there", says="already exists")
def _(sc, folder):
    sc.parallelize([1], 1).saveAsTextFile(folder)


@case("RDD.saveAsTextFile", "a codec that is not there", says="no.such.Codec")
def _(sc, folder):
    sc.parallelize([1], 1).saveAsTextFile(f"{folder}/out", "no.such.Codec")


@case("RDD.saveAsTextFile", "more than 10 partitions have numbers of five digits")
def _(sc, folder):
    sc.parallelize(range(12), 12).saveAsTextFile(f"{folder}/out")
    return sorted(written(f"{folder}/out"))


@case("SparkContext.textFile", "lines of one file in at least two partitions")
def _(sc, folder):
    make(folder, t="one\ntwo\nthree\nfour\n")
    return sc.textFile(f"{folder}/t").glom().collect(), sc.textFile(f"{folder}/t", 1).collect()


@case("SparkContext.textFile", "of a folder written before: a partition for each file", unordered=True)
def _(sc, folder):
    sc.parallelize(range(6), 3).saveAsTextFile(f"{folder}/out")
    return sc.textFile(f"{folder}/out", 1).glom().collect()


@case("SparkContext.textFile", "as bytes that are not decoded")
def _(sc, folder):
    make(folder, t="é\nb\n")
    return sc.textFile(f"{folder}/t", 1, use_unicode=False).collect()


@case("SparkContext.textFile", "several names, and a pattern")
def _(sc, folder):
    make(folder, a_txt="a\n", b_txt="b\n", c_log="c\n")
    return sc.textFile(f"{folder}/a.txt,{folder}/c.log", 1).collect(), sc.textFile(f"{folder}/*.txt", 1).collect()


@case("SparkContext.textFile", "a name that is not there fails in the action", says="does not exist")
def _(sc, folder):
    rdd = sc.textFile(f"{folder}/nothing")
    return rdd.count()


@case("SparkContext.wholeTextFiles", "pairs of address and text", unordered=True)
def _(sc, folder):
    make(folder, a_txt="1\n2\n", b_txt="é", c_txt="")
    return sc.wholeTextFiles(folder).collect()


@case("SparkContext.wholeTextFiles", "without decoding", unordered=True)
def _(sc, folder):
    make(folder, a_txt="é\n")
    return sc.wholeTextFiles(folder, use_unicode=False).collect()


@case("SparkContext.wholeTextFiles", "number of partitions")
def _(sc, folder):
    make(folder, a="1", b="2", c="3", d="4")
    return [sc.wholeTextFiles(folder, n).getNumPartitions() for n in (1, 2, 4)]


@case("SparkContext.binaryFiles", "pairs of address and bytes", unordered=True)
def _(sc, folder):
    Path(folder, "a.bin").write_bytes(bytes(range(5)))
    Path(folder, "b.bin").write_bytes(b"")
    return sc.binaryFiles(folder).collect()


@case("SparkContext.binaryRecords", "records of one length")
def _(sc, folder):
    Path(folder, "r").write_bytes(b"aaabbbcccddd")
    return sc.binaryRecords(f"{folder}/r", 3).collect()


@case("SparkContext.binaryRecords", "a length that does not divide the file", says="")
def _(sc, folder):
    Path(folder, "r").write_bytes(b"aaabb")
    return sc.binaryRecords(f"{folder}/r", 3).collect()


@case(("RDD.saveAsPickleFile", "SparkContext.pickleFile"), "elements of every type, there and back", unordered=True)
def _(sc, folder):
    values = [None, 1, 2.5, "a", b"b", (1, "x"), [1, [2]], {"k": {1}}]
    sc.parallelize(values, 3).saveAsPickleFile(f"{folder}/out", 2)
    return sc.pickleFile(f"{folder}/out", 3).collect()


@case("RDD.saveAsPickleFile", "names of the files")
def _(sc, folder):
    sc.parallelize(range(4), 2).saveAsPickleFile(f"{folder}/out", 0)
    return sorted(written(f"{folder}/out")), sorted(sc.pickleFile(f"{folder}/out").collect())


@case("RDD.saveAsPickleFile", "into a folder that is there", says="already exists")
def _(sc, folder):
    sc.parallelize([1], 1).saveAsPickleFile(folder)


@case(
    ("RDD.saveAsSequenceFile", "SparkContext.sequenceFile"),
    "pairs of numbers and texts, there and back",
    unordered=True,
)
def _(sc, folder):
    sc.parallelize([(1, "a"), (2, "é"), (2, "")], 2).saveAsSequenceFile(f"{folder}/out")
    return sc.sequenceFile(f"{folder}/out").collect()


@case(("RDD.saveAsSequenceFile", "SparkContext.sequenceFile"), "values of several types, there and back")
def _(sc, folder):
    found = []
    for i, pair in enumerate([(1, 2), (2**40, 1.5), ("k", True), (1, b"bytes"), (1, None), (1.5, 2.5), (1, {"a": 1})]):
        sc.parallelize([pair], 1).saveAsSequenceFile(f"{folder}/{i}")
        found += sc.sequenceFile(f"{folder}/{i}").collect()
    return found


@case("RDD.saveAsSequenceFile", "a list as a value", says="cannot be used")
def _(sc, folder):
    sc.parallelize([(1, [1, 2])], 1).saveAsSequenceFile(f"{folder}/out")


@case("RDD.saveAsSequenceFile", "the head of the file names the classes of keys and values")
def _(sc, folder):
    sc.parallelize([(1, "a")], 1).saveAsSequenceFile(f"{folder}/out")
    data = written(f"{folder}/out")["part-00000"]
    return data[:4], b"org.apache.hadoop.io.IntWritable" in data, b"org.apache.hadoop.io.Text" in data


@case("RDD.saveAsSequenceFile", "compressed, there and back", unordered=True)
def _(sc, folder):
    sc.parallelize([(i, str(i)) for i in range(5)], 1).saveAsSequenceFile(f"{folder}/out", GZIP)
    return sc.sequenceFile(f"{folder}/out").collect()


@case("RDD.saveAsSequenceFile", "elements that are no pairs", says="")
def _(sc, folder):
    sc.parallelize([1, 2], 1).saveAsSequenceFile(f"{folder}/out")


@case("SparkContext.sequenceFile", "with the classes named", unordered=True)
def _(sc, folder):
    sc.parallelize([(1, "a"), (2, "b")], 1).saveAsSequenceFile(f"{folder}/out")
    return sc.sequenceFile(f"{folder}/out", "org.apache.hadoop.io.IntWritable", TEXT, minSplits=1).collect()


@case("RDD.saveAsHadoopFile", "text output: key, tab, value")
def _(sc, folder):
    sc.parallelize([(1, "a"), (2, "b")], 1).saveAsHadoopFile(f"{folder}/out", TEXT_OUTPUT)
    return written(f"{folder}/out")


@case("RDD.saveAsNewAPIHadoopFile", "text output: key, tab, value")
def _(sc, folder):
    sc.parallelize([(1, "a"), (2, "b")], 1).saveAsNewAPIHadoopFile(f"{folder}/out", NEW_TEXT_OUTPUT)
    return written(f"{folder}/out")


@case("SparkContext.hadoopFile", "text input: place in the file and line")
def _(sc, folder):
    make(folder, t="one\ntwo\nthree\n")
    return sc.hadoopFile(f"{folder}/t", TEXT_INPUT, LONG, TEXT).collect()


@case("SparkContext.newAPIHadoopFile", "text input: place in the file and line")
def _(sc, folder):
    make(folder, t="one\ntwo\nthree\n")
    return sc.newAPIHadoopFile(f"{folder}/t", NEW_TEXT_INPUT, LONG, TEXT).collect()


@case("SparkContext.hadoopRDD", "text input, named by settings")
def _(sc, folder):
    make(folder, t="one\ntwo\n")
    settings = {"mapreduce.input.fileinputformat.inputdir": f"{folder}/t"}
    return sc.hadoopRDD(TEXT_INPUT, LONG, TEXT, conf=settings).collect()


@case("SparkContext.newAPIHadoopRDD", "text input, named by settings")
def _(sc, folder):
    make(folder, t="one\ntwo\n")
    settings = {"mapreduce.input.fileinputformat.inputdir": f"{folder}/t"}
    return sc.newAPIHadoopRDD(NEW_TEXT_INPUT, LONG, TEXT, conf=settings).collect()


@case(("RDD.saveAsHadoopFile", "SparkContext.hadoopFile"), "sequence files, there and back", unordered=True)
def _(sc, folder):
    sc.parallelize([(1, "a"), (2, "b")], 1).saveAsHadoopFile(f"{folder}/out", SEQUENCE_OUTPUT)
    return sc.hadoopFile(f"{folder}/out", SEQUENCE_INPUT, "org.apache.hadoop.io.IntWritable", TEXT).collect()


@case(("RDD.saveAsNewAPIHadoopFile", "SparkContext.newAPIHadoopFile"), "sequence files, there and back", unordered=True)
def _(sc, folder):
    sc.parallelize([(1, "a"), (2, "b")], 1).saveAsNewAPIHadoopFile(f"{folder}/out", NEW_SEQUENCE_OUTPUT)
    return sc.newAPIHadoopFile(f"{folder}/out", NEW_SEQUENCE_INPUT, "org.apache.hadoop.io.IntWritable", TEXT).collect()


@case("RDD.saveAsHadoopDataset", "text output, named by settings")
def _(sc, folder):
    settings = {
        "mapreduce.job.output.key.class": "org.apache.hadoop.io.IntWritable",
        "mapreduce.job.output.value.class": TEXT,
        "mapreduce.output.fileoutputformat.outputdir": f"{folder}/out",
        "mapred.output.format.class": TEXT_OUTPUT,
    }
    sc.parallelize([(1, "a")], 1).saveAsHadoopDataset(settings)
    return written(f"{folder}/out")


@case("RDD.saveAsNewAPIHadoopDataset", "text output, named by settings")
def _(sc, folder):
    settings = {
        "mapreduce.job.output.key.class": "org.apache.hadoop.io.IntWritable",
        "mapreduce.job.output.value.class": TEXT,
        "mapreduce.output.fileoutputformat.outputdir": f"{folder}/out",
        "mapreduce.job.outputformat.class": NEW_TEXT_OUTPUT,
    }
    sc.parallelize([(1, "a")], 1).saveAsNewAPIHadoopDataset(settings)
    return written(f"{folder}/out")


@case("RDD.pipe", "lines in, lines out, partition by partition", rule="pipe")
def _(sc):
    return sc.parallelize(["a", "b", "c"], 2).pipe("cat -n").glom().collect()


@case("RDD.pipe", "elements as str() shows them, without line ends of their own", rule="pipe")
def _(sc):
    return sc.parallelize([1, None, (1, "a"), b"b", "é", "x\n\n", ""], 1).pipe("cat").collect()


@case("RDD.pipe", "the child's environment is empty", rule="pipe")
def _(sc):
    return sc.parallelize([1], 1).pipe("/usr/bin/env").collect()


@case("RDD.pipe", "the child's environment is the one given", rule="pipe")
def _(sc):
    return sorted(sc.parallelize([1], 1).pipe("/usr/bin/env", {"ONE": "1", "TWO": "zwei"}).collect())


@case("RDD.pipe", "quotes hold an argument together; there is no shell", rule="pipe")
def _(sc):
    return sc.parallelize([1], 1).pipe("echo 'a  b' $HOME | cat").collect()


@case("RDD.pipe", "an exit status is ignored", rule="pipe")
def _(sc):
    return sc.parallelize([1, 2], 1).pipe("sh -c 'cat; exit 3'").collect()


@case("RDD.pipe", "an exit status counts if asked", rule="pipe", says="exited with error code 3")
def _(sc):
    return sc.parallelize([1, 2], 1).pipe("sh -c 'cat; exit 3'", checkCode=True).collect()


@case("RDD.pipe", "a command that is not there", rule="pipe", says="No such file or directory")
def _(sc):
    return sc.parallelize([1], 1).pipe("no-such-command").collect()


@case("RDD.pipe", "runs for empty partitions too", rule="pipe")
def _(sc):
    return sc.parallelize([], 2).pipe("echo x").collect()


@case("RDD.pipe", "more than a pipe's buffer holds", rule="pipe")
def _(sc):
    return sc.parallelize(range(50000), 2).pipe("cat").map(int).sum()


@case("RDD.saveAsTextFile", "an action that fails leaves no _SUCCESS")
def _(sc, folder):
    try:
        sc.parallelize([1, 0], 2).map(lambda x: 1 / x).saveAsTextFile(f"{folder}/out")
    except Exception:
        return os.path.exists(f"{folder}/out/_SUCCESS")
