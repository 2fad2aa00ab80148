"""Hand-written sugar: contexts, sessions, columns, types. Expected texts and semantics are PySpark 4's."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest
from fake_gateway import Desk

import kindling
from kindling import RDD, SparkConf, SparkContext, errors
from kindling._runtime import session as sessions
from kindling.sql import Column, SparkSession
from kindling.sql import functions as F
from kindling.sql import types as T

OVERLAY = Path(kindling.__file__).parent / "overlay"


def last(desk: Desk, method: str) -> List[Any]:
    found: List[Any] = [message["params"]["args"] for message in desk.messages if message["method"] == method][-1]
    return found


def test_a_context_as_in_pyspark(session: sessions.Session, desk: Desk) -> None:
    conf = SparkConf().setMaster("local[1]").setAppName("conf").set("spark.x", True)
    with SparkContext("local[2]", "app", conf=conf) as sc:
        assert SparkContext.getOrCreate() is sc
        assert isinstance(sc.parallelize([1, 2], 2), RDD)
    settings = {"spark.master": "local[1]", "spark.app.name": "conf", "spark.x": "True"}
    assert last(desk, "SparkContext.new") == ["local[2]", "app", settings]
    assert "SparkContext.stop" in desk.methods()
    again = SparkContext.getOrCreate(SparkConf())
    assert again is not sc
    again.stop()


def test_a_session_as_in_pyspark(session: sessions.Session, desk: Desk) -> None:
    builder = SparkSession.builder.master("local[2]").appName("x").config("a.b", 1).config(map={"c": False})
    spark = builder.getOrCreate()
    assert SparkSession.builder.getOrCreate() is spark
    session.flush()
    desk.answers["DataFrame.columns"] = lambda _desk, _message: ["id", "count"]
    df = spark.range(10)
    assert (repr(df["id"]), repr(df.id), repr(df[1])) == ("Column<'id'>", "Column<'id'>", "Column<'count'>")
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = df.nope
    assert not hasattr(df, "_repr_mimebundle_")
    assert "id" in dir(df)
    kept = [df[df.id > 3], df[["id"]], df["id", "count"]]
    spark.stop()
    assert len(kept) == 3
    assert last(desk, "SparkSession.new") == [
        "local[2]",
        "x",
        {"spark.master": "local[2]", "spark.app.name": "x", "a.b": "1", "c": "false"},
    ]
    assert last(desk, "DataFrame.filter")[0]["fn"] == ">"
    assert last(desk, "DataFrame.select") == [["id", "count"]]
    with pytest.raises(errors.InvalidArgumentError):
        df[1.5]


id_ = F.col("id")
ONE = {"kind": "literal", "value": 1, "type": {"kind": "int"}}
ID = {"kind": "column", "name": "id"}


def call(fn: str, *args: Dict[str, Any]) -> Dict[str, Any]:
    return {"kind": "call", "fn": fn, "args": list(args)}


COLUMNS = [
    (id_ + 1, call("+", ID, ONE), "(id + 1)"),
    (1 + id_, call("+", ONE, ID), "(1 + id)"),
    (1 - id_, call("-", ONE, ID), "(1 - id)"),
    (id_ * id_, call("*", ID, ID), "(id * id)"),
    (1 / id_, call("/", ONE, ID), "(1 / id)"),
    (id_ % 1, call("%", ID, ONE), "(id % 1)"),
    (-id_, call("negative", ID), "negative(id)"),
    (id_ == 1, call("=", ID, ONE), "(id = 1)"),
    (id_ != 1, call("!=", ID, ONE), "(id != 1)"),
    (id_ < 1, call("<", ID, ONE), "(id < 1)"),
    (id_ > 1, call(">", ID, ONE), "(id > 1)"),
    (id_ <= 1, call("<=", ID, ONE), "(id <= 1)"),
    (id_ >= 1, call(">=", ID, ONE), "(id >= 1)"),
    ((id_ > 1) & (id_ < 1), call("and", call(">", ID, ONE), call("<", ID, ONE)), "((id > 1) and (id < 1))"),
    (id_ | id_, call("or", ID, ID), "(id or id)"),
    (~id_, call("not", ID), "not(id)"),
    (id_.isNull(), call("isnull", ID), "isnull(id)"),
    (id_.isin(1), call("in", ID, ONE), "in(id, 1)"),
    (id_.isin([1, 1]), call("in", ID, ONE, ONE), "in(id, 1, 1)"),
    (id_.isin({1}), call("in", ID, ONE), "in(id, 1)"),
    (id_.between(1, 1), call("between", ID, ONE, ONE), "between(id, 1, 1)"),
    (id_.alias("a"), {"kind": "alias", "child": ID, "name": "a"}, "id AS a"),
    (id_.cast("long"), {"kind": "cast", "child": ID, "type": {"kind": "bigint"}}, "CAST(id AS BIGINT)"),
    (F.sum("id"), call("sum", ID), "sum(id)"),
    (F.col("*"), {"kind": "star"}, "*"),
]


@pytest.mark.parametrize(("column", "expr", "text"), COLUMNS)
def test_columns_are_plain_data(column: Column, expr: Dict[str, Any], text: str) -> None:
    assert column.to_wire() == expr
    assert repr(column) == f"Column<'{text}'>"


LITERALS = [
    (True, "boolean"),
    (2**31 - 1, "int"),
    (2**31, "bigint"),
    (-(2**31), "int"),
    (1.0, "double"),
    ("a", "string"),
    (None, "string"),
]


@pytest.mark.parametrize(("value", "kind"), LITERALS)
def test_literals(value: Any, kind: str) -> None:
    assert F.lit(value).to_wire() == {"kind": "literal", "value": value, "type": {"kind": kind}}


def test_what_is_no_column() -> None:
    with pytest.raises(ValueError, match="neither true nor false"):
        bool(id_ > 1)
    with pytest.raises(TypeError):
        list(id_)
    with pytest.raises(TypeError):
        hash(id_)
    with pytest.raises(errors.InvalidArgumentError, match="lit: col must be"):
        F.lit(object())
    with pytest.raises(errors.InvalidArgumentError):
        _ = id_ + 2**63
    with pytest.raises(errors.ParseException, match="not known"):
        id_.cast("complex")


def test_udf_in_all_its_forms(session: sessions.Session, desk: Desk) -> None:
    def plus(x: int) -> int:
        """Adds."""
        return x + 1

    forms = [
        (F.udf(plus), "string"),
        (F.udf(plus, "bigint"), "bigint"),
        (F.udf(plus, T.LongType()), "bigint"),
        (F.udf("int")(plus), "int"),
        (F.udf(returnType=T.DoubleType())(plus), "double"),
    ]
    for made, kind in forms:
        expr = made("id", id_).to_wire()
        assert (expr["kind"], expr["args"], expr["type"]["kind"]) == ("udf", [ID, ID], kind)
        assert (getattr(made, "__name__", ""), made.__doc__) == ("plus", "Adds.")
    kept = SparkSession.builder.getOrCreate().range(1).select(forms[1][0]("id"))
    session.flush()
    SparkSession.builder.getOrCreate().stop()
    function = last(desk, "DataFrame.select")[0][0]["fn"]
    assert (function["$"], function["language"], function["name"]) == ("function", "python", "plus")
    assert kept is not None


def test_schemas() -> None:
    schema = T.StructType().add("id", T.LongType(), False).add("name", "string")
    assert schema.simpleString() == "struct<id:bigint,name:string>"
    assert T.StructType.from_wire(schema.to_wire()) == schema
    assert (schema["id"].nullable, schema[1].name, schema.names, len(schema)) == (False, "name", ["id", "name"], 2)
    assert repr(schema) == "StructType([StructField('id', LongType(), False), StructField('name', StringType(), True)])"
    assert {T.LongType(), T.LongType()} == {T.LongType()}


def test_the_list_of_hand_written_members_is_complete() -> None:
    listed = json.loads((OVERLAY / "members.json").read_text())
    written: Dict[str, Any] = {name: place for name, place in listed.items() if isinstance(place, str)}
    for name, place in written.items():
        assert hasattr(importlib.import_module(place), name)
    own = set(F.__all__) - set(importlib.import_module("kindling.generated.functions").__all__)
    written["functions"] = sorted(name for name in own if not inspect.isclass(getattr(F, name)))
    for file in OVERLAY.glob("[a-z]*.py"):
        for name, found in vars(importlib.import_module(f"kindling.overlay.{file.stem}")).items():
            if name.endswith("Overlay") and found.__module__.endswith(file.stem):
                # A class may be written in parts, by area.
                parts = [part for part in found.__mro__ if part.__module__.startswith("kindling.overlay.")]
                names = {member for part in parts for member in vars(part)}
                written[name[: -len("Overlay")]] = sorted(filter(_is_member, names))
    assert {name: sorted(place) if isinstance(place, list) else place for name, place in listed.items()} == written


class _Empty:
    """What every class has."""


def _is_member(name: str) -> bool:
    """Not what the interpreter adds to every class, nor private."""
    added = {"__annotations__", "__annotations_cache__", "__parameters__"}
    return name not in {*vars(_Empty), *added} and not re.match("_[a-z]", name)


def test_names_load_when_they_are_used() -> None:
    program = (
        "import sys, kindling; print([m for m in ('asyncio', 'subprocess', 'socket', 'json') if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-S", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30, env=environment)
    assert done.stdout == "[]\n"
    assert {"RDD", "SparkContext"} <= set(dir(kindling))
    with pytest.raises(AttributeError):
        _ = kindling.nonsense
