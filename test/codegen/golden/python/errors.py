# Generated from codegen/api.json by `npm run generate`. Do not edit.
"""The error table: kind, message, hint and Spark's condition of every code."""

from __future__ import annotations

from typing import Dict, NamedTuple


class Entry(NamedTuple):
    """One code; parts in braces are parameters."""

    kind: str
    message: str
    hint: str
    condition: str


ERRORS: Dict[str, Entry] = {
    "PATH_NOT_FOUND": Entry("not_found", "no \"{path}\"", "", "PATH_NOT_FOUND"),
    "USER_FUNCTION_FAILED": Entry("user_code", "{type}: {message}", "look at it", ""),
}
KINDS: Dict[str, str] = {code: entry.kind for code, entry in ERRORS.items()}
