"""Calls, batches, replies, releases and the end of a session, against a peer of another make."""

from __future__ import annotations

import gc
import threading
import time
from typing import Any, Dict, List

import pytest
from fake_gateway import NO_REPLY, TOKEN, Desk, running
from things import Thing

from kindling import errors
from kindling._runtime import session as sessions


def test_a_chain_and_its_action_are_one_frame(session: sessions.Session, desk: Desk) -> None:
    desk.answers["Thing.collect"] = lambda _desk, _message: {"$": "elements", "batches": []}
    thing: Thing[int] = Thing("a").make(1).make(2).make(3)
    assert thing.collect() == []
    assert desk.frames == [6]
    assert desk.methods() == ["Thing.new", "Thing.make", "Thing.make", "Thing.make", "release", "Thing.collect"]
    release = desk.messages.pop(4)
    made = [message["params"].get("as") for message in desk.messages]
    on = [message["params"].get("on") for message in desk.messages]
    assert on[1:] == made[:-1]
    assert release["params"]["ids"] == made[:3]
    assert all("id" not in message for message in desk.messages[:-1])


def test_calls_name_the_users_line_and_lane(session: sessions.Session, desk: Desk) -> None:
    line = test_calls_name_the_users_line_and_lane.__code__.co_firstlineno
    Thing().get("void")
    file, number = desk.messages[0]["params"]["at"]
    assert file.endswith("test_session.py")
    assert number == line + 2
    other = threading.Thread(target=lambda: Thing().get("void"))
    other.start()
    other.join()
    lanes = [message["params"]["lane"] for message in desk.messages if message["method"] != "release"]
    assert lanes[0] == lanes[1] != lanes[2] == lanes[3]


@pytest.mark.parametrize(("calls", "first_frame"), [(255, 0), (256, 256), (600, 256)])
def test_buffered_calls_go_out_at_256(session: sessions.Session, desk: Desk, calls: int, first_frame: int) -> None:
    session._arm = lambda: None  # type: ignore[method-assign]
    things = [Thing[int]() for _ in range(calls)]
    _until(lambda: sum(desk.frames) == calls - calls % 256)
    assert (desk.frames or [0])[0] == first_frame
    session.flush()
    _until(lambda: len(desk.messages) == calls)
    assert desk.numbers == [1 + sum(desk.frames[:i]) for i in range(len(desk.frames))]
    assert len(things) == calls


def test_buffered_calls_go_out_at_64_kib(session: sessions.Session, desk: Desk) -> None:
    session._arm = lambda: None  # type: ignore[method-assign]
    kept = [Thing[int]("x" * 10_000) for _ in range(7)]
    _until(lambda: len(desk.messages) == len(kept))
    assert desk.frames == [7]


def test_buffered_calls_go_out_after_5_ms(session: sessions.Session, desk: Desk) -> None:
    started = time.monotonic()
    kept = Thing[int]()
    _until(lambda: bool(desk.messages))
    assert 0.004 < time.monotonic() - started < 1
    assert kept is not None


def test_dropped_objects_are_released_in_one_message(session: sessions.Session, desk: Desk) -> None:
    things = [Thing[int]() for _ in range(100)]
    keeper = Thing[int]()
    identities = [thing._id for thing in things]
    keeper.get("void")
    del things
    gc.collect()
    keeper.get("void")
    released = [message["params"]["ids"] for message in desk.messages if message["method"] == "release"]
    assert len(released) == 1
    assert sorted(released[0]) == identities


def test_the_timer_releases_too(session: sessions.Session, desk: Desk) -> None:
    thing = Thing[int]()
    identity = thing._id
    session.flush()
    del thing
    _until(lambda: any(m["method"] == "release" and m["params"]["ids"] == [identity] for m in desk.messages))


def test_a_call_that_was_never_bound_releases_nothing(session: sessions.Session) -> None:
    with pytest.raises(errors.InvalidArgumentError):
        Thing[int](5)  # type: ignore[arg-type]
    gc.collect()
    assert not session.garbage


