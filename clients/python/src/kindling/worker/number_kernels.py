"""Kernels that sum up a partition of numbers or other values: statistics, histograms, extents, sketches."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from kindling.worker.elements import decode_inner
from kindling.worker.failure import ORDER
from kindling.worker.frames import ProtocolViolation
from kindling.worker.hashing import portable_hash
from kindling.worker.loop import Loop, Step

_GREATEST_PRECISION = 24


def stats(loop: Loop, _step: Step) -> None:
    """Welford's method, as `StatCounter.merge`."""
    count, mean, squares = loop.before("count", "0"), loop.before("mean", "0.0"), loop.before("squares", "0.0")
    greatest, least = loop.before("greatest", '-float("inf")'), loop.before("least", 'float("inf")')
    x = loop.element
    loop.line(f"delta = {x} - {mean}")
    loop.line(f"{count} += 1")
    loop.line(f"{mean} += delta / {count}")
    loop.line(f"{squares} += delta * ({x} - {mean})")
    loop.line(f"if {x} > {greatest}: {greatest} = {x}")
    loop.line(f"if {x} < {least}: {least} = {x}")
    loop.gather(f"([{count}, {mean}, {squares}, {greatest}, {least}],)")


def histogram(loop: Loop, step: Step) -> None:
    buckets = decode_inner(step.fields["buckets"])
    if len(buckets) < 2:
        raise ProtocolViolation(f"a histogram of {len(buckets)} bounds")
    counts = loop.before("counts", f"[0] * {len(buckets)}")
    x = loop.element
    low, high = loop.constant(buckets[0], "low"), loop.constant(buckets[-1], "high")
    # NaN is neither below nor above anything.
    loop.line(f"if {x} is None or not {low} <= {x} <= {high}: continue", role=ORDER)
    if step.fields["even"]:
        width = loop.constant(_width(buckets), "width")
        loop.line(f"{counts}[int(({x} - {low}) / {width})] += 1")
    else:
        place, bounds = loop.constant(bisect_right, "place"), loop.constant(buckets, "bounds")
        loop.line(f"{counts}[{place}({bounds}, {x}) - 1] += 1")
    # What equals the last bound belongs to the bucket before it.
    loop.gather(f"([*{counts}[:-2], {counts}[-2] + {counts}[-1]],)")


def _width(buckets: list[Any]) -> Any:
    return (buckets[-1] - buckets[0]) / (len(buckets) - 1)


def extent(loop: Loop, _step: Step) -> None:
    x = loop.element
    extent = loop.before("extent", "None")
    loop.line(f"if {x} is None or {x} != {x}: continue")
    loop.line(f"if {extent} is None: {extent} = [{x}, {x}]")
    loop.line(f"elif {x} < {extent}[0]: {extent}[0] = {x}", role=ORDER)
    loop.line(f"elif {x} > {extent}[1]: {extent}[1] = {x}", role=ORDER)
    loop.gather(f"() if {extent} is None else (tuple({extent}),)")


def distinct_sketch(loop: Loop, step: Step) -> None:
    precision = int(step.fields["precision"])
    if not 0 < precision <= _GREATEST_PRECISION:
        raise ProtocolViolation(f"a sketch of precision {precision}")
    rest = 64 - precision
    registers = loop.before("registers", f"bytearray({1 << precision})")
    mixed = loop.constant(hash64, "hash")
    loop.keyed(f"bits = {mixed}({loop.element})", loop.element)
    loop.line(f"register, rank = bits >> {rest}, {rest + 1} - (bits & {(1 << rest) - 1}).bit_length()")
    loop.line(f"if rank > {registers}[register]: {registers}[register] = rank")
    loop.gather(f"(bytes({registers}),)")


_BITS = (1 << 64) - 1


def hash64(element: Any) -> int:
    """64 well mixed bits of a value's hash: the last steps of MurmurHash3 for 64 bits."""
    bits = portable_hash(element) & _BITS
    bits = ((bits ^ bits >> 33) * 0xFF51AFD7ED558CCD) & _BITS
    bits = ((bits ^ bits >> 33) * 0xC4CEB9FE1A85EC53) & _BITS
    return bits ^ bits >> 33
