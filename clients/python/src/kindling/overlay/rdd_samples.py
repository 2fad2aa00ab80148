"""Samples of `RDD`, number for number those of PySpark: its seeds, its generators, its shuffles."""

from __future__ import annotations

import random
import sys
from functools import partial
from itertools import accumulate
from math import log, sqrt
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence, Union

from kindling._runtime.remote import Remote, call_new, call_value
from kindling.errors import EngineError, engine_error
from kindling.worker.partition_steps import sample, sample_by_key, sample_range

if TYPE_CHECKING:
    from kindling.generated.core import RDD

_EXACT = 2**53
"""Greater seeds go with a function of their own: engines hold numbers as doubles."""
_DEVIATIONS = 10.0
_GREATEST_SAMPLE = sys.maxsize - int(_DEVIATIONS * sqrt(sys.maxsize))


class RDDSamples(Remote):
    """Written by hand for `RDD`."""

    if TYPE_CHECKING:

        def collect(self) -> List[Any]: ...

        def count(self) -> int: ...

        def getNumPartitions(self) -> int: ...

        def mapPartitionsWithIndex(
            self, f: Callable[[int, Iterator[Any]], Iterable[Any]], preservesPartitioning: bool = False
        ) -> RDD[Any]: ...

    def sample(self, withReplacement: bool, fraction: float, seed: Optional[int] = None) -> RDD[Any]:
        """Returns a new RDD with a random choice of elements, the same whenever it is computed.

        :param withReplacement: whether an element may be chosen more than once
        :param fraction: the chance of each element; with replacement how often it is expected to be chosen
        :param seed: of the random numbers; random when left out
        """
        if not fraction >= 0:
            raise _refused("sample", "fraction", "Fraction must be nonnegative.", fraction)
        seed = random.randint(0, 2**32 - 1) if seed is None else seed
        if abs(seed) > _EXACT:
            return self.mapPartitionsWithIndex(partial(sample, bool(withReplacement), fraction, seed), True)
        arguments = (
            ("withReplacement: boolean", bool(withReplacement)),
            ("fraction: double", fraction),
            ("seed: long", seed),
        )
        return call_new(self, "RDD.sample", "RDD", arguments)

    def randomSplit(self, weights: Sequence[Union[int, float]], seed: Optional[int] = None) -> List[RDD[Any]]:
        """Returns new RDDs, one for each weight, into which the elements are divided at random.

        :param weights: not negative; their sum need not be 1
        :param seed: of the random numbers; random when left out
        """
        if not all(weight >= 0 for weight in weights):
            raise _refused("randomSplit", "weights", "Weights must be nonnegative", weights)
        if not float(sum(weights)) > 0:
            raise _refused("randomSplit", "weights", "Sum of weights must be positive", weights)
        seed = random.randint(0, 2**32 - 1) if seed is None else seed
        if abs(seed) > _EXACT:
            bounds = [0.0, *accumulate(weight / float(sum(weights)) for weight in weights)]
            parts = [partial(sample_range, low, high, seed) for low, high in zip(bounds, bounds[1:])]
            return [self.mapPartitionsWithIndex(part, True) for part in parts]
        arguments = (("weights: list<double>", weights), ("seed: long", seed))
        return call_value(self, "RDD.randomSplit", "list<object<RDD>>", arguments)

    def takeSample(self, withReplacement: bool, num: int, seed: Optional[int] = None) -> List[Any]:
        """Returns a random choice of exactly `num` elements, in random order.

        Runs two jobs: a count, and a sample. Without replacement there are no more than the RDD has.

        :param withReplacement: whether an element may be chosen more than once
        :param num: how many
        :param seed: of the random numbers; random when left out
        """
        if num < 0:
            raise _refused("takeSample", "num", "Sample size cannot be negative.", num)
        if num > _GREATEST_SAMPLE:
            raise _refused("takeSample", "num", f"Sample size cannot be greater than {_GREATEST_SAMPLE}.", num)
        if num == 0 or self.getNumPartitions() == 0:
            return []
        total = self.count()
        if total == 0:
            return []
        generator = random.Random(seed)
        if not withReplacement and num >= total:
            everything = self.collect()
            generator.shuffle(everything)
            return everything
        fraction = _fraction_for(num, total, withReplacement)
        samples = self.sample(withReplacement, fraction, seed).collect()
        while len(samples) < num:
            samples = self.sample(withReplacement, fraction, generator.randint(0, sys.maxsize)).collect()
        generator.shuffle(samples)
        return samples[:num]

    def sampleByKey(
        self, withReplacement: bool, fractions: Dict[Any, Union[int, float]], seed: Optional[int] = None
    ) -> RDD[Any]:
        """Returns a new RDD with a random choice of pairs, by the chance that `fractions` has for their key.

        :param withReplacement: whether a pair may be chosen more than once
        :param fractions: the chance of each key; with replacement how often its pairs are expected to be chosen
        :param seed: of the random numbers; random when left out
        """
        for fraction in fractions.values():
            assert fraction >= 0.0, f"Negative fraction value: {fraction}"
        seed = random.randint(0, 2**32 - 1) if seed is None else seed
        if abs(seed) > _EXACT:
            step = partial(sample_by_key, bool(withReplacement), fractions, seed)
            return self.mapPartitionsWithIndex(step, True)
        arguments = (
            ("withReplacement: boolean", bool(withReplacement)),
            ("fractions: elementMap", fractions),
            ("seed: long", seed),
        )
        return call_new(self, "RDD.sampleByKey", "RDD", arguments)


def _refused(call: str, parameter: str, words: str, actual: Any) -> EngineError:
    params = {"call": call, "parameter": parameter, "expected": words, "actual": repr(actual)}
    return engine_error("INVALID_ARGUMENT", f"{call}: {words}", params)


def _fraction_for(count: int, total: int, with_replacement: bool) -> float:
    """A fraction by which a sample is nearly always large enough."""
    fraction = float(count) / total
    if with_replacement:
        deviations = 9 if count < 12 else 5
        return fraction + deviations * sqrt(fraction / total)
    gamma = -log(0.00005) / total
    return min(1, fraction + gamma + sqrt(gamma * gamma + 2 * gamma * fraction))
