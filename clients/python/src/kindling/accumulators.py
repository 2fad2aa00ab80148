"""Accumulators: variables that tasks add to and the program reads.

In the program an accumulator is known here by its id; `deliver` adds what a finished task has added up. A function that
holds one travels with its id, its zero and its rule; in a task it begins with the zero, and the worker sends what was
added when the task has ended well.
"""

from __future__ import annotations

from typing import Any, Callable, Generic, Tuple, TypeVar
from weakref import WeakValueDictionary

from kindling.worker import running

__all__ = ["Accumulator", "AccumulatorParam", "AddingAccumulatorParam"]

T = TypeVar("T")

_accumulators: WeakValueDictionary[int, Accumulator[Any]] = WeakValueDictionary()


class AccumulatorParam(Generic[T]):
    """How values of some type are added up; to be derived from. Follows `pyspark.AccumulatorParam`."""

    def zero(self, value: T) -> T:
        """What changes no value that it is added to, shaped as this value is."""
        raise NotImplementedError

    def addInPlace(self, value1: T, value2: T) -> T:
        """The sum; `value1` may be changed and returned."""
        raise NotImplementedError


class AddingAccumulatorParam(AccumulatorParam[T]):
    """Adds with `+`. Follows `pyspark.accumulators.AddingAccumulatorParam`."""

    def __init__(self, zero_value: T) -> None:
        self.zero_value = zero_value

    def zero(self, value: T) -> T:
        return self.zero_value

    def addInPlace(self, value1: T, value2: T) -> T:
        value1 += value2  # type: ignore[operator]
        return value1


INT_ACCUMULATOR_PARAM: AccumulatorParam[int] = AddingAccumulatorParam(0)
FLOAT_ACCUMULATOR_PARAM: AccumulatorParam[float] = AddingAccumulatorParam(0.0)
COMPLEX_ACCUMULATOR_PARAM: AccumulatorParam[complex] = AddingAccumulatorParam(0.0j)


def param_for(value: Any) -> AccumulatorParam[Any]:
    """How accumulators of numbers add up where the program does not say it."""
    if isinstance(value, int):
        return INT_ACCUMULATOR_PARAM
    if isinstance(value, float):
        return FLOAT_ACCUMULATOR_PARAM
    if isinstance(value, complex):
        return COMPLEX_ACCUMULATOR_PARAM
    raise TypeError(f"No default accumulator param for type {type(value)}: give an AccumulatorParam")


class Accumulator(Generic[T]):
    """A variable that tasks add to, with `+=` or `add`, and that only the program can read.

    Made by `SparkContext.accumulator`. Follows `pyspark.Accumulator`.
    """

    def __init__(self, aid: int, value: T, accum_param: AccumulatorParam[T]) -> None:
        self.aid = aid
        self.accum_param = accum_param
        self._value = value
        self._in_task = False
        self._touched = False
        if running.task is None:
            _accumulators[aid] = self

    @property
    def value(self) -> T:
        """What was added up so far; only the program can ask."""
        self._refuse_in_task()
        return self._value

    @value.setter
    def value(self, value: T) -> None:
        self._refuse_in_task()
        self._value = value

    def add(self, term: T) -> None:
        """Adds to it."""
        self._value = self.accum_param.addInPlace(self._value, term)
        self._touched = True

    def __iadd__(self, term: T) -> Accumulator[T]:  # Self is younger than Python 3.9
        self.add(term)
        return self

    @property
    def is_touched(self) -> bool:
        """Whether anything was added here."""
        return self._touched

    @property
    def update(self) -> T:
        """What a task added."""
        return self._value

    def _refuse_in_task(self) -> None:
        if self._in_task:
            from kindling.worker.failure import accumulator_not_readable

            raise accumulator_not_readable(self.aid)

    def __reduce__(self) -> Tuple[Callable[..., Accumulator[T]], Tuple[int, T, AccumulatorParam[T]]]:
        return _from_parts, (self.aid, self.accum_param.zero(self._value), self.accum_param)

    def __str__(self) -> str:
        return str(self._value)

    def __repr__(self) -> str:
        return f"Accumulator<id={self.aid}, value={self._value}>"


def _from_parts(aid: int, zero: T, accum_param: AccumulatorParam[T]) -> Accumulator[T]:
    """The accumulator of this id: the task's, in the program the program's."""
    task = running.task
    known = _accumulators.get(aid) if task is None else task.accumulators.get(aid)
    if known is None:
        known = Accumulator(aid, zero, accum_param)
        known._in_task = True
        if task is not None:
            task.accumulators[aid] = known
    return known


def deliver(aid: int, update: Any) -> None:
    """Adds what a task added; an accumulator that the program has forgotten needs it no more."""
    accumulator = _accumulators.get(aid)
    if accumulator is not None:
        accumulator.add(update)
