"""Which way a client reaches its gateway: over a Unix socket where both are on one machine."""

from __future__ import annotations

import os
import socket
import stat
from typing import Iterator

import pytest

from kindling import SparkContext
from kindling._runtime import launch
from kindling._runtime import session as sessions


@pytest.fixture
def gateway() -> Iterator[launch.Gateway]:
    started = launch._start()
    yield started
    started.stop()


def family(session: sessions.Session) -> socket.AddressFamily:
    return session._connection._websocket._socket.family


def test_its_own_gateway_is_reached_locally() -> None:
    session = sessions.current()
    assert family(session) is socket.AF_UNIX
    path = (session._gateway.local_url or "").partition(":")[2]
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
    session.close()
    assert not os.path.exists(os.path.dirname(path))


def test_a_gateway_that_is_joined_is_reached_locally_once_it_has_said_where(gateway: launch.Gateway) -> None:
    session = sessions.open_session(gateway.url, gateway.token)
    assert family(session) is socket.AF_UNIX
    assert SparkContext("local[2]", "local").parallelize([1, 2]).sum() == 3
    session.close()


def test_a_path_of_another_machine(gateway: launch.Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another gateway's socket is no place for the session."""
    other = launch._start()
    path = (other.local_url or "").partition(":")[2]
    move = sessions.Session._move
    monkeypatch.setattr(sessions.Session, "_move", lambda self, _, deadline: move(self, path, deadline))
    session = sessions.open_session(gateway.url, gateway.token)
    assert family(session) is socket.AF_INET
    assert SparkContext("local[2]", "remote").parallelize([1, 2]).sum() == 3
    session.close()
    other.stop()
