"""Actions, samples, statistics and storage of `RDD` as the client makes them. Expected values are PySpark 4.3's."""

from __future__ import annotations

import pickle
import random
from base64 import b64decode, b64encode
from functools import partial
from typing import Any, Dict, List

import pytest
from fake_gateway import Desk

from kindling import SparkContext, StorageLevel, errors
from kindling._runtime import session as sessions
from kindling.bounded_float import BoundedFloat
from kindling.worker import partition_steps as steps


@pytest.fixture
def rdd(session: sessions.Session) -> Any:
    return SparkContext("local[2]", "app").parallelize([(1, 2)], 2)


def elements(*values: Any) -> Dict[str, Any]:
    """One batch as a gateway sends it."""
    body = {"$": "bytes", "base64": b64encode(pickle.dumps(list(values))).decode()}
    return {"$": "elements", "batches": [{"format": "pickle", "count": len(values), "body": body}]}


def answer(desk: Desk, **results: Any) -> None:
    """Fixed answers by the name of the method."""
    for name, result in results.items():
        desk.answers[f"RDD.{name}"] = partial(_given, result)


def _given(result: Any, _desk: Desk, _message: Dict[str, Any]) -> Any:
    return result


def calls(desk: Desk, rdd: Any, name: str) -> List[Any]:
    """The arguments of the calls of a method that have come."""
    answer(desk, count=0)
    rdd.count()  # all calls before it have come when it is answered
    return [message["params"].get("args", []) for message in desk.messages if message["method"] == f"RDD.{name}"]


# Samples


def test_seeds_come_from_random(desk: Desk, rdd: Any) -> None:
    for _ in range(2):
        random.seed(7)
        rdd.sample(False, 0.5)
        rdd.sampleByKey(False, {1: 0.5})
    first, second = calls(desk, rdd, "sample")
    assert first == second == [False, 0.5, random.Random(7).randint(0, 2**32 - 1)]
    keyed = calls(desk, rdd, "sampleByKey")
    assert keyed[0] == keyed[1] and keyed[0][1]["batches"][0]["count"] == 1


def test_seeds_beyond_a_double_go_with_a_function(desk: Desk, rdd: Any) -> None:
    rdd.sample(False, 0.3, 2**60), rdd.sampleByKey(True, {1: 0.5}, -(2**70))
    rdd.randomSplit([1, 3], 2**60)
    assert calls(desk, rdd, "sample") == calls(desk, rdd, "sampleByKey") == calls(desk, rdd, "randomSplit") == []
    assert [args[1] for args in calls(desk, rdd, "mapPartitionsWithIndex")] == [True] * 4


# rdd.sample(…).glom().collect() and the like in PySpark: the partitions of range(20), range(10) and of pairs.
@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([steps.sample(False, 0.3, 17, p, range(p * 10, p * 10 + 10)) for p in (0, 1)], [[7, 9], [10, 11, 12, 17, 18]]),
        ([steps.sample(True, 0.8, 17, p, range(p * 5, p * 5 + 5)) for p in (0, 1)], [[0, 1, 1, 2, 2, 3, 4], [8, 8, 8]]),
        ([steps.sample_range(0, 0.25, 11, p, range(p * 10, p * 10 + 10)) for p in (0, 1)], [[0], [12, 15]]),
        ([steps.sample(False, 0.3, -(2**70), p, range(p * 10, p * 10 + 10)) for p in (0, 1)], [[2], [13, 14, 16]]),
    ],
)
def test_samples_of_any_seed(found: Any, expected: Any) -> None:
    assert [list(part) for part in found] == expected


def test_great_means_are_drawn_in_logarithms() -> None:
    # sc.parallelize(range(4), 2).sample(True, 25.0, 5).glom().collect(), by length
    assert [len(list(steps.sample(True, 25.0, 5, p, range(2)))) for p in (0, 1)] == [52, 43]


def test_samples_of_pairs() -> None:
    # sc.parallelize([(i % 2, i) for i in range(30)], 2).sampleByKey(False, {0: 0.2, 1: 0.6}, 2), its first partition
    pairs = [(i % 2, i) for i in range(15)]
    assert list(steps.sample_by_key(False, {0: 0.2, 1: 0.6}, 2, 0, pairs)) == [(1, 5), (1, 7), (1, 13)]


