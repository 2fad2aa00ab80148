"""What becomes of an exception: the map of an ERROR frame, with the frames of the user's own code only."""

from __future__ import annotations

import linecache
import os
import re
import sys
from collections.abc import Iterable, Iterator
from types import CodeType, FrameType, TracebackType
from typing import Any, Callable, NamedTuple

_MESSAGE_CHARACTERS = 20_000
_ACTUAL_CHARACTERS = 60
# A recursion without end has a thousand frames that all say the same.
_MOST_FRAMES = 50

# The file name of generated loops in tracebacks; their frames say which step failed, see `Origin`.
LOOP_FILE = "<kernels>"

# What a line of a generated loop does; tells how an exception raised by that line itself is to be read.
CALL, PAIR, KEY, ORDER = "call", "pair", "key", "order"


class TaskFailure(Exception):
    """A failure that has a code of its own in the engine's table of errors."""

    def __init__(self, code: str, params: dict[str, str], message: str) -> None:
        super().__init__(message)
        self.code = code
        self.params = params
        # The failing step, where it failed before any element came to it.
        self.step: int | None = None
        # The user's function whose result is at fault.
        self.function: Any = None


class WrongPlace(TaskFailure, RuntimeError):
    """Of what PySpark raises a RuntimeError for."""


class Origin(NamedTuple):
    """Where a line of a generated loop comes from; a function of the worker says it by a local variable `origin`."""

    step: int
    role: str
    # What the user called, for messages.
    call: str
    # The local variable that holds the pair or key that a line of role PAIR or KEY takes.
    variable: str
    # The user's function that the line calls.
    function: Any


def not_key_value(call: str, element: Any) -> TaskFailure:
    actual = f"{type(element).__name__} {shortened(element)}"
    message = f"{call} needs elements that are (key, value) pairs, found {actual}"
    return TaskFailure("NOT_KEY_VALUE", {"call": call, "actual": actual}, message)


def key_not_hashable(error: TypeError, key: Any) -> TaskFailure:
    named = re.match(r"unhashable type: '(.*)'", str(error))
    name = named.group(1) if named else type(key).__name__
    return TaskFailure("KEY_NOT_HASHABLE", {"type": name}, f"a key of type {name} cannot be hashed")


def keys_not_comparable(error: TypeError) -> TaskFailure | None:
    """The failure that a comparison inside `sorted` or `bisect` stands for, unless the user's own code raised it."""
    named = re.match(r"'[<>]=?' not supported between instances of '(.*)' and '(.*)'", str(error))
    if not named or not is_plain(error):
        return None
    left, right = named.groups()
    message = f"keys cannot be put in order: found {left} and {right}"
    return TaskFailure("KEYS_NOT_COMPARABLE", {"left": left, "right": right}, message)


def partition_out_of_range(function: str, actual: Any, partitions: int) -> TaskFailure:
    shown = f"{type(actual).__name__} {shortened(actual)}"
    message = f"the partition function {function} returned {shown}, which is not the number of a partition"
    params = {"function": function, "actual": shown, "partitions": str(partitions)}
    return TaskFailure("PARTITION_OUT_OF_RANGE", params, message)


def accumulator_not_readable(aid: int) -> TaskFailure:
    message = f"the value of accumulator {aid} can only be read in the program, not in a task"
    return WrongPlace("ACCUMULATOR_NOT_READABLE", {"name": str(aid)}, message)


def explain_pairs(error: Exception, call: str, pairs: Iterable[Any]) -> Exception:
    """What an error means that came of taking pairs apart and hashing their keys."""
    for pair in pairs:
        if not is_pair(pair):
            return not_key_value(call, pair)
        if isinstance(error, TypeError) and is_plain(error) and not _is_hashable(pair[0]):
            return key_not_hashable(error, pair[0])
    return error


def explain_key(error: TypeError, key: Any) -> Exception:
    """What an error means that came of hashing a key."""
    return error if _is_hashable(key) else key_not_hashable(error, key)


def _is_hashable(key: Any) -> bool:
    try:
        hash(key)
    except TypeError:
        return False
    return True


