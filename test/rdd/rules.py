"""What a simple implementation gets wrong: each sentence is shown by at least one case that names its key."""

from __future__ import annotations

from typing import Dict

RULES: Dict[str, str] = {
    "jobs at the call": (
        "zipWithIndex launches 1 job (0 with one partition), sortBy and sortByKey 2 (0 into one partition), "
        "takeSample 2, histogram of a number 2, toLocalIterator one per partition, treeReduce 1 with more "
        "stages, partitionBy none"
    ),
    "take scales up": (
        "take looks at one partition, then at its estimate times 1.5, at most four times what it has seen; "
        "four times if all was empty"
    ),
    "fold zero": "the zero of fold and aggregate enters once per partition and once at the merge",
    "zero copied": (
        "the zero of aggregateByKey and foldByKey is copied deeply for each key, and enters once per "
        "partition that has the key"
    ),
    "empty sum and mean": "the sum of nothing is 0, the mean 0.0",
    "empty reduce": "reduce, max, min and first of nothing fail",
    "fail_on_stopiteration": "a StopIteration that leaves a user's function is a failure, not an end",
    "zip checks": "zip compares numbers of partitions at the call, numbers of elements only in the job",
    "histogram": (
        "the last bucket is closed; None, NaN and what is outside are left out; one bucket if all are equal; "
        "bounds stay whole numbers when exact"
    ),
    "combineByKey map side": "combineByKey always combines before the shuffle",
    "partitionBy no-op": (
        "partitionBy by the partitioner that the RDD has is the RDD itself: reduceByKey after it has no shuffle"
    ),
    "keeps the partitioner": (
        "mapValues, flatMapValues and filter keep the partitioner; map, flatMap and mapPartitions drop it "
        "unless told to keep it"
    ),
    "union partitioner": "a union keeps the partitioner only if both have the same",
    "sortByKey bounds": "bounds come from a sample of 20 elements per partition with seed 1",
    "sortByKey stable": "pairs of one key keep their order",
    "sortByKey empty": "sortByKey of nothing is the RDD itself",
    "groupWith": "groupWith of several RDDs is their cogroup",
    "groups are iterables": "a group is an iterable with a length",
    "intersection dedups": "intersection gives each value once",
    "default partitions": (
        "a shuffle has spark.default.parallelism partitions, or as many as its parent: for two parents the "
        "union of both"
    ),
    "coalesce": "coalesce puts neighbours together and never makes more partitions",
    "union concatenates": "union puts partitions one after the other",
    "slices": "parallelize slices as evenly as it can: 3, 3, 4",
    "repartition batches": "repartition moves elements in groups of ten",
    "pipe": (
        "the child's environment is empty unless given, its exit status ignored unless asked for, elements "
        "are str() and a line end"
    ),
    "treeAggregate scale": "the scale is max(ceil(P^(1/depth)), 2), levels are added while P > scale + P/scale",
    "takeOrdered and top": "takeOrdered and top choose per partition, then merge; keys are compared only",
    "reduceByKeyLocally, collectAsMap": "both give a dictionary; in collectAsMap the last value wins",
    "to the driver": "countByKey and countByValue give a dictionary in the driver",
    "lookup one partition": "lookup of a key whose partition is known runs that partition only",
    "checkpoint": (
        "checkpoint is lazy, comes before the first action and computes again; localCheckpoint keeps the data "
        "in the executors"
    ),
    "python random": "random.Random(seed ^ partition) after ten draws; Knuth's way for Poisson",
    "portable_hash seed": "hashes of texts need PYTHONHASHSEED, in the driver too",
    "nested RDD": "neither RDD nor context can be used inside a function",
    "toDebugString": "lineage, with +-(n) at each shuffle",
    "map outputs reused": "finished map outputs and cached partitions are used again",
    "accumulators": "updates of successful tasks only; those of transformations count at each computation",
}
