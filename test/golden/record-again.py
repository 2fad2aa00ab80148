"""Records everything in this folder again from the real Spark, in a copy, and compares: python test/golden/record-again.py

Run with the Python of an installation of PySpark, and the command zstd (forty minutes); with names of recordings
(`rdd formats`) only those. Files that Spark wrote are not compared byte by byte: SequenceFiles have random marks.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shutil import copytree

TEST = Path(__file__).resolve().parents[1]
DEADLINE_SECONDS = 3600


def without_files(value):
    if isinstance(value, list):
        return [without_files(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: without_files(item) for key, item in value.items() if key not in ("file", "files")}


def compared(path):
    value = json.loads(path.read_text(encoding="utf-8"))
    return without_files(value) if path.name == "formats.json" else value


def differences(kept, found, place=""):
    """Places at which two values differ."""
    if isinstance(kept, dict) and isinstance(found, dict) and kept.keys() == found.keys():
        return [line for key in kept for line in differences(kept[key], found[key], f"{place}.{key}")]
    if isinstance(kept, list) and isinstance(found, list) and len(kept) == len(found):
        pairs = enumerate(zip(kept, found, strict=True))
        return [line for index, pair in pairs for line in differences(*pair, f"{place}[{index}]")]
    return [] if kept == found else [f"{place}: {str(kept)[:200]} is now {str(found)[:200]}"]


def record(script, copy):
    """How the recordings of a script differ from those that are kept; a text where it failed."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [sys.executable, copy / "golden" / script.name]
    run = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=False
    )
    if run.returncode != 0:
        return [f"ended with status {run.returncode}: {run.stdout[-500:]} {run.stderr[-1500:]}"]
    result = f"{script.stem.removeprefix('record-')}.json"
    return differences(compared(TEST / "golden" / result), compared(copy / "golden" / result))


def main():
    scripts = sorted((TEST / "golden").glob("record-*.py"))
    names = sys.argv[1:] or [script.stem.removeprefix("record-") for script in scripts]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "test"
        copytree(TEST, copy)
        for script in scripts:
            name = script.stem.removeprefix("record-")
            if name not in names or name == "again":
                continue
            started = time.monotonic()
            lines = record(script, copy)
            failed += bool(lines)
            outcome = f"{len(lines)} differences" if lines else "as kept"
            print(f"{name}: {outcome}, {time.monotonic() - started:.0f} s", *lines[:20], sep="\n  ", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