def is_plain(error: Exception) -> bool:
    """Whether Python itself raised it in the worker's own code, not a function of the user's."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace is not None and (_is_ours(trace.tb_frame.f_code.co_filename) or _is_heap(trace.tb_frame))


def _is_heap(frame: FrameType) -> bool:
    return bool(frame.f_globals.get("__name__") == "heapq")


def is_pair(element: Any) -> bool:
    """Whether `key, value = element` works."""
    try:
        _key, _value = element
    except (TypeError, ValueError):
        return False
    return True


def error_map(error: BaseException, steps: int) -> dict[str, Any]:
    """The payload of an ERROR frame; its step is the number of `steps` if bucketing or encoding failed."""
    error, trace = _unwrapped(error)
    frame, origin = next(((at, found) for at, line in reversed(trace) if (found := _origin(at, line))), (None, None))
    error = _explained(error, frame, origin)
    step = origin.step if origin else steps
    if isinstance(error, TaskFailure):
        step = step if error.step is None else error.step
        kind, code, message, params = error.code, error.code, str(error), error.params
        if code == "USER_FUNCTION_FAILED":
            kind = params["type"]
    else:
        kind, code, message = type(error).__name__, "USER_FUNCTION_FAILED", _text(error)
        params = {"type": kind, "message": message}
    blamed = getattr(error, "function", None) if isinstance(error, TaskFailure) else None
    frames = _user_frames(trace) or _definition(blamed or (origin and origin.function))
    return {"code": code, "type": kind, "message": message, "params": params, "frames": frames, "step": step}


def _unwrapped(error: BaseException) -> tuple[BaseException, list[tuple[FrameType, int]]]:
    """The error and its frames; a StopIteration of the user's is an error as in PySpark, never the end of elements."""
    trace = list(_walk(error.__traceback__))
    stopped = error.__cause__ if isinstance(error, RuntimeError) else error
    if not isinstance(stopped, StopIteration):
        return error, trace
    inner = list(_walk(stopped.__traceback__)) if stopped is not error else []
    # It may have left a generator of the user's own, which means what it says.
    if stopped is not error and not (inner and _is_ours(inner[0][0].f_code.co_filename)):
        return error, trace
    explained = RuntimeError(f"Caught StopIteration thrown from user's code; failing the task: {_text(stopped)}")
    return explained, trace + inner


def _explained(error: BaseException, frame: FrameType | None, origin: Origin | None) -> BaseException:
    """The error, or what it means if the generated loop's own line raised it, and not a function called there."""
    if frame is None or origin is None or isinstance(error, TaskFailure) or not isinstance(error, Exception):
        return error
    explain = _EXPLANATIONS.get(origin.role) if is_plain(error) else None
    return explain(error, origin, frame.f_locals.get(origin.variable)) if explain else error


def _explain_pair(error: BaseException, origin: Origin, value: Any) -> BaseException:
    return not_key_value(origin.call, value) if isinstance(error, (TypeError, ValueError, LookupError)) else error


def _explain_key(error: BaseException, _origin: Origin, value: Any) -> BaseException:
    return key_not_hashable(error, value) if isinstance(error, TypeError) else error


def _explain_comparison(error: BaseException, _origin: Origin, _value: Any) -> BaseException:
    return (isinstance(error, TypeError) and keys_not_comparable(error)) or error


_EXPLANATIONS: dict[str, Callable[[BaseException, Origin, Any], BaseException]] = {
    PAIR: _explain_pair,
    KEY: _explain_key,
    ORDER: _explain_comparison,
}


def _walk(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _origin(frame: FrameType, line: int) -> Origin | None:
    file = frame.f_code.co_filename
    if file == LOOP_FILE:
        found: Origin = frame.f_locals["origins"][line]
        return found
    told = frame.f_locals.get("origin") if file.startswith(_OWN_FOLDER) else None
    return told if isinstance(told, Origin) else None


# The package: its modules for users are called by their functions, too.
_OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_LIBRARY_FOLDERS = (
    os.path.dirname(os.__file__) + os.sep,
    os.sep + "site-packages" + os.sep,
    os.sep + "dist-packages" + os.sep,
)


def _user_frames(trace: list[tuple[FrameType, int]]) -> list[dict[str, Any]]:
    """Frames without ours; without those of libraries too, unless nothing else is left."""
    foreign = [(frame, line) for frame, line in trace if not _is_ours(frame.f_code.co_filename)]
    own = [(frame, line) for frame, line in foreign if not _is_library(frame.f_code.co_filename)]
    innermost = (own or foreign)[-_MOST_FRAMES:]
    return [_frame(frame.f_code, line, frame.f_globals) for frame, line in innermost]


def _is_ours(file: str) -> bool:
    return file.startswith((_OWN_FOLDER, "<kernels", "<frozen ")) or "cloudpickle" + os.sep in file


def _is_library(file: str) -> bool:
    return file.startswith(_LIBRARY_FOLDERS[0]) or any(folder in file for folder in _LIBRARY_FOLDERS[1:])


def _definition(function: Any) -> list[dict[str, Any]]:
    """Where the function stands, for errors that one of its results causes, when it is no longer running."""
    code = getattr(function, "__code__", None)
    if code is None or _is_ours(code.co_filename):
        return []
    return [_frame(code, code.co_firstlineno, function.__globals__)]


def _frame(code: CodeType, line: int, variables: dict[str, Any]) -> dict[str, Any]:
    frame = {"file": code.co_filename, "line": line, "function": code.co_name}
    text = linecache.getline(code.co_filename, line, variables).strip()
    return {**frame, "text": text} if text else frame


def _text(error: BaseException) -> str:
    try:
        return str(error)[:_MESSAGE_CHARACTERS]
    except BaseException as broken:  # the user's `__str__` may raise anything
        return f"(its own text failed with {type(broken).__name__})"


def shortened(value: Any) -> str:
    """The value as messages show it."""
    try:
        text = repr(value)
    except BaseException:  # the user's `__repr__` may raise anything
        return ""
    return text if len(text) <= _ACTUAL_CHARACTERS else text[: _ACTUAL_CHARACTERS - 1] + "…"


def flush_standard_streams() -> None:
    """Hands what the user printed to the executor; a closed stream is no failure of the task."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            continue
