"""What functions of a program take in the workers, where `spark.python.profile` asks for it.

Every function that an RDD is given is packed as one that measures itself. It adds its figures to an accumulator, so
that they count once for each task that ended well, and come to the program with the job.
"""

from __future__ import annotations

import cProfile
import functools
import itertools
import os
import pstats
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple, cast

from kindling.accumulators import Accumulator, AccumulatorParam

__all__ = ["Profiles"]

_ids = itertools.count(-1, -1)
"""Accumulators of the program itself have numbers from 0."""

Figures = Dict[Any, Any]
"""As `pstats` keeps them: by place of a function."""


class _Running:
    """The figures of a task that still runs; they are taken when they are sent."""

    def __init__(self) -> None:
        self.profile = cProfile.Profile()

    def __reduce__(self) -> Tuple[Callable[..., Figures], Tuple[Figures]]:
        self.profile.create_stats()
        return dict, (cast(Any, self.profile).stats,)


class _FiguresParam(AccumulatorParam[Any]):
    def zero(self, value: Any) -> Any:
        return None

    def addInPlace(self, value1: Any, value2: Any) -> Any:
        if value1 is None or isinstance(value2, _Running):
            return value2
        stats = _stats(value1)
        stats.add(_stats(value2))
        return cast(Any, stats).stats


def _stats(figures: Figures) -> pstats.Stats:
    class _Taken:
        stats = figures

        def create_stats(self) -> None:
            """They are there."""

    return pstats.Stats(cast(Any, _Taken()))


class _Measured:
    """A function that measures itself, also while what it returned is run through."""

    def __init__(self, function: Callable[..., Any], figures: Accumulator[Any], name: str) -> None:
        self.function = function
        self.figures = figures
        self.__name__ = name

    def __call__(self, *args: Any) -> Any:
        result = self._measure(self.function, *args)
        return self._run_through(result) if hasattr(result, "__next__") else result

    def _run_through(self, elements: Iterator[Any]) -> Iterator[Any]:
        end = object()
        step = functools.partial(next, elements, end)
        while (element := self._measure(step)) is not end:
            yield element

    def _measure(self, function: Callable[..., Any], *args: Any) -> Any:
        if self.figures.update is None:
            self.figures.add(_Running())
        profile = self.figures.update.profile
        profile.enable()
        try:
            return function(*args)
        finally:
            profile.disable()


class _Profile(NamedTuple):
    rdd: int
    figures: Accumulator[Any]


class Profiles:
    """The figures of a program, by RDD."""

    def __init__(self) -> None:
        self._profiles: List[_Profile] = []
        self._new: List[Accumulator[Any]] = []

    def measured(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function as one that measures itself."""
        from kindling._runtime.functions import function_name

        figures: Accumulator[Any] = Accumulator(next(_ids), None, _FiguresParam())
        self._new.append(figures)
        return _Measured(function, figures, function_name(function))

    @property
    def has_new(self) -> bool:
        """Whether functions were measured whose RDD is not known yet."""
        return len(self._new) > 0

    def belong_to(self, rdd: Optional[int]) -> None:
        """The functions measured last are those of this RDD; None: it could not be made."""
        if rdd is not None:
            self._profiles += [_Profile(rdd, figures) for figures in self._new]
        self._new = []

    def show(self) -> None:
        """Prints them, and begins anew."""
        for rdd, stats in self._taken():
            title = f"Profile of RDD<id={rdd}>"
            print("=" * 60, title, "=" * 60, sep="\n")
            stats.sort_stats("time", "cumulative").print_stats()
        self._profiles = []

    def dump(self, path: str) -> None:
        """Writes a file for each RDD, which `pstats` reads, and begins anew."""
        os.makedirs(path, exist_ok=True)
        for rdd, stats in self._taken():
            stats.dump_stats(os.path.join(path, f"rdd_{rdd}.pstats"))
        self._profiles = []

    def _taken(self) -> List[Tuple[int, pstats.Stats]]:
        by_rdd: Dict[int, Figures] = {}
        for rdd, figures in self._profiles:
            if figures.value is not None:
                by_rdd[rdd] = _FiguresParam().addInPlace(by_rdd.get(rdd), figures.value)
        return [(rdd, _stats(figures)) for rdd, figures in by_rdd.items()]
