"""Objects under names, between programs of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import Iterator

import pytest

import kindling
from kindling import SparkContext, errors
from kindling._runtime import launch
from kindling._runtime import session as sessions


@pytest.fixture
def gateway() -> Iterator[launch.Gateway]:
    started = launch._start()
    yield started
    sessions.close()
    started.stop()


def run_program(gateway: launch.Gateway, text: str) -> str:
    """What another program prints that joins the gateway."""
    environment = {**os.environ, "KINDLING_URL": gateway.url, "KINDLING_TOKEN": gateway.token}
    command = [sys.executable, "-c", textwrap.dedent(text)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_rdd_outlives_the_program_that_published_it(gateway: launch.Gateway) -> None:
    run_program(
        gateway,
        """
        import kindling
        sc = kindling.SparkContext("local[2]", "publisher")
        factor = 3
        triples = sc.parallelize(range(5), 2).map(lambda n: n * factor).cache()
        triples.count()
        kindling.publish("triples", triples)
        """,
    )
    sessions.open_session(gateway.url, gateway.token)
    triples = kindling.find("triples")
    assert isinstance(triples, kindling.RDD)
    assert triples.collect() == [0, 3, 6, 9, 12]
    assert triples.map(lambda n: n + 1).sum() == 35
    kindling.withdraw("triples")
    with pytest.raises(PermissionError, match="was withdrawn"):
        triples.count()


def test_a_program_that_may_only_read(gateway: launch.Gateway) -> None:
    sessions.open_session(gateway.url, gateway.token)
    sc = SparkContext("local[2]", "publisher")
    numbers = sc.parallelize([3, 1, 2], 2)
    kindling.publish("numbers", numbers, rights="read")
    printed = run_program(
        gateway,
        """
        import kindling
        numbers = kindling.find("numbers")
        print(sorted(numbers.map(lambda n: n * 2).collect()))
        try:
            numbers.context.stop()
        except kindling.errors.AccessError as error:
            print(error.code)
        """,
    )
    assert printed.splitlines() == ["[2, 4, 6]", "RIGHT_MISSING"]
    assert numbers.count() == 3


def test_mistakes(gateway: launch.Gateway) -> None:
    sessions.open_session(gateway.url, gateway.token)
    sc = SparkContext("local[2]", "publisher")
    with pytest.raises(errors.EngineError, match="publish: object must be a remote object, not a value of type list"):
        kindling.publish("list", [1])  # type: ignore[arg-type]
    with pytest.raises(errors.EngineError, match="rights must be"):
        kindling.publish("rights", sc.parallelize([1]), rights="write")
    with pytest.raises(errors.EngineError, match='nothing is published under the name "nothing"'):
        kindling.find("nothing")
