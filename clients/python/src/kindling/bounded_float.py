"""`BoundedFloat`: a number that is known up to a confidence."""

from __future__ import annotations

__all__ = ["BoundedFloat"]


class BoundedFloat(float):
    """An estimate, and the bounds between which the true value lies. Follows `pyspark.rdd.BoundedFloat`.

    >>> BoundedFloat(100.0, 0.95, 95.0, 105.0) + 1
    101.0
    """

    confidence: float
    """The probability that it lies between them."""
    low: float
    high: float

    def __new__(cls, mean: float, confidence: float, low: float, high: float) -> BoundedFloat:
        made = float.__new__(cls, mean)
        made.confidence = confidence
        made.low = low
        made.high = high
        return made
