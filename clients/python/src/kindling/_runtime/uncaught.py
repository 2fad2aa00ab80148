"""What a terminal shows of an `EngineError` that nobody caught: the user's line, then the cause; at most 15 lines."""

from __future__ import annotations

import linecache
import sys
from types import TracebackType
from typing import Any, List, Optional

from kindling._runtime.call_site import is_own, shorten
from kindling.errors import EngineError

_MAX_LINES = 15

_previous: Any = None


def install() -> None:
    """Wraps `sys.excepthook`, once; other exceptions go to the hook that was there."""
    global _previous
    if _previous is None:
        _previous = sys.excepthook
        sys.excepthook = _hook


def report(error: EngineError, traceback: Optional[TracebackType]) -> List[str]:
    """The lines that tell of `error`."""
    lines = [*_user_line(traceback), *f"{type(error).__name__}: {error}".split("\n")]
    if len(lines) > _MAX_LINES:
        lines[_MAX_LINES - 2 : -1] = ["  …"]
    return lines


def _user_line(traceback: Optional[TracebackType]) -> List[str]:
    place = None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if not is_own(code):
            place = (code.co_filename, traceback.tb_lineno, traceback.tb_frame.f_globals)
        elif place is not None:
            break  # the user's innermost line before it entered the package
        traceback = traceback.tb_next
    if place is None:
        return []
    file, line, names = place
    return [f"{shorten(file)}:{line}: {linecache.getline(file, line, names).strip()}".rstrip(": ")]


def _hook(kind: Any, error: BaseException, traceback: Optional[TracebackType]) -> None:
    if isinstance(error, EngineError):
        lines = report(error, traceback)
    elif isinstance(error, KeyboardInterrupt) and _is_inside(traceback):
        lines = [*_user_line(traceback), "KeyboardInterrupt"]
    else:
        _previous(kind, error, traceback)
        return
    stdout = sys.stdout
    if stdout is not None:
        stdout.flush()
    print("\n".join(lines), file=sys.stderr)


def _is_inside(traceback: Optional[TracebackType]) -> bool:
    """Whether the innermost frame is ours: the program was waiting for a call."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and is_own(traceback.tb_frame.f_code)