def test_replies_find_their_threads(session: sessions.Session, desk: Desk) -> None:
    """Replies come in reverse order, so that each reader gets those of others first."""
    held: List[Dict[str, Any]] = []

    def hold(_desk: Desk, message: Dict[str, Any]) -> Any:
        held.append(message)
        if len(held) == 8:
            for waiting in reversed(held):
                desk.reply(waiting, waiting["params"]["args"][0])
            held.clear()
        return NO_REPLY

    desk.answers["Thing.get"] = hold
    thing = Thing[int]()
    results: Dict[int, List[int]] = {}

    def work(number: int) -> None:
        results[number] = [thing.get("long", number * 1000 + i, "long") for i in range(50)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == {number: [number * 1000 + i for i in range(50)] for number in range(8)}


def test_errors_carry_what_the_gateway_says(session: sessions.Session, desk: Desk) -> None:
    origin = {
        "site": {"file": "app.py", "line": 3, "call": "map"},
        "frames": [{"file": "app.py", "line": 4, "function": "<lambda>", "text": "1 // x"}],
        "task": {"stage": 0, "partition": 1, "partitions": 8, "attempt": 0},
    }
    desk.answers["Thing.get"] = lambda desk, message: desk.fail(
        message,
        code="USER_FUNCTION_FAILED",
        kind="user_code",
        message="ZeroDivisionError: by zero",
        params={"type": "Z"},
        origin=origin,
    )
    with pytest.raises(errors.UserCodeError) as caught:
        Thing[int]().get("long")
    error = caught.value
    assert (error.code, error.params, error.origin.frames[0].line) == ("USER_FUNCTION_FAILED", {"type": "Z"}, 4)
    assert str(error).split("\n") == [
        "[USER_FUNCTION_FAILED] ZeroDivisionError: by zero",
        "  at app.py:4, in <lambda>",
        "      1 // x",
        "  in map at app.py:3",
        "  (stage 0, partition 1 of 8, attempt 0)",
    ]
    own = [entry for entry in caught.traceback if "kindling/_runtime" in str(entry.path)]
    assert len(own) <= 3


def test_notifications_reach_the_terminal(
    session: sessions.Session, desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINDLING_PROGRESS", "lines")

    def talk(desk: Desk, _: Any) -> None:
        desk.send({"method": "output", "params": {"stream": "stdout", "text": "from a task\n"}})
        desk.send({"method": "output", "params": {"stream": "stderr", "text": "to stderr\n"}})
        desk.send({"method": "warning", "params": {"message": "2 lines hold invalid UTF-8"}})
        stage = {
            "stage": 3,
            "name": "count at a.py:1",
            "partitions": 8,
            "done": 8,
            "running": 0,
            "failed": 0,
            "elapsedMs": 1200,
        }
        desk.send({"method": "progress", "params": {**stage, "ended": True}})

    desk.answers["Thing.get"] = talk
    Thing[int]().get("void")
    out, err = capsys.readouterr()
    assert out == "from a task\n"
    assert err.split("\n") == [
        "to stderr",
        "kindling: 2 lines hold invalid UTF-8",
        "Stage 3 count at a.py:1 [========================] 8/8 tasks, 1.2 s",
        "",
    ]


def test_close_reports_failures_nobody_waited_for(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    failure = {"code": "PATH_NOT_FOUND", "kind": "not_found", "message": 'no "x"', "params": {}, "origin": {}}
    desk.answers["close"] = lambda _desk, _message: {"failures": [{"at": ["app.py", 7], "error": failure}]}
    with running(desk) as url:
        session = sessions.open_session(url, TOKEN)
        Thing[int]().note("x")
        session.close()
        session.close()
    assert desk.methods() == ["Thing.new", "Thing.note", "close"]
    assert capsys.readouterr().err == (
        'app.py:7: a call failed that nobody waited for\nNotFoundError: [PATH_NOT_FOUND] no "x"\n'
    )


def test_objects_of_a_closed_session_say_so(desk: Desk) -> None:
    with running(desk) as url:
        session = sessions.open_session(url, TOKEN)
        thing = Thing[int]()
        session.close()
        with pytest.raises(errors.UnavailableError, match="closed"):
            thing.get("long")


def test_the_hello_says_who_asks(session: sessions.Session, desk: Desk) -> None:
    client = desk.hello["client"]
    assert desk.hello["protocol"] == 1
    assert client["language"] == "python"
    assert all(path.startswith("/") for path in client["searchPath"])


def _until(condition: Any, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.002)
