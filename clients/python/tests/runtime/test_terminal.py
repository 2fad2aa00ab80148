"""What a person sees: progress of stages, and errors that nobody caught."""

from __future__ import annotations

import io
import pickle
from typing import Any, Dict, List

import pytest

from kindling import errors
from kindling._runtime.uncaught import report
from kindling.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def news(stage: int, done: int, **more: Any) -> Dict[str, Any]:
    base = {"stage": stage, "name": "reduceByKey at app.py:8", "partitions": 8, "done": done, "failed": 0}
    return {**base, "running": 2 if done < 8 else 0, "elapsedMs": 1200, "ended": False, **more}


BAR = "Stage 3 reduceByKey at app.py:8 [===============>        ] 5/8 tasks, 2 running, 1.2 s"
ENDED = "Stage 3 reduceByKey at app.py:8 [========================] 8/8 tasks, 1.2 s\n"


def test_a_bar_is_redrawn_in_place() -> None:
    terminal = Terminal()
    progress = Progress(terminal, "auto")
    progress.update(news(3, 5))
    assert terminal.getvalue() == BAR
    progress.update(news(3, 8, ended=True))
    assert terminal.getvalue() == BAR + "\r\x1b[J" + ENDED


def test_two_stages_are_two_lines() -> None:
    terminal = Terminal()
    progress = Progress(terminal, "bar")
    progress.update(news(3, 5))
    progress._drawn_at = 0
    progress.update(news(4, 5))
    assert terminal.getvalue() == BAR + "\r\x1b[J" + BAR + "\n" + BAR.replace("Stage 3", "Stage 4")
    progress.clear()
    assert terminal.getvalue().endswith("\r\x1b[1A\x1b[J")
    progress.clear()
    assert terminal.getvalue().count("\x1b[J") == 2


SHOWN: List[Any] = [
    (Terminal, "auto", 400, ""),
    (Terminal, "lines", 400, ENDED.replace("1.2", "0.4")),
    (Terminal, "off", 1200, ""),
    (io.StringIO, "auto", 1200, ""),
    (io.StringIO, "lines", 1200, ENDED),
    (io.StringIO, "nonsense", 1200, ""),
]


@pytest.mark.parametrize(("stream", "mode", "elapsed", "text"), SHOWN)
def test_what_is_shown_of_an_ended_stage(stream: Any, mode: str, elapsed: int, text: str) -> None:
    terminal = stream()
    Progress(terminal, mode).update(news(3, 8, ended=True, elapsedMs=elapsed))
    assert terminal.getvalue() == text


def test_failures_are_counted_and_long_names_cut() -> None:
    terminal = Terminal()
    Progress(terminal, "bar").update(news(3, 5, failed=1, name="x" * 200))
    assert "5/8 tasks, 2 running, 1 failed, 1.2 s" in terminal.getvalue()
    assert len(terminal.getvalue()) <= 100


def test_spilled_bytes_are_shown() -> None:
    terminal = Terminal()
    Progress(terminal, "lines").update(news(8, 8, ended=True, spilledBytes=3 << 19))
    assert "8/8 tasks, 1.5 MiB spilled, 1.2 s" in terminal.getvalue()


def test_an_error_is_at_most_fifteen_lines() -> None:
    frames = [{"file": "a.py", "line": n, "function": "f", "text": "x"} for n in range(20)]
    data = {
        "code": "USER_FUNCTION_FAILED",
        "kind": "user_code",
        "message": "\n".join("many lines of message" for _ in range(50)),
        "origin": {
            "frames": frames,
            "sql": {"text": "select\nx", "line": 2, "column": 1},
            "site": {"file": "a.py", "line": 1, "call": "sql"},
            "task": {"stage": 0, "partition": 0, "partitions": 1, "attempt": 0},
        },
        "hint": "try",
    }
    error = errors.error_from_data(data)
    try:
        raise error
    except errors.EngineError as caught:
        lines = report(error, caught.__traceback__)
    assert len(lines) <= 15
    assert lines[0].endswith(": raise error")
    assert lines[-1] == "  hint: try"


KINDS = [
    ("invalid_argument", ValueError),
    ("parse", errors.ParseException),
    ("analysis", errors.AnalysisException),
    ("not_found", LookupError),
    ("already_exists", errors.AlreadyExistsError),
    ("unsupported", NotImplementedError),
    ("permission", PermissionError),
    ("unavailable", ConnectionError),
    ("timeout", TimeoutError),
    ("cancelled", errors.CancelledError),
    ("exhausted", errors.ResourceError),
    ("user_code", errors.UserCodeError),
    ("protocol", errors.ProtocolError),
    ("internal", errors.InternalError),
]


@pytest.mark.parametrize(("kind", "parent"), KINDS)
def test_each_kind_has_its_class(kind: str, parent: type) -> None:
    error = errors.error_from_data({"code": "X", "kind": kind, "message": "m", "params": {"a": "b"}, "condition": "C"})
    assert isinstance(error, parent)
    assert isinstance(error, errors.EngineError)
    assert (error.code, error.params, error.condition, str(error)) == ("X", {"a": "b"}, "C", "[X] m")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.code, str(copy), copy.params) == (type(error), "X", "[X] m", {"a": "b"})


def test_codes_and_kinds_that_are_not_known_yet() -> None:
    error = errors.error_from_data({"code": "FROM_THE_FUTURE", "kind": "novel", "message": "m"})
    assert (type(error), error.code) == (errors.EngineError, "FROM_THE_FUTURE")
    assert isinstance(errors.error_from_data({"code": "COLUMN_NOT_FOUND", "message": "m"}), errors.AnalysisException)


def test_the_kinds_of_our_own_codes_are_those_of_the_table() -> None:
    from kindling.generated.errors import KINDS as TABLE

    assert {code: TABLE.get(code) for code in errors._RAISED_HERE} == errors._RAISED_HERE
