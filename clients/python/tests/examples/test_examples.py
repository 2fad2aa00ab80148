"""Examples of the documentation are tests: those of docstrings, and those of members that are written by hand."""

from __future__ import annotations

import doctest
import importlib
import json
import re
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

API = json.loads((Path(__file__).parents[4] / "codegen" / "api.json").read_text(encoding="utf-8"))
MODULES = [
    "kindling.conf",
    "kindling.files",
    "kindling.generated.core",
    "kindling.generated.functions",
    "kindling.generated.sql",
    "kindling.inheritable_thread",
    "kindling.overlay.spark_context",
    "kindling.overlay.spark_session",
    "kindling.resource",
    "kindling.sql.column",
    "kindling.sql.functions",
    "kindling.sql.row",
    "kindling.sql.types",
]


def _of_docstrings() -> List[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name), extraglobs={})]
    return [test for test in found if test.examples]


def _described() -> Dict[str, str]:
    """Examples of the description by member, of those that Python has."""
    return {
        f"{owner['name']}.{method['name']}": method["doc"]["examples"]["python"]
        for owner in API["classes"]
        for method in owner["methods"]
        if owner["names"].get("python") != "" and method["names"].get("python") != ""
    }


DOCSTRINGS = _of_docstrings()


def _shown() -> Dict[str, doctest.DocTest]:
    """Tests of generated members by the member's name."""
    return {test.name.split(".", 3)[-1]: test for test in DOCSTRINGS if test.name.startswith("kindling.generated.")}


CLASSES: Dict[str, Any] = {
    name: getattr(importlib.import_module(module), name)
    for name, module in API["overlays"]["python"]["classes"].items()
}
"""Those that are written by hand whole."""


def _of_overlays() -> List[doctest.DocTest]:
    """Members that are written by hand show no docstring of the description: their examples are run from there."""
    handwritten = {name.replace("__init__", "new") for name in API["overlays"]["python"]["members"]}
    parser = doctest.DocTestParser()
    return [
        parser.get_doctest(code, {}, f"codegen/api.json {name}", None, 0)
        for name, code in _described().items()
        if name in handwritten or name.split(".")[0] in CLASSES
    ]


def _queries() -> List[Tuple[str, str, str]]:
    """`SELECT 1 + 1; -- 2` of the functions table."""
    found = []
    for function in API["functions"]:
        example = re.fullmatch(r"(.*?);?\s*-- (.*)", function["doc"]["examples"]["sql"], re.DOTALL)
        assert example, function["name"]
        found.append((function["name"], example[1], example[2]))
    return found


TESTS = [*DOCSTRINGS, *_of_overlays()]


@pytest.mark.parametrize("test", TESTS, ids=[test.name for test in TESTS])
def test_example(test: doctest.DocTest, names: Dict[str, Any]) -> None:
    # Those of modules see the module; those of generated ones what a program has imported.
    test.globs.update({**CLASSES, **names})
    report: List[str] = []
    outcome = doctest.DocTestRunner(verbose=False).run(test, out=report.append)
    assert outcome.failed == 0, "".join(report)


def test_every_described_example_is_shown() -> None:
    shown = {*_shown(), *(test.name.split()[-1] for test in _of_overlays())}
    assert sorted(_described().keys() - shown) == []


@pytest.mark.parametrize(("sql", "expected"), [case[1:] for case in _queries()], ids=[case[0] for case in _queries()])
def test_query(sql: str, expected: str, names: Dict[str, Any]) -> None:
    ((value,),) = names["spark"].sql(sql).collect()
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    assert shown == expected
