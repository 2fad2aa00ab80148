"""What a real PySpark reads from files that Kindling wrote, and writes for it to read.

Arguments: a folder. In it are the outputs to read, named by how; what came of each goes to standard output as JSON, and
the folder `spark` then holds files of the same contents.
"""

import json
import os
import sys

from pyspark import SparkConf, SparkContext

TEXTS = [f"line {i} äöü" for i in range(2000)]
PAIRS = [(i, f"value {i}") for i in range(2000)]
PICKLED = [1, "a", None, 2.5, (1, 2), [3], {"k": b"v"}, {4}]


def main(folder):
    conf = (
        SparkConf()
        .set("spark.ui.enabled", "false")
        .set("spark.log.level", "OFF")
        .set("spark.ui.showConsoleProgress", "false")
    )
    context = SparkContext("local[2]", "interchange", conf=conf)
    readers = {
        "text": lambda path: context.textFile(path, 3),
        "pairs": lambda path: context.sequenceFile(path, minSplits=3),
        "value": context.sequenceFile,
        "pickles": lambda path: context.pickleFile(path, 3),
    }
    # In one job; Spark takes the files of a folder in the order of the file system.
    named = [
        readers[name.partition("-")[0]](os.path.join(folder, name)).map(lambda x, name=name: (name, x))
        for name in sorted(os.listdir(folder))
    ]
    elements = {}
    for name, element in context.union(named).collect():
        elements.setdefault(name, []).append(element)
    expected = {"text": sorted(TEXTS), "pairs": PAIRS}
    found = {}
    for name, own in elements.items():
        whole = expected.get(name.partition("-")[0])
        found[name] = sorted(map(repr, own)) if whole is None else sorted(own) == whole
    spark = os.path.join(folder, "spark")
    codec = "org.apache.hadoop.io.compress.GzipCodec"
    context.parallelize(TEXTS, 3).saveAsTextFile(os.path.join(spark, "text"), codec)
    context.parallelize(PAIRS, 3).saveAsSequenceFile(os.path.join(spark, "pairs"), codec)
    context.parallelize(PICKLED, 3).saveAsPickleFile(os.path.join(spark, "pickles"))
    context.stop()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
