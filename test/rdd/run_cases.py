"""Runs the cases, or those whose names hold an argument, with Kindling's client: a line of JSON for each.

    python test/rdd/run_cases.py [text …]

Needs PYTHONHASHSEED=0, as the recorded placements of texts do. RDD_CASES_MASTER names another master than local[N].
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from kindling import RDD, SparkConf, SparkContext
from runner import Runner
from table import Case, Settings, all_cases

MASTER = os.environ.get("RDD_CASES_MASTER")
"""Of a cluster: cases about other masters are left out then, and those that ask what Spark alone knows there."""


def start(master: str, settings: Settings) -> Any:
    if MASTER and master.startswith("local["):
        master = MASTER
    return SparkContext(master, "cases", conf=SparkConf().setAll(settings))


def settle(_: Any, returned: Any) -> None:
    """A call that returns an RDD does not wait for the jobs that it launches."""
    if isinstance(returned, RDD):
        returned.getNumPartitions()


def is_meant(case: Case) -> bool:
    if not MASTER:
        return True
    return "sc" in case.asks_for and "launched" not in case.asks_for and case.master == "local[2]"


def main() -> None:
    wanted = sys.argv[1:]
    named = [case for case in all_cases() if not wanted or any(text in case.name for text in wanted)]
    cases = [case for case in named if is_meant(case)]
    for outcome in Runner(start, settle).run(cases):
        line = {"name": outcome.case.name, **outcome.found, "ms": round(outcome.seconds * 1000)}
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
