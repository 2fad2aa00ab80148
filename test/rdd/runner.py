"""Runs cases: those of one master and settings share a context, and each has a thread, with its local properties."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from launched import Launched
from normal_form import failure, value_text
from table import Case, Settings

DEADLINE_S = float(os.environ.get("RDD_CASES_DEADLINE_S", "60"))
"""No case takes longer, however busy the machine is; one that does hangs."""

Start = Callable[[str, Settings], Any]
Place = Tuple[str, Settings]


@dataclass(frozen=True)
class Outcome:
    """`{"value": text}` or what `normal_form.failure` says."""

    case: Case
    found: Dict[str, Any]
    seconds: float


class Runner:
    """Runs cases with a package's way of starting contexts."""

    def __init__(self, start: Start, settle: Callable[[Any, Any], None]) -> None:
        self._start = start
        self._settle = settle
        self._sc: Any = None
        self._place: Optional[Place] = None

    def run(self, cases: Sequence[Case]) -> Iterator[Outcome]:
        """Outcomes, grouped by context; cases that start contexts themselves come last."""
        for case in sorted(cases, key=_place_of):
            yield self._run_one(case)
        self._leave()

    def _run_one(self, case: Case) -> Outcome:
        try:
            self._enter(_place_of(case)[1] if "sc" in case.asks_for else None)
        except Exception as error:
            return Outcome(case, failure(error), 0)
        folder = tempfile.mkdtemp(prefix="rdd-case-")
        started: List[Any] = []
        begin = time.monotonic()
        found = self._found(case, lambda: case.run(**self._given(case, folder, started)))
        seconds = time.monotonic() - begin
        for sc in started:
            _stop(sc)
        shutil.rmtree(folder, ignore_errors=True)
        return Outcome(case, _shown(found, folder), seconds)

    def _found(self, case: Case, run: Callable[[], Any]) -> Dict[str, Any]:
        found: Dict[str, Any] = {}

        def work() -> None:
            try:
                found["value"] = value_text(run(), case.unordered)
            except Exception as error:
                found.update(failure(error))

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(DEADLINE_S)
        if thread.is_alive():
            self._leave()  # the context may be held by what hangs
            return {"hangs": True}
        return found

    def _given(self, case: Case, folder: str, started: List[Any]) -> Dict[str, Any]:
        def start(master: str = "local[2]", conf: Optional[Dict[str, str]] = None) -> Any:
            started.append(self._start(master, tuple((conf or {}).items())))
            return started[-1]

        everything: Dict[str, Callable[[], Any]] = {
            "sc": lambda: self._sc,
            "folder": lambda: folder,
            "launched": lambda: Launched(self._sc, self._settle),
            "start": lambda: start,
        }
        return {name: everything[name]() for name in case.asks_for}

    def _enter(self, place: Optional[Place]) -> None:
        if place == self._place:
            return
        self._leave()
        if place is not None:
            self._sc = self._start(*place)
            self._place = place

    def _leave(self) -> None:
        sc, self._sc, self._place = self._sc, None, None
        if sc is not None:
            _stop(sc)


def _stop(sc: Any) -> None:
    """Also a context that never started, or that a hanging job holds."""

    def work() -> None:
        with contextlib.suppress(Exception):
            sc.stop()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(DEADLINE_S)


def _place_of(case: Case) -> Tuple[int, Place]:
    return (0 if "sc" in case.asks_for else 1, (case.master, case.settings))


def _shown(found: Dict[str, Any], folder: str) -> Dict[str, Any]:
    return {key: text.replace(folder, "{folder}") if isinstance(text, str) else text for key, text in found.items()}
