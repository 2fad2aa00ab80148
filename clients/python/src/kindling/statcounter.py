"""`StatCounter`: count, mean, variance, extremes of numbers that come one by one."""

from __future__ import annotations

import copy
import math
from typing import Dict, Iterable, Optional

__all__ = ["StatCounter"]


class StatCounter:
    """Statistics of numbers, as `RDD.stats` gives them. Follows `pyspark.statcounter.StatCounter`.

    >>> StatCounter([1.0, 2.0, 3.0])
    (count: 3, mean: 2.0, stdev: 0.816496580927726, max: 3.0, min: 1.0)
    """

    def __init__(self, values: Optional[Iterable[float]] = None) -> None:
        self.n = 0
        """How many."""
        self.mu = 0.0
        """Their mean."""
        self.m2 = 0.0
        """The sum of their squared distances from it."""
        self.maxValue = -math.inf
        self.minValue = math.inf
        for value in values or ():
            self.merge(value)

    @classmethod
    def of(cls, count: int, mean: float, squares: float, greatest: float, least: float) -> StatCounter:
        """The statistics that a worker computed."""
        counter = cls()
        counter.n, counter.mu, counter.m2 = count, mean, squares
        counter.maxValue, counter.minValue = greatest, least
        return counter

    def merge(self, value: float) -> StatCounter:
        """Adds a number, by Welford's method."""
        delta = value - self.mu
        self.n += 1
        self.mu += delta / self.n
        self.m2 += delta * (value - self.mu)
        self.maxValue = max(self.maxValue, value)
        self.minValue = min(self.minValue, value)
        return self

    def mergeStats(self, other: StatCounter) -> StatCounter:
        """Adds all numbers of another one."""
        if not isinstance(other, StatCounter):
            raise TypeError(f"Can only merge StatCounter but got {type(other)}")
        n, m = self.n, other.n
        if m == 0:
            return self
        if n == 0:
            self.n, self.mu, self.m2 = other.n, other.mu, other.m2
            self.maxValue, self.minValue = other.maxValue, other.minValue
            return self
        delta = other.mu - self.mu
        squares = other.m2 + delta * delta * n * m / (n + m)
        if m * 10 < n:
            self.mu += delta * m / (n + m)
        elif n * 10 < m:
            self.mu = other.mu - delta * n / (n + m)
        else:
            self.mu = (self.mu * n + other.mu * m) / (n + m)
        self.maxValue = max(self.maxValue, other.maxValue)
        self.minValue = min(self.minValue, other.minValue)
        self.m2 += squares
        self.n = n + m
        return self

    def copy(self) -> StatCounter:
        """Another one of the same numbers."""
        return copy.copy(self)

    def count(self) -> int:
        """How many."""
        return int(self.n)

    def mean(self) -> float:
        """Their mean, 0.0 of none."""
        return self.mu

    def sum(self) -> float:
        """Their sum."""
        return self.n * self.mu

    def min(self) -> float:
        """The smallest one, infinity of none."""
        return self.minValue

    def max(self) -> float:
        """The greatest one, minus infinity of none."""
        return self.maxValue

    def variance(self) -> float:
        """The mean of the squared distances from their mean, NaN of none."""
        return self.m2 / self.n if self.n else math.nan

    def sampleVariance(self) -> float:
        """The variance of what they are a sample of, NaN of fewer than two."""
        return self.m2 / (self.n - 1) if self.n > 1 else math.nan

    def stdev(self) -> float:
        """The root of the variance."""
        return math.sqrt(self.variance())

    def sampleStdev(self) -> float:
        """The root of the sample variance."""
        return math.sqrt(self.sampleVariance())

    def asDict(self, sample: bool = False) -> Dict[str, float]:
        """All by name. As in PySpark it is `sample=True` that gives the variance of the numbers themselves."""
        return {
            "count": self.count(),
            "mean": self.mean(),
            "sum": self.sum(),
            "min": self.min(),
            "max": self.max(),
            "stdev": self.stdev() if sample else self.sampleStdev(),
            "variance": self.variance() if sample else self.sampleVariance(),
        }

    def __repr__(self) -> str:
        spread = f"mean: {self.mean()}, stdev: {self.stdev()}"
        return f"(count: {self.count()}, {spread}, max: {self.max()}, min: {self.min()})"
