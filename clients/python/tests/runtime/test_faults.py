"""What goes wrong: tokens, dead gateways, silence, Ctrl-C, forks. Each ends in one clear error and never in a hang."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any, Dict, List

import pytest
from fake_gateway import NO_REPLY, TOKEN, Desk, running
from raw_peer import Peer, listening
from things import Thing

from kindling import errors
from kindling._runtime import session as sessions

HERE = Path(__file__).parent


def test_a_wrong_token(desk: Desk) -> None:
    with running(desk) as url, pytest.raises(PermissionError) as caught:
        sessions.open_session(url, "wrong")
    assert isinstance(caught.value, errors.AccessError)
    assert caught.value.code == "UNAUTHENTICATED"
    assert caught.value.hint == "give the token that the gateway was started with"


def test_a_gateway_that_never_answers_the_hello(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "CONNECT_SECONDS", 0.3)

    def behave(peer: Peer) -> None:
        peer.accept()
        time.sleep(1)

    started = time.monotonic()
    with listening(behave) as url, pytest.raises(errors.UnavailableError, match="did not answer in time"):
        sessions.open_session(url, TOKEN)
    assert time.monotonic() - started < 2


def test_a_gateway_that_speaks_another_protocol() -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        peer.frame()
        peer.send(b"\x81\x08[nonsens")

    with listening(behave) as url, pytest.raises(errors.ProtocolError, match="cannot be read"):
        sessions.open_session(url, TOKEN)


def test_a_gateway_that_dies_in_the_middle_of_calls(session: sessions.Session, desk: Desk) -> None:
    """All waiting threads learn of it, and so does every later call."""
    waiting: List[Dict[str, Any]] = []

    def die(desk: Desk, message: Dict[str, Any]) -> Any:
        waiting.append(message)
        if len(waiting) == 3:
            desk.drop()
        return NO_REPLY

    desk.answers["Thing.get"] = die
    thing = Thing[int]()
    caught: List[BaseException] = []

    def work() -> None:
        try:
            thing.get("long")
        except errors.EngineError as error:
            caught.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert [error.code for error in caught if isinstance(error, errors.UnavailableError)] == ["SESSION_LOST"] * 3
    with pytest.raises(ConnectionError, match="the gateway ended"):
        thing.get("long")
    with pytest.raises(errors.UnavailableError):
        Thing[int]()


def test_a_session_after_a_lost_one(desk: Desk) -> None:
    def drop(desk: Desk, _: Any) -> Any:
        desk.drop()
        return NO_REPLY

    desk.answers["Thing.get"] = drop
    with running(desk) as url:
        first = sessions.open_session(url, TOKEN)
        with pytest.raises(errors.UnavailableError):
            Thing[int]().get("long")
        first.close()
        desk.answers.clear()
        second = sessions.open_session(url, TOKEN)
        assert Thing[int]().get("long") is None
        second.close()
    assert first is not second


def test_ctrl_c_cancels_the_call_and_keeps_the_session(session: sessions.Session, desk: Desk) -> None:
    held: List[Dict[str, Any]] = []

    def hold(_: Desk, message: Dict[str, Any]) -> Any:
        held.append(message)
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        return NO_REPLY

    def cancel(desk: Desk, message: Dict[str, Any]) -> None:
        assert message["params"]["call"] == held[0]["id"]
        desk.fail(held[0], code="JOB_CANCELLED", kind="cancelled", message="the job was cancelled")

    desk.answers.update({"Thing.get": hold, "cancel": cancel})
    thing = Thing[int]()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        thing.get("long")
    assert time.monotonic() - started < 1
    assert "cancel" in desk.methods()
    desk.answers["Thing.get"] = lambda _desk, _message: 5
    assert thing.get("long") == 5


def test_ctrl_c_waits_two_seconds_for_the_job_to_end(session: sessions.Session, desk: Desk) -> None:
    def hold(_: Desk, message: Dict[str, Any]) -> Any:
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        return NO_REPLY

    desk.answers["Thing.get"] = hold
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        Thing[int]().get("long")
    assert 2 <= time.monotonic() - started < 3


def test_a_second_ctrl_c_does_not_wait(session: sessions.Session, desk: Desk) -> None:
    def hold(_: Desk, message: Dict[str, Any]) -> Any:
        for seconds in (0.1, 0.4):
            threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()
        return NO_REPLY

    desk.answers["Thing.get"] = hold
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        Thing[int]().get("long")
    assert time.monotonic() - started < 1


def test_interrupts_at_any_bytecode_lose_nothing(session: sessions.Session, desk: Desk) -> None:
    """A timer's signal raises in the middle of thousands of calls; every answer is one to its own question."""
    desk.answers["Thing.get"] = lambda _desk, message: message["params"]["args"][0]
    desk.answers["Thing.make"] = lambda _desk, _message: None
    thing = Thing[int]()
    session.flush()

    def strike(*_: Any) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGALRM, strike)
    interrupted = answered = number = 0
    kept: List[Any] = []
    deadline = time.monotonic() + 4
    try:
        while time.monotonic() < deadline:
            try:
                number += 1
                signal.setitimer(signal.ITIMER_REAL, 0.00002 + (number * 37 % 700) / 1_000_000)
                kept.append(thing.make(number))
                assert thing.get("long", number, "long") == number
                answered += 1
                signal.setitimer(signal.ITIMER_REAL, 0)
            except KeyboardInterrupt:
                interrupted += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert thing.get("long", -1, "long") == -1
    assert interrupted > 100
    assert answered > 100
    seen = set()
    expected = 1
    for first, count in zip(desk.numbers, desk.frames):
        # What was sent twice has the number that it had before.
        assert first <= expected
        expected = max(expected, first + count)
        seen.add(first)


