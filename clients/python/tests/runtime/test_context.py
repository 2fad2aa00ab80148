"""SparkContext itself: settings, one at a time, threads, shared values, profiles. Expected values are PySpark 4.3's."""

from __future__ import annotations

import base64
import os
import pickle
import pstats
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
from fake_gateway import Desk

import kindling
from kindling import (
    Accumulator,
    AccumulatorParam,
    InheritableThread,
    SparkConf,
    SparkContext,
    SparkExecutorInfo,
    SparkFiles,
    SparkJobInfo,
    SparkStageInfo,
    errors,
    inheritable_thread_target,
)
from kindling._runtime import session as sessions
from kindling.conf import system_properties
from kindling.sql import SparkSession


@pytest.fixture
def sc(session: sessions.Session) -> Iterator[SparkContext]:
    with SparkContext("local[2]", "app") as made:
        yield made


def arguments(desk: Desk, method: str) -> List[Any]:
    return [message["params"].get("args", []) for message in desk.messages if message["method"] == method]


def test_every_name_of_pyspark_is_there() -> None:
    for name in kindling.__all__:
        assert getattr(kindling, name) is not None


# Settings


def test_settings_are_texts() -> None:
    conf = SparkConf(False)
    assert conf.set("a", None).set("b", True).setAll([("c", 1)]).getAll() == [("a", "None"), ("b", "True"), ("c", "1")]
    assert conf.setExecutorEnv("K").get("spark.executorEnv.K") == "None"
    for given in ({}, {"key": "a", "value": "b", "pairs": [("c", "d")]}):
        with pytest.raises(errors.InvalidArgumentError):
            conf.setExecutorEnv(**given)  # type: ignore[arg-type]


def test_system_properties_are_defaults(session: sessions.Session, desk: Desk) -> None:
    try:
        SparkContext.setSystemProperty("spark.some.default", "value")
        SparkContext.setSystemProperty("other", "value")
        assert SparkConf().getAll() == [("spark.some.default", "value")]
        assert SparkConf(False).getAll() == []
        SparkContext("local[2]", "app").stop()
        assert arguments(desk, "SparkContext.new") == [["local[2]", "app", {"spark.some.default": "value"}]]
    finally:
        system_properties.clear()


def test_the_environment_of_workers_and_the_order_of_parameters(session: sessions.Session, desk: Desk) -> None:
    conf = SparkConf().setExecutorEnv("A", "1")
    SparkContext("local[2]", "app", None, None, {"B": 2}, conf=conf).stop()
    (found,) = arguments(desk, "SparkContext.new")
    assert found == ["local[2]", "app", {"spark.executorEnv.A": "1", "spark.executorEnv.B": "2"}]


def test_a_strange_master_is_asked_about_at_once(session: sessions.Session, desk: Desk) -> None:
    desk.answers["SparkContext.master"] = lambda _desk, call: desk.fail(call, code="INVALID_MASTER", message="no")
    with pytest.raises(errors.EngineError, match="INVALID_MASTER"):
        SparkContext("nonsense")
    assert SparkContext._active_spark_context is None
    for master in ("local", "local[*]", "local[2, 3]", "local-cluster[2, 1, 1024]", "sc://host:15002"):
        SparkContext(master).stop()
    assert len(arguments(desk, "SparkContext.master")) == 1


# One at a time


def test_two_at_once(sc: SparkContext, desk: Desk) -> None:
    desk.answers.update({"SparkContext.appName": lambda *_: "app", "SparkContext.master": lambda *_: "local[2]"})
    with pytest.raises(
        ValueError, match=r"Cannot run multiple SparkContexts at once; existing SparkContext\(app=app, "
    ) as caught:
        SparkContext("local")
    assert isinstance(caught.value, errors.EngineError) and caught.value.code == "CONTEXT_RUNS"
    assert Path(__file__).name in str(caught.value)
    assert SparkContext.getOrCreate() is sc
    assert repr(sc) == "<SparkContext master=local[2] appName=app>"
    sc.stop()
    sc.stop()
    SparkContext("local").stop()


