"""Steps that the client's own actions run over a partition. They lie here so that no worker has to load the client."""

from __future__ import annotations

import random
from bisect import bisect_right
from decimal import Decimal
from math import exp, isfinite, isnan
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from kindling.worker.failure import explain_key, keys_not_comparable


def total(elements: Iterable[Any]) -> List[Any]:
    """The sum."""
    return [sum(elements)]


def total_as_float(elements: Iterable[Any]) -> List[float]:
    """The sum, as a double."""
    return [float(sum(elements))]


def size_as_float(elements: Iterable[Any]) -> List[float]:
    """How many, as a double."""
    return [float(sum(1 for _ in elements))]


def counts(of_keys: bool, elements: Iterable[Any]) -> List[Dict[Any, int]]:
    """How often each element occurs, or each key of pairs."""
    found: Dict[Any, int] = {}
    for element in elements:
        counted = element[0] if of_keys else element
        try:
            found[counted] = found.get(counted, 0) + 1
        except TypeError as error:
            raise explain_key(error, counted) from None
    return [found]


def has_key(key: Any, pair: Any) -> bool:
    """Whether a pair has this key."""
    return bool(pair[0] == key)


# Histograms


def is_missing(value: Any) -> bool:
    """Whether a value belongs to no bucket, whatever the bounds are."""
    return value is None or (isinstance(value, float) and isnan(value))


def extent(elements: Iterable[Any]) -> Iterator[Tuple[Any, Any]]:
    """The smallest and the greatest element, if there is one."""
    present = (element for element in elements if not is_missing(element))
    low = high = next(present, None)
    if low is None:
        return
    for element in present:
        try:
            low, high = min(low, element), max(high, element)
        except TypeError as error:
            raise keys_not_comparable(error) or error from None
    yield low, high


def bucket_counts(bounds: Sequence[Any], length: Optional[Any], elements: Iterable[Any]) -> List[List[int]]:
    """How many elements lie between each two bounds; `length`: the distance of any two, where it is the same."""
    low, high = bounds[0], bounds[-1]
    found = [0] * len(bounds)
    for element in elements:
        if is_missing(element) or element > high or element < low:
            continue
        found[int((element - low) / length) if length else bisect_right(bounds, element) - 1] += 1
    last = found.pop()
    found[-1] += last  # the greatest bound belongs to the last interval
    return [found]


# Samples by seeds that are too large for a kernel's, which is a double in some languages


def _generator(seed: int, partition: int) -> random.Random:
    """The generator of one partition; it mixes because seeds lie close to each other."""
    generator = random.Random(seed ^ partition)
    for _ in range(10):
        generator.randint(0, 1)
    return generator


def sample(replace: bool, fraction: float, seed: int, partition: int, elements: Iterable[Any]) -> Iterator[Any]:
    """Each element by this chance, or with replacement as often as a Poisson variable of this mean says."""
    generator = _generator(seed, partition)
    for element in elements:
        for _ in range(_times(generator, replace, fraction)):
            yield element


def sample_by_key(
    replace: bool, fractions: Dict[Any, float], seed: int, partition: int, pairs: Iterable[Any]
) -> Iterator[Any]:
    """The same, by the fraction of each key."""
    generator = _generator(seed, partition)
    for key, value in pairs:
        for _ in range(_times(generator, replace, fractions[key])):
            yield key, value


def sample_range(low: float, high: float, seed: int, partition: int, elements: Iterable[Any]) -> Iterator[Any]:
    """The elements whose random number lies in this range."""
    generator = _generator(seed, partition)
    return (element for element in elements if low <= generator.random() < high)


def _times(generator: random.Random, replace: bool, fraction: float) -> int:
    return _poisson(generator, fraction) if replace else int(generator.random() < fraction)


def _poisson(generator: random.Random, mean: float) -> int:
    """A Poisson variable by Knuth's method; great means in logarithms."""
    count = 0
    if mean < 20.0:
        limit, product = exp(-mean), generator.random()
        while product > limit:
            count += 1
            product *= generator.random()
        return count
    passed = generator.expovariate(mean)
    while passed < 1.0:
        count += 1
        passed += generator.expovariate(mean)
    return count


# Text as Java shows it


def java_pair(pair: Any) -> Tuple[Optional[str], Optional[str]]:
    """Key and value as text; None stays what it is."""
    key, value = pair
    return java_text(key), java_text(value)


def java_text(value: Any) -> Optional[str]:
    """What Hadoop's text output writes for a value; None is left out there."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double_text(value)
    if isinstance(value, (bytes, bytearray)):
        return value.hex(" ")
    if isinstance(value, dict):
        return "{%s}" % ", ".join(f"{java_text(key)}={java_text(item)}" for key, item in value.items())
    return str(value)


def _double_text(value: float) -> str:
    """`1.0E10` from ten millions on, and below a thousandth."""
    if not isfinite(value):
        return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{int(exponent) + len(digits) - 1}"