def run(program: str, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(HERE), *sys.path])
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *args],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={**os.environ, "PYTHONPATH": path, **environment},
    )


def test_a_forked_child_refuses_its_parents_objects(desk: Desk) -> None:
    program = """
        import os, sys
        from things import Thing
        from kindling import errors
        from kindling._runtime import session as sessions
        parent = sessions.current()
        thing = Thing("parent")
        child = os.fork()
        if child == 0:
            try:
                thing.get("long")
            except errors.InvalidArgumentError as error:
                own = Thing("child")
                own.get("void")
                del thing
                sessions.close()
                os._exit(7 if error.code == "FORKED_OBJECT" else 1)
            os._exit(2)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(status, thing.get("void"))
    """
    with running(desk) as url:
        # Python 3.12 and later warn of any fork beside threads.
        done = run(program, KINDLING_URL=url, KINDLING_TOKEN=TOKEN, PYTHONWARNINGS="ignore")
    assert (done.stdout, done.stderr) == ("7 None\n", "")
    assert desk.connections == 2
    assert sorted(m["params"]["args"] for m in desk.messages if m["method"] == "Thing.new") == [["child"], ["parent"]]


def test_the_end_of_a_program_sends_what_is_buffered(desk: Desk) -> None:
    program = "from things import Thing; thing = Thing('last')"
    with running(desk) as url:
        done = run(program, KINDLING_URL=url, KINDLING_TOKEN=TOKEN)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert desk.methods() == ["Thing.new", "close"]


def test_an_uncaught_error_prints_the_users_line_first(desk: Desk, tmp_path: Path) -> None:
    script = tmp_path / "app.py"
    script.write_text("from things import Thing\n\n\ndef main():\n    Thing().get('long')\n\n\nmain()\n")
    origin = {"frames": [{"file": str(script), "line": 5, "function": "<lambda>", "text": "lambda x: 1 // x"}]}
    desk.answers["Thing.get"] = lambda desk, message: desk.fail(
        message,
        code="USER_FUNCTION_FAILED",
        kind="user_code",
        message="ZeroDivisionError: division by zero",
        origin=origin,
    )
    with running(desk) as url:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}
        environment.update(KINDLING_URL=url, KINDLING_TOKEN=TOKEN)
        done = subprocess.run(
            [sys.executable, "app.py"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.split("\n") == [
        "app.py:5: Thing().get('long')",
        "UserCodeError: [USER_FUNCTION_FAILED] ZeroDivisionError: division by zero",
        "  at app.py:5, in <lambda>",
        "      lambda x: 1 // x",
        "",
    ]


def test_other_uncaught_errors_are_left_alone(desk: Desk) -> None:
    with running(desk) as url:
        done = run("from things import Thing; Thing(); 1 / 0", KINDLING_URL=url, KINDLING_TOKEN=TOKEN)
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")
