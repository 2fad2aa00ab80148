"""What `RDD` has beyond the generated calls, and the names beside it. Expected values are PySpark 4.3's."""

from __future__ import annotations

import operator
import pickle
import subprocess
import sys
from base64 import b64encode
from typing import Any, Dict, List

import pytest
from fake_gateway import Desk

from kindling import RDD, SparkContext, errors
from kindling._runtime import session as sessions
from kindling.rdd import Partitioner, partitioner_of, portable_hash
from kindling.resultiterable import ResultIterable, grouped_lists


@pytest.fixture
def rdd(session: sessions.Session) -> Any:
    return SparkContext("local[2]", "app").parallelize([(1, 2)], 2)


def sent(desk: Desk, rdd: Any) -> List[str]:
    desk.answers["RDD.count"] = lambda _desk, _message: 1
    rdd.count()  # all calls before it have come when it is answered
    return [name for name in desk.methods() if name.startswith("RDD.") and name != "RDD.count"]


def test_groups_know_their_length(desk: Desk, rdd: Any) -> None:
    grouped = [rdd.groupByKey(3), rdd.groupBy(len), rdd.cogroup(rdd, 2), rdd.groupWith(rdd, rdd)]
    assert all(isinstance(one, RDD) for one in grouped)
    steps = ["RDD.groupByKey", "RDD.groupBy", "RDD.cogroup", "RDD.groupWith"]
    assert sent(desk, rdd) == [name for step in steps for name in (step, "RDD.mapValues")]
    (first, second) = grouped_lists([[1, 2], []])
    assert (len(first), list(first), list(first), len(second)) == (2, [1, 2], [1, 2], 0)
    assert type(pickle.loads(pickle.dumps(first))) is ResultIterable


def test_groups_are_made_without_loading_the_client() -> None:
    code = "import kindling.worker.__main__ as w, os, sys; w._stand_alone(os.path.dirname(w.__file__))"
    check = "import kindling.resultiterable, kindling.worker.piping; print('kindling._runtime' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}; {check}"], capture_output=True, text=True, timeout=30, check=True
    )
    assert ran.stdout == "False\n"


def test_plus_is_union(desk: Desk, rdd: Any) -> None:
    both = rdd + rdd
    assert isinstance(both, RDD) and sent(desk, rdd) == ["RDD.union"]
    with pytest.raises(TypeError):
        operator.add(rdd, [2])


def test_pipe_shows_elements_as_str_does(desk: Desk, rdd: Any) -> None:
    from kindling.worker.piping import line_of

    piped = rdd.pipe("cat")
    assert isinstance(piped, RDD) and sent(desk, rdd) == ["RDD.map", "RDD.pipe"]
    shown = [line_of(x) for x in (1, None, (1, "a"), b"b", "é", "x\n\n", "")]
    assert shown == ["1", "None", "(1, 'a')", "b'b'", "é", "x", ""]


def test_deprecated_names_warn(rdd: Any) -> None:
    with pytest.warns(FutureWarning, match="use mapPartitionsWithIndex"):
        rdd.mapPartitionsWithSplit(lambda index, elements: [index])


def third(key: int) -> int:
    return key * 3


def described(by: str, count: int, **others: Any) -> Dict[str, Any]:
    return {"numPartitions": count, "by": by, "partitionFunc": None, "bounds": None, "ascending": True, **others}


def packed(function: Any) -> Dict[str, Any]:
    return {"$": "bytes", "base64": b64encode(pickle.dumps(function)).decode()}


def test_partitioners(desk: Desk, rdd: Any) -> None:
    bounds = b64encode(pickle.dumps([3, 6])).decode()
    batches = [{"format": "pickle", "count": 2, "body": {"$": "bytes", "base64": bounds}}]
    ranges = {"$": "elements", "batches": batches}
    answers: List[Any] = [
        None,
        described("hash", 3),
        described("function", 2, partitionFunc=packed(third)),
        described("range", 3, bounds=ranges),
        described("range", 3, bounds=ranges, ascending=False),
        described("range", 3, bounds=ranges, partitionFunc=packed(third)),
    ]
    desk.answers["RDD.partitioner"] = lambda _desk, _message: answers.pop(0)
    anywhere, by_hash, by_function, up, down, by_third = [rdd.partitioner for _ in range(len(answers))]
    assert (anywhere, by_hash) == (None, Partitioner(3, portable_hash))
    again = partitioner_of(described("function", 2, partitionFunc=pickle.dumps(third)))
    assert (by_function.numPartitions, by_function(5), by_function == again) == (2, 1, True)
    assert up == partitioner_of(described("range", 3, bounds=[3, 6])) != down
    # PySpark's sortByKey: bisect_left of the key, counted from the other end when descending.
    assert [up(key) for key in (0, 3, 4, 6, 7)] == [0, 0, 1, 1, 2]
    assert [down(key) for key in (0, 3, 4, 6, 7)] == [2, 2, 1, 1, 0]
    assert [by_third(key) for key in (1, 2, 3)] == [0, 1, 2]


def test_partitioners_place_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    place = Partitioner(3, portable_hash)
    assert [place(key) for key in (0, 4, -1, None, (), (1, 2), 2.0, True)] == [0, 1, 1, 0, 0, 0, 2, 1]
    others = (Partitioner(3, portable_hash), Partitioner(4, portable_hash), Partitioner(3, third), 3)
    assert [place == other for other in others] == [True, False, False, False]


def test_hashes_need_a_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    with pytest.raises(errors.InvalidArgumentError, match="PYTHONHASHSEED"):
        portable_hash(1)
