"""Exceptions: one class per kind of error, all of them also `EngineError`.

| kind | class | also a |
|---|---|---|
| invalid_argument | InvalidArgumentError | ValueError |
| invalid_argument, of what is not set up | WrongStateError | ValueError, RuntimeError |
| parse, analysis | ParseException, AnalysisException | |
| not_found, already_exists | NotFoundError, AlreadyExistsError | LookupError |
| unsupported, permission | UnsupportedError, AccessError | NotImplementedError, PermissionError |
| unavailable, timeout | UnavailableError, DeadlineError | ConnectionError, TimeoutError |
| cancelled, exhausted | CancelledError, ResourceError | |
| user_code | UserCodeError | |
| protocol, internal | ProtocolError, InternalError | |
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple, Type

from kindling._runtime.call_site import shorten

__all__ = [
    "AccessError",
    "AlreadyExistsError",
    "AnalysisException",
    "CallSite",
    "CancelledError",
    "DeadlineError",
    "EngineError",
    "InternalError",
    "InvalidArgumentError",
    "NotFoundError",
    "Origin",
    "ParseException",
    "ProtocolError",
    "ResourceError",
    "UnavailableError",
    "UnsupportedError",
    "UserCodeError",
    "UserFrame",
    "WrongStateError",
    "advice",
    "engine_error",
    "error_from_data",
]

_MESSAGE_LINES = 3
_LINE_CHARACTERS = 1000
_FRAMES_SHOWN = 3


class CallSite(NamedTuple):
    """Where the program made the call that failed."""

    file: str
    line: int
    call: str


class UserFrame(NamedTuple):
    """One frame of the user's own code inside a function that failed in a worker."""

    file: str
    line: int
    function: str
    text: str


class Origin(NamedTuple):
    """What is known of the place of an error."""

    site: Optional[CallSite] = None
    """The call that failed first."""
    frames: Tuple[UserFrame, ...] = ()
    """Frames of the user's function, outermost first."""
    sql: Optional[Tuple[str, int, int]] = None
    """Query text, line and column (from 1)."""
    task: Optional[Tuple[int, int, int, int]] = None
    """Stage, partition, number of partitions, attempt."""


