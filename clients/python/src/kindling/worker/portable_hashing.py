"""The hash of keys that every language agrees on: MurmurHash3 of their canonical form (`engine/data/hashing.ts`)."""

from __future__ import annotations

import struct
from datetime import datetime
from functools import lru_cache
from math import isnan
from typing import Any

from kindling.worker.failure import TaskFailure
from kindling.worker.murmur import murmur3

_SEED = 42
_BITS_64 = (1 << 64) - 1
_NAN = struct.pack("<Q", 0x7FF8 << 48)
# Doubles from here on are no integers of 64 bits.
_TOO_LARGE = float(1 << 63)


def canonical_hash(key: Any, seed: int = _SEED) -> int:
    """The hash of a key, as a signed number; equal keys of different languages have the same one."""
    if key.__class__ is str:
        hashed = _hash_of_text(key, seed)
    elif isinstance(key, (tuple, list)):
        return _hash_of_items(key, seed)
    else:
        form = _canonical_form(key)
        hashed = seed if form is None else murmur3(form, seed)
    return hashed - (1 << 32) if hashed >> 31 else hashed


def _hash_of_items(items: Any, seed: int) -> int:
    """Each item's seed is the hash of what is before it."""
    for item in items:
        seed = canonical_hash(item, seed) & 0xFFFFFFFF
    return seed - (1 << 32) if seed >> 31 else seed


@lru_cache(maxsize=1 << 14)
def _hash_of_text(text: str, seed: int) -> int:
    return murmur3(_utf8(text), seed)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Surrogates: pairs are one character, lone ones are replaced, as the languages of UTF-16 do.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _canonical_form(key: Any) -> bytes | None:
    """The bytes that are hashed; None for null."""
    if key is None:
        return None
    if isinstance(key, int):
        return (key & _BITS_64).to_bytes(8, "little")
    if isinstance(key, float):
        return _form_of_float(key)
    if isinstance(key, str):
        return _utf8(key)
    if isinstance(key, datetime):
        from kindling.worker.portable import microseconds

        return (microseconds(key) & _BITS_64).to_bytes(8, "little")
    if type(key).__module__ == "numpy" and hasattr(key, "item"):
        return _canonical_form(key.item())
    name = type(key).__name__
    message = f"a key of type {name} has no form that another language knows"
    raise TaskFailure("KEY_NOT_PORTABLE", {"type": name}, message)


def _form_of_float(key: float) -> bytes:
    if key.is_integer() and abs(key) < _TOO_LARGE:
        return (int(key) & _BITS_64).to_bytes(8, "little")
    return _NAN if isnan(key) else struct.pack("<d", key)
