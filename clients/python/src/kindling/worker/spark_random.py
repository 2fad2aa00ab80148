"""Spark's generator of random numbers, as far as it decides where elements go."""

from __future__ import annotations

from kindling.worker.murmur import murmur3

# The seed that Scala's MurmurHash3 has for arrays.
_ARRAY_SEED = 0x3C074A61
_BITS_32 = (1 << 32) - 1
_BITS_64 = (1 << 64) - 1


class XORShiftRandom:
    """`org.apache.spark.util.random.XORShiftRandom` with the `nextInt` of `java.util.Random`."""

    def __init__(self, seed: int) -> None:
        data = (seed & _BITS_64).to_bytes(8, "big")
        low = murmur3(data, _ARRAY_SEED)
        self._state = murmur3(data, low) << 32 | low

    def next_int(self, bound: int) -> int:
        """A number from 0 to bound - 1."""
        if bound & (bound - 1) == 0:
            return bound * self._next_31_bits() >> 31
        while True:
            bits = self._next_31_bits()
            # Java's test for the last, incomplete round of `bound` is an overflow.
            if bits - bits % bound + bound - 1 < 1 << 31:
                return bits % bound

    def _next_31_bits(self) -> int:
        state = self._state
        state ^= state << 21 & _BITS_64
        state ^= state >> 35
        state ^= state << 4 & _BITS_64
        self._state = state
        return state & (1 << 31) - 1
