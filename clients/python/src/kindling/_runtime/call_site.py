"""Where the user's program is: the first frame outside the package."""

from __future__ import annotations

import os
import sys
from types import CodeType
from typing import Dict, Tuple

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

# Whether code is ours, by the file it was compiled from.
_own: Dict[str, bool] = {}


def is_own(code: CodeType) -> bool:
    """Whether the code belongs to the package."""
    file = code.co_filename
    found = _own.get(file)
    if found is None:
        found = _own[file] = os.path.abspath(file).startswith(_PACKAGE)
    return found


def call_site(depth: int = 1) -> Tuple[str, int]:
    """File and line of the user's call that led here; `depth` frames above this function are ours for certain."""
    frame = sys._getframe(depth)
    while True:
        code = frame.f_code
        # Twice as fast as asking `is_own` of files that are known.
        is_ours = _own[code.co_filename] if code.co_filename in _own else is_own(code)
        if not is_ours or frame.f_back is None:
            return code.co_filename, frame.f_lineno
        frame = frame.f_back


def shorten(file: str) -> str:
    """A file as a person names it: relative, if it lies below the working directory."""
    try:
        here = os.getcwd() + os.sep
    except OSError:
        return file
    return file[len(here) :] if file.startswith(here) else file