def test_take_sample_counts_samples_and_shuffles(desk: Desk, rdd: Any) -> None:
    answer(desk, getNumPartitions=4, count=20)
    # sc.parallelize(range(20), 4).takeSample(False, 5, 7): the sample that it takes is the whole
    answer(desk, collect=elements(*range(20)))
    assert rdd.takeSample(False, 5, 7) == [17, 15, 11, 18, 7]
    ((replace, fraction, seed),) = calls(desk, rdd, "sample")
    assert (replace, round(fraction, 12), seed) == (False, 1, 7)
    assert rdd.takeSample(False, 0) == []


REFUSED = [
    (lambda rdd: rdd.sample(False, -0.1), "Fraction must be nonnegative"),
    (lambda rdd: rdd.sample(False, float("nan")), "Fraction must be nonnegative"),
    (lambda rdd: rdd.randomSplit([1, -1]), "Weights must be nonnegative"),
    (lambda rdd: rdd.randomSplit([0, 0]), "Sum of weights must be positive"),
    (lambda rdd: rdd.takeSample(False, -1), "Sample size cannot be negative"),
    (lambda rdd: rdd.takeSample(False, 2**63 - 1), "Sample size cannot be greater than"),
    (lambda rdd: rdd.treeReduce(max, 0), "depth cannot be smaller than 1 but got 0"),
    (lambda rdd: rdd.treeAggregate(0, max, max, 0), "depth cannot be smaller than 1 but got 0"),
    (lambda rdd: rdd.histogram(0), "number of buckets must be >= 1"),
    (lambda rdd: rdd.histogram([1]), "more than one value"),
    (lambda rdd: rdd.histogram([1, None]), "None or NaN"),
    (lambda rdd: rdd.histogram([2, 1]), "should be sorted"),
    (lambda rdd: rdd.histogram([1, 1, 2]), "duplicated"),
    (lambda rdd: rdd.countApproxDistinct(1e-5), "relativeSD should be greater than 0.000017"),
]