class EngineError(Exception):
    """Any error of Kindling. `str(error)` is its text with the user's own lines, at most 14 lines."""

    def __init__(
        self,
        code: str,
        message: str,
        params: Optional[Mapping[str, str]] = None,
        *,
        origin: Optional[Origin] = None,
        hint: Optional[str] = None,
        condition: Optional[str] = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        """Stable: a code never changes its meaning."""
        self.message = message
        self.params: Dict[str, str] = dict(params or {})
        self.origin = origin or Origin()
        self.hint = hint
        """What to do about it, where that is known."""
        self.condition = condition
        """Spark's error condition, where Spark has one for the same mistake."""

    def getErrorClass(self) -> Optional[str]:
        """Spark's error condition, as in PySpark."""
        return self.condition

    def __str__(self) -> str:
        return "\n".join(_describe(self))

    def __reduce__(self) -> Tuple[Any, ...]:
        state = {"params": self.params, "origin": self.origin, "hint": self.hint, "condition": self.condition}
        return type(self), (self.code, self.message), state

    def _render_traceback_(self) -> List[str]:
        """What notebooks show in place of a traceback."""
        from kindling._runtime.uncaught import report

        return report(self, self.__traceback__)


class InvalidArgumentError(EngineError, ValueError):
    """An argument or option is wrong."""


class WrongStateError(InvalidArgumentError, RuntimeError):
    """A call that the program is not set up for, of which PySpark says so by a RuntimeError."""


class ParseException(EngineError):
    """A query, an expression or the name of a type cannot be read."""


class AnalysisException(EngineError):
    """A query names what does not exist, or mixes types that do not go together."""


class NotFoundError(EngineError, LookupError):
    """A path, an object or a method does not exist."""

    __str__ = EngineError.__str__


class AlreadyExistsError(EngineError, LookupError):
    """What should be made exists already."""

    __str__ = EngineError.__str__


class UnsupportedError(EngineError, NotImplementedError):
    """The call is known and cannot be served here."""


class AccessError(EngineError, PermissionError):
    """Not allowed."""

    __str__ = EngineError.__str__


class UnavailableError(EngineError, ConnectionError):
    """Something outside the program is not there; trying again can help."""

    __str__ = EngineError.__str__


class DeadlineError(EngineError, TimeoutError):
    """It took too long."""

    __str__ = EngineError.__str__


class CancelledError(EngineError):
    """The job was cancelled."""


class ResourceError(EngineError):
    """A limit was reached."""


class UserCodeError(EngineError):
    """A function of the program failed; `origin.frames` says where."""


class ProtocolError(EngineError):
    """Client and gateway do not understand each other: a defect."""


class InternalError(EngineError):
    """A defect of Kindling."""


_CLASSES: Dict[str, Type[EngineError]] = {
    "invalid_argument": InvalidArgumentError,
    "parse": ParseException,
    "analysis": AnalysisException,
    "not_found": NotFoundError,
    "already_exists": AlreadyExistsError,
    "unsupported": UnsupportedError,
    "permission": AccessError,
    "unavailable": UnavailableError,
    "timeout": DeadlineError,
    "cancelled": CancelledError,
    "exhausted": ResourceError,
    "user_code": UserCodeError,
    "protocol": ProtocolError,
    "internal": InternalError,
}

_RAISED_HERE = {
    "BACKEND_UNSUPPORTED": "unsupported",
    "BROADCAST_DESTROYED": "invalid_argument",
    "CONTEXT_RUNS": "invalid_argument",
    "EMPTY_COLLECTION": "invalid_argument",
    "FORKED_OBJECT": "invalid_argument",
    "FUNCTION_NOT_SHIPPABLE": "user_code",
    "GATEWAY_START_FAILED": "unavailable",
    "INTERNAL": "internal",
    "INVALID_ARGUMENT": "invalid_argument",
    "KEYS_NOT_COMPARABLE": "user_code",
    "KEY_NOT_HASHABLE": "user_code",
    "MESSAGE_INVALID": "protocol",
    "MESSAGE_TOO_LARGE": "exhausted",
    "NOT_KEY_VALUE": "user_code",
    "ORIGIN_REFUSED": "permission",
    "SESSION_LOST": "unavailable",
    "TYPE_UNKNOWN": "parse",
    "UNAUTHENTICATED": "permission",
    "VALUE_NOT_PORTABLE": "invalid_argument",
}
"""Kinds of the errors that the client itself raises, also before anything was generated."""


def engine_error(
    code: str,
    message: str,
    params: Optional[Mapping[str, str]] = None,
    *,
    hint: Optional[str] = None,
    condition: Optional[str] = None,
) -> EngineError:
    """An error that the client found itself."""
    return _CLASSES[_RAISED_HERE[code]](code, message, params, hint=hint, condition=condition)


def error_from_data(data: Mapping[str, Any]) -> EngineError:
    """The exception for `ErrorData` of the protocol; a code or kind that is not known here becomes an `EngineError`."""
    code = str(data.get("code", "INTERNAL"))
    kind = data.get("kind") or _kind_of(code)
    return _CLASSES.get(kind, EngineError)(
        code,
        str(data.get("message", "")),
        data.get("params"),
        origin=_origin(data.get("origin") or {}),
        hint=data.get("hint"),
        condition=data.get("condition"),
    )


def advice(code: str) -> Optional[str]:
    """What the table of errors says can be done, where that does not depend on the case."""
    from kindling.generated.errors import ERRORS

    return ERRORS[code].hint or None


def _kind_of(code: str) -> str:
    try:
        from kindling.generated.errors import KINDS
    except ImportError:
        return _RAISED_HERE.get(code, "")
    return str(KINDS.get(code, ""))


def _origin(data: Mapping[str, Any]) -> Origin:
    site, sql, task = data.get("site"), data.get("sql"), data.get("task")
    return Origin(
        site=CallSite(site["file"], site["line"], site["call"]) if site else None,
        frames=tuple(
            UserFrame(f["file"], f["line"], f["function"], f.get("text") or "") for f in data.get("frames") or ()
        ),
        sql=(sql["text"], sql["line"], sql["column"]) if sql else None,
        task=(task["stage"], task["partition"], task["partitions"], task["attempt"]) if task else None,
    )


def _describe(error: EngineError) -> List[str]:
    """The text of an error, as the engine itself prints it: cause, the user's own lines, the task, the remedy."""
    origin = error.origin
    # A raised exception without a text ends in its colon.
    text = re.sub(":$", "", f"[{error.code}] {error.message}".rstrip())
    lines = text.split("\n", _MESSAGE_LINES)[:_MESSAGE_LINES]
    for frame in origin.frames[-_FRAMES_SHOWN:]:
        lines.append(f"  at {shorten(frame.file)}:{frame.line}, in {frame.function}")
        if frame.text:
            lines.append(f"      {frame.text.strip()}")
    if origin.sql:
        text, line, column = origin.sql
        shown = (text.split("\n")[line - 1 :] or [""])[0]
        lines += [f"  {shown}", f"  {' ' * max(0, column - 1)}^ line {line}, column {column}"]
    if origin.site:
        lines.append(f"  in {origin.site.call} at {shorten(origin.site.file)}:{origin.site.line}")
    if origin.task:
        lines.append("  (stage {}, partition {} of {}, attempt {})".format(*origin.task))
    if error.hint:
        lines.append(f"  hint: {error.hint}")
    return [_shortened(line) for line in lines]


def _shortened(line: str) -> str:
    return line if len(line) <= _LINE_CHARACTERS else f"{line[:_LINE_CHARACTERS]}… ({len(line)} characters)"
