"""MurmurHash3, the x86 variant of 32 bits."""

from __future__ import annotations

import struct

_BITS = 0xFFFFFFFF


def murmur3(data: bytes, seed: int) -> int:
    """The hash of some bytes, not negative."""
    hashed = seed
    whole = len(data) >> 2
    for block in struct.unpack_from(f"<{whole}I", data):
        mixed = block * 0xCC9E2D51 & _BITS
        hashed ^= (mixed << 15 | mixed >> 17) * 0x1B873593 & _BITS
        hashed = ((hashed << 13 | hashed >> 19) & _BITS) * 5 + 0xE6546B64 & _BITS
    tail = int.from_bytes(data[whole * 4 :], "little") * 0xCC9E2D51 & _BITS
    hashed ^= (tail << 15 | tail >> 17) * 0x1B873593 & _BITS
    hashed ^= len(data)
    hashed = (hashed ^ hashed >> 16) * 0x85EBCA6B & _BITS
    hashed = (hashed ^ hashed >> 13) * 0xC2B2AE35 & _BITS
    return hashed ^ hashed >> 16
