"""Small classes of PySpark; `test/golden/worker.json` holds what `record-worker.py` recorded of its own."""

import copy
import json
import math
import pickle
from pathlib import Path

import pytest

from kindling.resultiterable import ResultIterable, grouped_lists
from kindling.statcounter import StatCounter
from kindling.storagelevel import StorageLevel
from kindling.worker.spark_random import XORShiftRandom

RECORDED = json.loads((Path(__file__).parents[4] / "test/golden/worker.json").read_text())


def counter(parts):
    whole = StatCounter(parts[0])
    for part in parts[1:]:
        assert whole.mergeStats(StatCounter(part)) is whole
    return whole


@pytest.mark.parametrize("recorded", RECORDED["counters"])
def test_stat_counter(recorded):
    found = counter(recorded["parts"])
    numbers = [found.count(), found.mean(), found.sum(), found.variance(), found.sampleVariance(), found.stdev()]
    assert [str(float(number)) for number in [*numbers, found.sampleStdev()]] == recorded["numbers"]
    assert {name: str(float(value)) for name, value in found.asDict(True).items()} == recorded["asDict"]
    assert repr(found) == recorded["text"]


def test_stat_counter_of_a_worker():
    made = StatCounter.of(4, 2.5, 5.0, 4.0, 1.0)
    assert repr(made) == repr(StatCounter([1.0, 2.0, 3.0, 4.0]))
    assert made.asDict()["variance"] == made.sampleVariance()


def test_stat_counter_with_itself():
    found = StatCounter([1.0, 2.0])
    twice = found.copy().mergeStats(found).mergeStats(found)
    assert (found.count(), twice.count(), twice.sum()) == (2, 6, 9.0)
    alone = StatCounter([1.0, 3.0])
    assert (alone.mergeStats(alone).count(), alone.variance()) == (4, 1.0)


def test_stat_counters_merge_with_their_like():
    with pytest.raises(TypeError):
        StatCounter().mergeStats([1.0])


def test_stat_counter_of_nothing():
    assert [math.isnan(x) for x in (StatCounter().variance(), StatCounter([1.0]).sampleVariance())] == [True, True]


def test_storage_levels():
    levels = {name: level for name, level in vars(StorageLevel).items() if name.isupper()}
    assert {name: [repr(level), str(level)] for name, level in levels.items()} == RECORDED["storageLevels"]


def test_equal_storage_levels():
    assert StorageLevel(True, False, False, False) == StorageLevel.DISK_ONLY != StorageLevel.DISK_ONLY_2
    assert pickle.loads(pickle.dumps(StorageLevel.OFF_HEAP)) == StorageLevel.OFF_HEAP
    assert len({StorageLevel.NONE, copy.copy(StorageLevel.NONE)}) == 1
    assert StorageLevel.NONE != (False, False, False, False, 1)


def test_result_iterable():
    values = ResultIterable([3, 1, 3])
    assert (len(values), list(values), list(values), values.maxindex, values.index) == (3, [3, 1, 3], [3, 1, 3], 3, 0)
    back = pickle.loads(pickle.dumps(values))
    assert (type(back), list(back)) == (ResultIterable, [3, 1, 3])
    assert [list(group) for group in grouped_lists(([1], []))] == [[1], []]


@pytest.mark.parametrize(("partition", "partitions", "start"), RECORDED["starts"])
def test_spark_random(partition, partitions, start):
    assert XORShiftRandom(partition).next_int(partitions) == start
