"""The table of cases: what PySpark does for every method of RDD and SparkContext, as functions that both run.

    @case("RDD.fold", "zero once per partition and once at the merge", rule="fold zero")
    def _(sc):
        return sc.parallelize([1, 2], 2).fold(10, add)

A case returns plain values or raises; PySpark's own outcome is recorded in `test/golden/rdd.json`. What raises at a
call that is not awaited is followed by one that is, so that the case does not depend on the moment. A case may ask
for, by the names of its parameters:

- `sc`: a context with the case's master and settings, shared with other cases;
- `folder`: an empty folder, which shows as `{folder}` in the outcome;
- `launched`: counts the jobs and tasks of a call (`launched.py`);
- `start`: makes contexts, for a case that takes no `sc`; those it leaves open are stopped.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, Union

Settings = Tuple[Tuple[str, str], ...]
Run = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """One case, named by the first method that it is about and its title."""

    about: Tuple[str, ...]
    title: str
    run: Run
    rules: Tuple[str, ...]
    """Keys of `rules.RULES` that it shows."""
    unordered: bool
    """The order of the list is not Spark's promise: it is compared sorted."""
    says: Optional[str]
    """For a case that raises: the part of the message that counts, none where it is empty; all of it by default."""
    master: str
    settings: Settings

    @property
    def name(self) -> str:
        return f"{self.about[0]}: {self.title}"

    @property
    def asks_for(self) -> Tuple[str, ...]:
        return tuple(inspect.signature(self.run).parameters)


_cases: List[Case] = []


def case(
    about: Union[str, Tuple[str, ...]],
    title: str,
    *,
    rule: Union[str, Tuple[str, ...]] = (),
    unordered: bool = False,
    says: Optional[str] = None,
    master: str = "local[2]",
    conf: Optional[Dict[str, str]] = None,
) -> Callable[[Run], Run]:
    """Adds the function below to the table."""

    def add(run: Run) -> Run:
        settings = tuple((conf or {}).items())
        _cases.append(Case(_texts(about), title, run, _texts(rule), unordered, says, master, settings))
        return run

    return add


def all_cases() -> List[Case]:
    """The cases of all modules, in the order of the files; their names are distinct."""
    import cases

    for module in sorted(module.name for module in pkgutil.iter_modules(cases.__path__)):
        importlib.import_module(f"cases.{module}")
    _refuse_doubles(case.name for case in _cases)
    return list(_cases)


def _texts(value: Union[str, Tuple[str, ...]]) -> Tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _refuse_doubles(names: Iterable[str]) -> None:
    seen = set()
    for name in names:
        if name in seen:
            raise ValueError(f"two cases are named {name!r}")
        seen.add(name)
