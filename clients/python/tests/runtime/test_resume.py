"""Connections that break while a program runs: nothing is lost, nothing runs twice, the program sees nothing of it."""

from __future__ import annotations

import os
import threading
import time
from typing import Any, Iterator, List

import pytest
from cutting_proxy import cutting

from kindling import SparkContext
from kindling._runtime import launch
from kindling._runtime import session as sessions

CUTS = 100


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[launch.Gateway]:
    """A gateway whose clients stay where they are: they do not move to its Unix socket."""
    monkeypatch.setattr(sessions.Session, "_move", lambda *_: None)
    started = launch._start()
    yield started
    started.stop()


def test_a_hundred_cuts_during_a_program(gateway: launch.Gateway) -> None:
    """Every job ran once, every object is there, every byte is right."""
    seed = int(os.environ.get("KINDLING_SEED", time.time_ns() % 1_000_000))
    print(f"seed {seed}")
    with cutting(gateway.url, seed, CUTS, 400_000) as (url, proxy):
        session = sessions.open_session(url, gateway.token)
        sc = SparkContext("local[2]", "cuts")
        sc.setJobGroup("cut", "jobs of a program whose connection breaks")
        kept: List[Any] = []
        jobs = 0
        while proxy.cuts < CUTS or jobs < 20:
            jobs += 1
            numbers = sc.parallelize(range(jobs, jobs + 30), 2).map(lambda n: n * 2).filter(lambda n: n % 3 == 0)
            kept.append(numbers)
            assert numbers.collect() == [2 * n for n in range(jobs, jobs + 30) if n % 3 == 0]
            if jobs % 5 == 0:
                texts = [f"{jobs} {n}" * 20 for n in range(5000)]
                jobs += 1
                assert sc.parallelize(texts, 2).collect() == texts
        for index in (0, len(kept) // 2, -1):
            jobs += 1
            assert kept[index].count() == len([n for n in range(30) if n % 3 == 0])
        assert len(sc.statusTracker().getJobIdsForGroup("cut")) == jobs
        sc.stop()
        session.close()
    assert proxy.cuts >= CUTS


def test_threads_go_on_together(gateway: launch.Gateway) -> None:
    with cutting(gateway.url, 5, 30, 20_000) as (url, proxy):
        session = sessions.open_session(url, gateway.token)
        sc = SparkContext("local[2]", "cuts")
        failures: List[BaseException] = []

        def work(number: int) -> None:
            try:
                for step in range(15):
                    assert sc.parallelize([number, step], 1).collect() == [number, step]
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []
        assert not any(thread.is_alive() for thread in threads)
        sc.stop()
        session.close()
    assert proxy.cuts > 0


def test_a_gateway_that_is_gone_says_which_calls_had_arrived(gateway: launch.Gateway) -> None:
    session = sessions.open_session(gateway.url, gateway.token)
    sc = SparkContext("local[2]", "gone")
    assert sc.parallelize([1]).count() == 1
    caught: List[BaseException] = []

    def work() -> None:
        try:
            sc.parallelize([1]).map(lambda _: time.sleep(60)).collect()
        except Exception as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(1)
    gateway._process.kill()
    thread.join(10)
    assert "SESSION_LOST" in str(caught[0])
    session.close()
