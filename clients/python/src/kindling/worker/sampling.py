"""Samples, as PySpark's `rddsampler` draws them: the same seed chooses the same elements."""

from __future__ import annotations

import math
import random
from typing import Any, Callable

from kindling.worker.elements import decode_inner
from kindling.worker.frames import ProtocolViolation
from kindling.worker.loop import Loop, Step

# From this mean on PySpark adds up logarithms.
_LARGE_MEAN = 20.0


def _generator(step: Step) -> random.Random:
    """One partition's; it mixes because the seeds of partitions lie close to each other."""
    generator = random.Random(step.fields["seed"] ^ step.partition)
    for _ in range(10):
        generator.randint(0, 1)
    return generator


def poisson(generator: random.Random, mean: float) -> int:
    """A Poisson variable, by Knuth's method."""
    draw = generator.random
    if mean >= _LARGE_MEAN:
        return _poisson_of_large(generator.expovariate, mean)
    least, product, count = math.exp(-mean), draw(), 0
    while product > least:
        count += 1
        product *= draw()
    return count


def _poisson_of_large(draw: Callable[[float], float], mean: float) -> int:
    total, count = draw(mean), 0
    while total < 1.0:
        count += 1
        total += draw(mean)
    return count


def sample(loop: Loop, step: Step) -> None:
    sampling = step.fields["sampling"]
    generator = _generator(step)
    draw = loop.constant(generator.random, "random")
    if sampling["by"] == "fraction":
        loop.line(f"if {draw}() >= {loop.constant(sampling['fraction'], 'fraction')}: continue")
    elif sampling["by"] == "range":
        low, high = loop.constant(sampling["from"], "low"), loop.constant(sampling["to"], "high")
        loop.line(f"if not {low} <= {draw}() < {high}: continue")
    elif sampling["by"] == "poisson":
        _repeat(loop, generator, loop.constant(sampling["fraction"], "mean"))
    else:
        raise ProtocolViolation(f"a sampling by {sampling['by']!r}")


def _repeat(loop: Loop, generator: random.Random, mean: str) -> None:
    element = loop.element
    count = f"{loop.constant(poisson, 'poisson')}({loop.constant(generator, 'generator')}, {mean})"
    loop.each(f"range({count})")
    loop.element = element


def sample_by_key(loop: Loop, step: Step) -> None:
    fractions: dict[Any, float] = {key: fraction for key, fraction in decode_inner(step.fields["fractions"])}
    generator = _generator(step)
    key, value = loop.pair(loop.element)
    fraction = f"{loop.constant(fractions, 'fractions')}[{key}]"
    loop.let(f"{key}, {value}")
    if step.fields["poisson"]:
        _repeat(loop, generator, fraction)
    else:
        loop.line(f"if {loop.constant(generator.random, 'random')}() >= {fraction}: continue")