def test_a_session_and_its_context_are_one(session: sessions.Session, desk: Desk) -> None:
    with SparkContext("local[2]", "app") as sc:
        spark = SparkSession.builder.getOrCreate()
        assert spark.sparkContext is sc and SparkSession.builder.getOrCreate() is spark
        session.flush()
        assert desk.methods().count("SparkSession.new") == 0
    again = SparkSession.builder.master("local[2]").getOrCreate()
    assert again is not spark and SparkContext.getOrCreate() is again.sparkContext
    again.stop()
    assert SparkContext._active_spark_context is None
    assert desk.methods().count("SparkContext.stop") == 2


# Elements


def test_numbers_of_a_range_do_not_travel(sc: SparkContext, desk: Desk) -> None:
    rdds = [sc.parallelize(range(10, 0, -3), 2), sc.range(5), sc.parallelize(range(0)), sc.range(2**64, 2**64 + 2)]
    rdds += [sc.parallelize("ab"), sc.parallelize({"k": 1})]
    desk.answers["RDD.count"] = lambda *_: 0
    rdds[0].count()
    assert arguments(desk, "SparkContext.range") == [[10, 0, -3, 2], [0, 5, 1]]
    bodies = [found[0]["batches"] for found in arguments(desk, "SparkContext.parallelize")]
    values = [[pickle.loads(base64.b64decode(batch["body"]["base64"])) for batch in batches] for batches in bodies]
    assert values == [[], [[2**64, 2**64 + 1]], [["a", "b"]], [["k"]]]
    with pytest.raises(ValueError, match="must not be zero"):
        sc.range(0, 5, 0)


# Local properties


def test_each_thread_has_a_lane(sc: SparkContext, desk: Desk) -> None:
    desk.answers["SparkContext.getLocalProperty"] = lambda _desk, call: str(call["params"]["lane"])
    found = [sc.getLocalProperty("key")]
    thread = threading.Thread(target=lambda: found.append(sc.getLocalProperty("key")))
    thread.start()
    thread.join()
    assert found[0] == sc.getLocalProperty("key") != found[1]


def test_threads_that_inherit(sc: SparkContext, desk: Desk) -> None:
    properties: Dict[int, Dict[str, str]] = {}

    def lane(call: Dict[str, Any]) -> int:
        return int(call["params"]["lane"])

    desk.answers.update(
        {
            "SparkContext.getLocalProperties": lambda _desk, call: properties.get(lane(call), {}),
            "SparkContext.setLocalProperties": lambda _desk, call: properties.update(
                {lane(call): call["params"]["args"][0]}
            ),
            "SparkContext.setLocalProperty": lambda _desk, call: properties.setdefault(lane(call), {}).update(
                [call["params"]["args"]]
            ),
            "SparkContext.getLocalProperty": lambda _desk, call: properties.get(lane(call), {}).get(
                call["params"]["args"][0]
            ),
        }
    )
    sc.setLocalProperty("key", "parent")
    found: List[Any] = []

    def work(*args: Any, **named: Any) -> str:
        found.append((sc.getLocalProperty("key"), args, named))
        return "result"

    thread = InheritableThread(target=work, args=(1,), kwargs={"two": 2}, name="heir")
    thread.start()
    thread.join()
    inherited = inheritable_thread_target(work)
    other = threading.Thread(target=lambda: found.append(inherited(3)))
    other.start()
    other.join()
    assert thread.name == "heir"
    assert found == [("parent", (1,), {"two": 2}), ("parent", (3,), {}), "result"]


# Accumulators


class Concatenation(AccumulatorParam[List[Any]]):
    def zero(self, value: List[Any]) -> List[Any]:
        return []

    def addInPlace(self, value1: List[Any], value2: List[Any]) -> List[Any]:
        if "refused" in value2:
            raise ValueError("refused")
        return value1 + value2


def updates(accumulator: Accumulator[Any], *values: Any) -> Dict[str, Any]:
    def batch(value: Any) -> Dict[str, Any]:
        body = base64.b64encode(pickle.dumps([value])).decode()
        return {"format": "pickle", "count": 1, "body": {"$": "bytes", "base64": body}}

    return {"updates": [{"id": accumulator.aid, "batch": batch(value)} for value in values]}


