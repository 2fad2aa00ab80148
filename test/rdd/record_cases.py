"""Runs the cases with the real PySpark and writes test/golden/rdd.json; test/golden/record-rdd.py starts it."""

import json
import re
import sys
from pathlib import Path

import pyspark
from normal_form import is_builtin
from pyspark import SparkConf, SparkContext
from pyspark.statcounter import StatCounter
from rules import RULES
from runner import Runner
from table import all_cases

CLASSES = [
    pyspark.RDD, pyspark.SparkContext, pyspark.RDDBarrier, pyspark.TaskContext, pyspark.BarrierTaskContext,
    pyspark.SparkConf, pyspark.SparkFiles, pyspark.Broadcast, pyspark.Accumulator, pyspark.AccumulatorParam,
    pyspark.StatusTracker, StatCounter, pyspark.StorageLevel,
]  # fmt: skip

GOLDEN = Path(__file__).parents[1] / "golden" / "rdd.json"
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.log.level": "OFF",
    "spark.ui.showConsoleProgress": "false",
    "spark.python.unix.domain.socket.enabled": "false",
}
SLOW_SECONDS = 1.0
VOLATILE = re.compile(r"\d+(\.\d+)?|/tmp/\S+")
"""Numbers of stages and tasks, and temporary files, in messages of the JVM."""

complaints: list[str] = []


def start(master, settings):
    return SparkContext(master, "cases", conf=SparkConf().setAll({**SETTINGS, **dict(settings)}.items()))


def settle(sc, _):
    """The status tracker hears of jobs by events."""
    sc._jsc.sc().listenerBus().waitUntilEmpty()


def expected(case, found):
    """What is written down of an outcome: of a failure, the name that counts and the part of the message that does."""
    if "raises" not in found:
        return found
    name = next(name for name in found["raises"] if found["task"] or name.startswith("java:") or is_builtin(name))
    says = found["message"] if case.says is None else case.says
    if says.lower() not in found["message"].lower():
        complaints.append(f"{case.name}: {says!r} is not in {found['message']!r}")
    message = VOLATILE.sub("…", found["message"]) if name.startswith("java:") else found["message"]
    message = re.sub(r"created by .*", "created by …", message)
    kept = {"raises": name, "says": says, "message": message}
    return {**kept, **({"condition": found["condition"]} if found["condition"] else {})}


def outcomes(cases):
    found = {}
    for outcome in Runner(start, settle).run(cases):
        found[outcome.case.name] = expected(outcome.case, outcome.found)
        if outcome.seconds > SLOW_SECONDS:
            print(f"{outcome.seconds:.1f} s: {outcome.case.name}", file=sys.stderr)
    return found


def public_names(kind):
    return [f"{kind.__name__}.{name}" for name in dir(kind) if not name.startswith("_")]


def refuse_gaps(cases):
    about = {name for case in cases for name in case.about}
    names = {name for kind in CLASSES for name in public_names(kind)}
    shown = {rule for case in cases for rule in case.rules}
    gaps, unknown = sorted(names - about) + sorted(set(RULES) - shown), sorted(shown - set(RULES))
    if gaps or unknown:
        raise SystemExit(f"no case for {gaps}; unknown rules {unknown}")


def twice(cases):
    first, second = outcomes(cases), outcomes(cases)
    different = [(name, first[name], second[name]) for name in first if first[name] != second[name]]
    complaints.extend(f"two runs differ: {difference}" for difference in different)
    complaints.extend(f"{name}: hangs" for name, outcome in first.items() if "hangs" in outcome)
    if complaints:
        raise SystemExit("\n".join(complaints))
    return first


def recorded():
    """What rdd.json has, by name."""
    cases = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]
    return {case["name"]: {key: case[key] for key in case if key not in ("name", "about", "rules")} for case in cases}


def main():
    cases, texts = all_cases(), [text for text in sys.argv[1:] if text != "--update"]
    chosen = [case for case in cases if any(text in case.name for text in texts)]
    if "--update" in sys.argv:
        write(cases, {**recorded(), **twice(chosen)})
    elif texts:
        for name, outcome in outcomes(chosen).items():
            print(f"{name}\n    {json.dumps(outcome, ensure_ascii=False)}")
        print("\n".join(complaints), file=sys.stderr)
    else:
        write(cases, twice(cases))


def write(cases, found):
    refuse_gaps(cases)
    head = {
        "source": f"PySpark {pyspark.__version__}, Python {sys.version.split()[0]}, {sys.hash_info.algorithm}",
        "names": {kind.__name__: [name.split(".")[1] for name in public_names(kind)] for kind in CLASSES},
        "rules": RULES,
    }
    lines = [
        json.dumps(
            {"name": case.name, "about": case.about, "rules": case.rules, **found[case.name]}, ensure_ascii=False
        )
        for case in cases
    ]
    with GOLDEN.open("w", encoding="utf-8") as file:
        file.write("{\n")
        for key, value in head.items():
            file.write(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)},\n")
        file.write('"cases": [\n' + ",\n".join(lines) + "\n]\n}\n")
    print(f"{len(cases)} cases, {sum('raises' in found[case.name] for case in cases)} of them failures")


main()