@pytest.mark.parametrize(("call", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_wrong_arguments_are_refused_in_pyspark_s_words(rdd: Any, call: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        call(rdd)
    assert isinstance(caught.value, errors.InvalidArgumentError)


def test_wrong_types_are_type_errors(rdd: Any) -> None:
    with pytest.raises(TypeError, match="list or tuple or number"):
        rdd.histogram(2.5)
    with pytest.raises(TypeError, match="StorageLevel"):
        rdd.persist("MEMORY_ONLY")
    with pytest.raises(AssertionError, match=r"Negative fraction value: -0\.5"):
        rdd.sampleByKey(False, {1: -0.5})


# Counts and lookups


def test_counts_are_added_up_here(desk: Desk, rdd: Any) -> None:
    answer(desk, collect=elements({"a": 2, None: 1}, {}, {"a": 1, "b": 1}))
    found = rdd.countByValue()
    assert (dict(found), found["no such key"]) == ({"a": 3, None: 1, "b": 1}, 0)
    answer(desk, collect=elements())
    with pytest.raises(ValueError, match="empty RDD"):
        rdd.countByKey()


def test_partitions_are_counted() -> None:
    assert steps.counts(False, ["b", "a", "b", None]) == [{"b": 2, "a": 1, None: 1}]
    assert steps.counts(True, [(None, 0), (1, 0), (1.0, 0)]) == [{None: 1, 1: 2}]


@pytest.mark.parametrize(
    ("seed", "key", "places"),
    [("0", 4, [1]), ("0", None, [0]), ("5", (1, 2), [0]), ("5", 2.0, [2]), ("5", "text", None), ("5", ("x", 1), None)],
)
def test_lookup_looks_where_workers_put_the_key(
    desk: Desk, rdd: Any, monkeypatch: pytest.MonkeyPatch, *, seed: str, key: Any, places: Any
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", seed)
    answer(desk, partitioner={"numPartitions": 3, "by": "hash", "partitionFunc": None}, collect=elements("all"))
    desk.answers["FutureAction.get"] = lambda _desk, _message: [elements("one")]
    assert rdd.lookup(key) == (["all"] if places is None else ["one"])
    assert calls(desk, rdd, "collectPartitionsAsync") == ([] if places is None else [[places]])


def test_lookup_where_nobody_knows_the_place(desk: Desk, rdd: Any) -> None:
    answer(desk, partitioner=None, collect=elements(1, 2))
    assert rdd.lookup("text") == [1, 2]


@pytest.mark.parametrize(("prefetch", "started"), [(False, [[[0]]]), (True, [[[0]], [[1]]])])
def test_local_iterators_start_one_job_at_a_time(desk: Desk, rdd: Any, prefetch: bool, started: Any) -> None:
    answer(desk, getNumPartitions=3)
    results = iter([[elements(1, 2)], [elements()], [elements(3)]])
    desk.answers["FutureAction.get"] = lambda _desk, _message: next(results)
    found = rdd.toLocalIterator(prefetch)
    assert iter(found) is found and calls(desk, rdd, "collectPartitionsAsync") == []
    assert next(found) == 1
    assert calls(desk, rdd, "collectPartitionsAsync") == started
    assert list(found) == [2, 3]
    assert calls(desk, rdd, "collectPartitionsAsync") == [[[0]], [[1]], [[2]]]


def test_job_groups_of_one_s_own_are_deprecated(desk: Desk, rdd: Any) -> None:
    answer(desk, collectWithJobGroup=elements(1))
    with pytest.warns(FutureWarning, match="setJobGroup"):
        assert rdd.collectWithJobGroup("g", "text", True) == [1]
    assert calls(desk, rdd, "collectWithJobGroup") == [["g", "text", True]]


# Numbers


def test_sums_of_partitions_are_added_here(desk: Desk, rdd: Any) -> None:
    answer(desk, collect=elements(2**63 - 1, 1))
    assert rdd.sum() == 2**63
    answer(desk, collect=elements())
    assert (rdd.sum(), steps.total([1, 2.5]), steps.total_as_float([1, 2]), steps.size_as_float("abc")) == (
        0,
        [3.5],
        [3.0],
        [3.0],
    )


def test_statistics_are_a_stat_counter(desk: Desk, rdd: Any) -> None:
    infinite = {"$": "double", "value": "-Infinity"}
    answer(desk, stats={"n": 2, "mu": 2, "m2": 2, "maxValue": 3, "minValue": infinite})
    found = rdd.stats()
    assert (found.count(), repr(found.mean()), found.variance(), found.max(), found.min()) == (
        2,
        "2.0",
        1.0,
        3.0,
        -float("inf"),
    )


def test_estimates_are_bounded(desk: Desk, rdd: Any) -> None:
    answer(desk, sumApprox={"mean": 6, "confidence": 0.95, "low": 5, "high": {"$": "double", "value": "Infinity"}})
    answer(desk, meanApprox={"mean": 2.5, "confidence": 1, "low": 2.5, "high": 2.5})
    found = rdd.sumApprox(1000)
    assert (found, found + 1, found.confidence, found.low, found.high) == (6.0, 7.0, 0.95, 5.0, float("inf"))
    assert (rdd.countApprox(1000, 0.9), repr(rdd.meanApprox(1000))) == (6, "2.5")
    assert calls(desk, rdd, "sumApprox") == [[1000, 0.95], [1000, 0.9]]
    assert isinstance(pickle.loads(pickle.dumps(BoundedFloat(1.0, 1.0, 1.0, 1.0).low)), float)


def test_histograms_keep_bounds_whole(desk: Desk, rdd: Any) -> None:
    answers = iter([elements((1, 3), (2, 5)), elements([1, 1], [2, 1])])
    desk.answers["RDD.collect"] = lambda _desk, _message: next(answers)
    assert rdd.histogram(2) == ([1, 3, 5], [3, 2])
    answers = iter([elements((1.5, 1.5)), elements([2])])
    assert rdd.histogram(3) == ([1.5, 1.5], [2])
    answers = iter([elements([0, 1], [1, 0])])
    assert rdd.histogram((0, 1.0, 3.0)) == ((0, 1.0, 3.0), [1, 1])
    answers = iter([elements((float("-inf"), 1.0))])
    with pytest.raises(ValueError, match="infinite value"):
        rdd.histogram(2)
    answers = iter([elements(("a", "b"))])
    with pytest.raises(TypeError, match="non-number"):
        rdd.histogram(2)
    answers = iter([elements()])
    with pytest.raises(ValueError, match="empty RDD"):
        rdd.histogram(2)


# sc.parallelize(…, 1).histogram(bounds)[1] in PySpark; the length is what PySpark computes for even bounds.
@pytest.mark.parametrize(
    ("bounds", "length", "values", "expected"),
    [
        ([0, 5, 25, 50], None, list(range(51)), [5, 20, 26]),
        ([1, 2, 3], 1.0, [1, 2, None, float("nan"), 0, 10.5, 3, float("inf")], [1, 2]),
        ([0, 1, 2, 3], 1.0, [0.5, 1.0, 1.5, 2.0, 2.9999, 3.0], [1, 2, 3]),
        (["a", "b", "c"], None, ["ab", "ac", "b", "bd", "ef"], [2, 2]),
        ([1, 1], None, [1, 1], [2]),
    ],
)
def test_buckets(bounds: Any, length: Any, values: Any, expected: Any) -> None:
    assert steps.bucket_counts(bounds, length, values) == [expected]


def test_extents_leave_out_what_has_no_place() -> None:
    assert list(steps.extent([None, 3, float("nan"), 1])) == [(1, 3)]
    assert list(steps.extent([None])) == []


# Storage


def test_levels_are_waited_for_only_where_they_may_be_refused(desk: Desk, rdd: Any) -> None:
    assert rdd.cache() is rdd and rdd.persist(StorageLevel.MEMORY_ONLY) is rdd and rdd.is_cached
    assert [args[0]["useMemory"] for args in calls(desk, rdd, "persist")] == [True, True]
    assert all("id" not in message for message in desk.messages if message["method"] == "RDD.persist")
    words = "Cannot change storage level of an RDD after it was already assigned a level"
    desk.answers["RDD.persist"] = lambda desk, message: desk.fail(
        message, code="STORAGE_LEVEL_ASSIGNED", kind="unsupported", message=words
    )
    with pytest.raises(errors.UnsupportedError, match="Cannot change storage level"):
        rdd.persist(StorageLevel.DISK_ONLY)
    desk.answers.pop("RDD.persist")
    assert rdd.unpersist() is rdd and not rdd.is_cached
    assert rdd.unpersist(blocking=True) is rdd
    assert desk.methods()[-3:] == ["RDD.unpersist", "RDD.unpersist", "RDD.whenUnpersisted"]
    rdd.persist(StorageLevel.DISK_ONLY)
    assert len(calls(desk, rdd, "persist")) == 4


def test_levels_and_lineage_in_python_s_types(desk: Desk, rdd: Any) -> None:
    level = {"useDisk": True, "useMemory": True, "useOffHeap": False, "deserialized": False, "replication": 1}
    answer(desk, getStorageLevel=level, toDebugString="(1) é []")
    assert rdd.getStorageLevel() == StorageLevel.MEMORY_AND_DISK
    assert rdd.toDebugString() == "(1) é []".encode()
    rdd.checkpoint()
    assert rdd.is_checkpointed and not rdd.map(len).is_checkpointed


def test_an_rdd_knows_its_context(rdd: Any) -> None:
    assert rdd.map(len).context is SparkContext.getOrCreate() is rdd.ctx


# Output


# What TextOutputFormat has written for these values.
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (2.0, "2.0"),
        (True, "true"),
        (b"ab", "61 62"),
        (1e10, "1.0E10"),
        (-0.001, "-0.001"),
        (1e-5, "1.0E-5"),
        (123456789.125, "1.23456789125E8"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (2**40, "1099511627776"),
        ({"a": 1}, "{a=1}"),
        ("é", "é"),
        (None, None),
    ],
)
def test_text_is_java_s(value: Any, text: Any) -> None:
    assert steps.java_text(value) == text
    assert steps.java_pair((value, None)) == (text, None)


def test_only_text_output_is_made_text_here(desk: Desk, rdd: Any) -> None:
    rdd.saveAsHadoopFile("out", "org.apache.hadoop.mapred.TextOutputFormat", conf={"a": "b"})
    rdd.saveAsNewAPIHadoopDataset({"mapreduce.output.fileoutputformat.outputdir": "out"})
    rdd.saveAsNewAPIHadoopFile("out", "org.apache.hadoop.mapreduce.lib.output.SequenceFileOutputFormat")
    rdd.saveAsHadoopDataset({"mapred.output.format.class": "no.such.Format"})
    packed = [b64decode(args[0]["body"]["base64"]) for args in calls(desk, rdd, "map")]
    assert [pickle.loads(body) for body in packed] == [steps.java_pair] * 2
    unset = {"$": "unset"}
    assert calls(desk, rdd, "saveAsHadoopFile") == [
        ["out", "org.apache.hadoop.mapred.TextOutputFormat", unset, unset, unset, unset, {"a": "b"}]
    ]