def test_what_tasks_added_is_there_when_their_job_has_ended(sc: SparkContext, desk: Desk) -> None:
    number, texts = sc.accumulator(10), sc.accumulator(["start"], Concatenation())

    def run(_: Desk, message: Dict[str, Any]) -> Any:
        desk.send({"method": "accumulators", "params": updates(number, 1, 2)})
        desk.send_part(0, 1, pickle.dumps([["first", "x" * 100_000]]), chunk=40_000)
        batch = {"format": "pickle", "count": 1, "body": {"$": "frame", "n": 1}}
        desk.send({"method": "accumulators", "params": {"updates": [{"id": texts.aid, "batch": batch}]}})
        desk.send({"method": "accumulators", "params": updates(texts, ["second"])})
        return 3

    desk.answers["RDD.count"] = run
    assert sc.parallelize([1]).count() == 3
    assert number.value == 13
    assert [text[:6] for text in texts.value] == ["start", "first", "xxxxxx", "second"]


def test_what_cannot_be_added_is_told_and_harms_nothing_else(
    sc: SparkContext, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = sc.accumulator(["start"], Concatenation())

    def run(_: Desk, message: Dict[str, Any]) -> Any:
        desk.send({"method": "accumulators", "params": updates(texts, ["refused"], ["good"])})
        return desk.fail(message, code="USER_FUNCTION_FAILED", kind="user_code", message="x")

    desk.answers["RDD.count"] = run
    with pytest.raises(errors.UserCodeError):
        sc.parallelize([1]).count()
    assert texts.value == ["start", "good"]
    assert f"accumulator {texts.aid} misses what a task added" in (told := capsys.readouterr().err)
    assert "ValueError: refused" in told


@pytest.mark.parametrize("value", ["text", [], None])
def test_values_that_do_not_add_up(sc: SparkContext, value: Any) -> None:
    with pytest.raises(TypeError, match="No default accumulator param"):
        sc.accumulator(value)


# Broadcasts


def test_a_broadcast_knows_its_number_and_is_taken_away(sc: SparkContext, desk: Desk) -> None:
    desk.answers["Broadcast.id"] = lambda *_: 5
    body = {"$": "bytes", "base64": base64.b64encode(pickle.dumps([{"a": 1}])).decode()}
    sent_back = {"$": "elements", "batches": [{"format": "pickle", "count": 1, "body": body}]}
    desk.answers["Broadcast.value"] = lambda *_: dict(sent_back)
    value = {"a": 1}
    shared = sc.broadcast(value)
    value["a"] = 2
    assert (shared.id, shared.value, shared.value is shared.value) == (5, {"a": 1}, True)
    shared.unpersist()
    shared.destroy(blocking=True)
    for use in (lambda: shared.value, shared.unpersist, shared.destroy):
        with pytest.raises(errors.InvalidArgumentError, match="the value of broadcast 5 was destroyed"):
            use()
    assert [name for name in desk.methods() if name.startswith("Broadcast.")] == [
        "Broadcast.id",
        "Broadcast.value",
        "Broadcast.unpersist",
        "Broadcast.destroy",
    ]
    (made,) = arguments(desk, "SparkContext.broadcast")
    assert made[0]["batches"][0]["count"] == 1


@pytest.mark.parametrize(
    ("call", "condition"),
    [
        (lambda sc, rdd: rdd.map(lambda _: rdd.count()), "RDD_TRANSFORM_ONLY_VALID_ON_DRIVER"),
        (lambda sc, rdd: rdd.map(lambda _: sc.master), "CONTEXT_ONLY_VALID_ON_DRIVER"),
        (lambda sc, rdd: sc.broadcast(rdd), "RDD_TRANSFORM_ONLY_VALID_ON_DRIVER"),
    ],
)
def test_driver_objects_inside_functions(sc: SparkContext, call: Any, condition: str) -> None:
    with pytest.raises(errors.UserCodeError, match="driver") as caught:
        call(sc, sc.parallelize([1]))
    assert (caught.value.code, caught.value.getErrorClass()) == ("FUNCTION_NOT_SHIPPABLE", condition)


# Files


def test_python_files_are_imported_here_too(sc: SparkContext, desk: Desk, tmp_path: Path) -> None:
    desk.answers["SparkContext.filesDirectory"] = lambda *_: str(tmp_path)
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        archive.writestr("zipped_here.py", "value = 41\n")
    (tmp_path / "module_here.py").write_text("value = 1\n")
    before = list(sys.path)
    try:
        sc.addPyFile("/elsewhere/package.zip")
        sc.addPyFile("/elsewhere/module_here.py")
        zipped, module = __import__("zipped_here"), __import__("module_here")
        assert zipped.value + module.value == 42
        assert sys.path[1:3] == [str(tmp_path / "package.zip"), str(tmp_path)]
    finally:
        sys.path[:] = before
    assert SparkFiles.getRootDirectory() == str(tmp_path)
    assert SparkFiles.get("a.txt") == str(tmp_path / "a.txt")
    with pytest.raises(NotImplementedError):
        SparkFiles()


def test_files_given_at_the_start(
    session: sessions.Session, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.answers["SparkContext.filesDirectory"] = lambda *_: str(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("KINDLING_PY_FILES", "c.py,d.zip")
    conf = SparkConf().set("spark.submit.pyFiles", "b.py")
    SparkContext("local", "app", pyFiles=["a.py"], conf=conf).stop()
    SparkContext("local", "app").stop()
    assert [found[0] for found in arguments(desk, "SparkContext.addPyFile")] == ["a.py", "b.py", "c.py", "d.zip"]


def test_no_files_without_a_context() -> None:
    with pytest.raises(errors.InvalidArgumentError, match="no file was added"):
        SparkFiles.get("a.txt")


# Status


def test_the_status_tracker_gives_named_tuples(sc: SparkContext, desk: Desk) -> None:
    stage: Dict[str, Any] = dict.fromkeys(SparkStageInfo._fields, 1)
    executor: Dict[str, Any] = dict.fromkeys(SparkExecutorInfo._fields, 2)
    desk.answers.update(
        {
            "StatusTracker.getJobInfo": lambda *_: {"jobId": 1, "stageIds": [2, 3], "status": "RUNNING"},
            "StatusTracker.getStageInfo": lambda _desk, call: stage if call["params"]["args"] == [1] else None,
            "StatusTracker.getExecutorInfos": lambda *_: [executor],
        }
    )
    tracker = sc.statusTracker()
    assert tracker.getJobInfo(1) == SparkJobInfo(1, [2, 3], "RUNNING")
    assert (tracker.getStageInfo(1), tracker.getStageInfo(2)) == (SparkStageInfo(**stage), None)
    assert tracker.getExecutorInfos() == [SparkExecutorInfo(**executor)]


# Profiles


def test_profiles_need_their_setting(sc: SparkContext, tmp_path: Path) -> None:
    for call in (sc.show_profiles, lambda: sc.dump_profiles(str(tmp_path))):
        with pytest.raises(errors.InvalidArgumentError, match=r"the setting spark\.python\.profile must be true"):
            call()


def task_of(body: str, elements: List[Any]) -> Any:
    """What a task makes of a packed function, and what it adds to the accumulators that it finds."""
    from kindling.worker import running

    running.task = running.RunningTask()
    try:
        function = pickle.loads(base64.b64decode(body))
        results = list(map(function, elements))
        return results, [(one.aid, pickle.dumps([one.update])) for one in running.task.accumulators.values()]
    finally:
        running.task = None


def test_functions_measure_themselves(
    session: sessions.Session, desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.answers["RDD.id"] = lambda *_: 7

    def run(_: Desk, message: Dict[str, Any]) -> Any:
        (call,) = arguments(desk, "RDD.map")
        results, added = task_of(call[0]["body"]["base64"], [-1, -2])
        assert results == [1, 2]
        for identity, update in added:
            batch = {
                "format": "pickle",
                "count": 1,
                "body": {"$": "bytes", "base64": base64.b64encode(update).decode()},
            }
            desk.send({"method": "accumulators", "params": {"updates": [{"id": identity, "batch": batch}]}})
        return 2

    desk.answers["RDD.count"] = run
    with SparkContext("local[2]", "app", conf=SparkConf().set("spark.python.profile", "true")) as sc:
        rdd = sc.parallelize([1]).map(abs)
        rdd.count()
        rdd.count()
        sc.dump_profiles(str(tmp_path / "profiles"))
        stats: Any = pstats.Stats(str(tmp_path / "profiles" / "rdd_7.pstats"))
        calls = {place[2]: figures[0] for place, figures in stats.stats.items()}
        assert calls["<built-in method builtins.abs>"] == 4
        assert os.listdir(tmp_path / "profiles") == ["rdd_7.pstats"]
        rdd.count()
        sc.show_profiles()
        assert capsys.readouterr().out == ""  # what was dumped begins anew
