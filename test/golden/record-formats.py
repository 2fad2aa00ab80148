"""Records what a real Spark makes of compressed texts, SequenceFiles, pickle files and whole files, in formats.json.

Run with the Python of an installation of PySpark, and the command zstd: python test/golden/record-formats.py (ten
minutes); with names of sections it records those again.
Every section has the files to make (so that a test can make them again) and what came of reading them, or the values to
save and what Spark wrote.
"""

import json
import os
import shutil
import sys

import pyspark
from formats.pickle_files import record_pickles
from formats.recorder import Recorder
from formats.sequence_files import record_compressions, record_saved, record_values
from formats.texts import record_texts
from formats.whole_files import record_records, record_whole
from formats.zstd_files import record_zstd
from pyspark import SparkConf, SparkContext


def main():
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "formats.json")
    conf = (
        SparkConf()
        .set("spark.ui.enabled", "false")
        .set("spark.log.level", "OFF")
        .set("spark.ui.showConsoleProgress", "false")
    )
    context = SparkContext("local[2]", "record", conf=conf)
    recorder = Recorder(context)
    sections = {
        "texts": record_texts,
        "values": record_values,
        "compressions": record_compressions,
        "saved": record_saved,
        "pickles": record_pickles,
        "whole": record_whole,
        "records": record_records,
        "zstd": record_zstd,
    }
    chosen = sys.argv[1:] or list(sections)
    recorded = {name: sections[name](recorder) for name in chosen}
    context.stop()
    shutil.rmtree(recorder.top)
    if sys.argv[1:]:
        with open(target, encoding="utf-8") as file:
            recorded = {**json.load(file), **recorded}
    with open(target, "w", encoding="utf-8") as file:
        source = {"source": f"PySpark {pyspark.__version__}, local[2]"}
        write_lines(file, {**source, **recorded})


def write_lines(file, recorded):
    """One line for each case, so that a difference shows where it is."""
    parts = []
    for name, section in recorded.items():
        text = json.dumps(section, ensure_ascii=False)
        if isinstance(section, list):
            text = "[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in section) + "\n]"
        elif isinstance(section, dict):
            inner = [
                f"{json.dumps(k)}: " + (lines_of(v) if isinstance(v, list) else json.dumps(v, ensure_ascii=False))
                for k, v in section.items()
            ]
            text = "{\n" + ",\n".join(inner) + "\n}"
        parts.append(f"{json.dumps(name)}: {text}")
    file.write("{\n" + ",\n".join(parts) + "\n}\n")


def lines_of(cases):
    return "[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]"


if __name__ == "__main__":
    main()
