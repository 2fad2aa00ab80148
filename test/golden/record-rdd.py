"""Records what the real PySpark makes of the cases in test/rdd/cases: writes rdd.json beside this script.

    python test/golden/record-rdd.py            all cases, each twice: both outcomes must be the same
    python test/golden/record-rdd.py TEXT …     prints the outcomes of cases whose names hold TEXT, and writes nothing
    python test/golden/record-rdd.py --update TEXT …    records those again, and leaves the others

Run it with the Python of an installation of PySpark.
"""

import os
import subprocess
import sys
from pathlib import Path

RDD = Path(__file__).parents[1] / "rdd"

environment = {
    **os.environ,
    "RDD_CASES_PACKAGE": "pyspark",
    "PYTHONHASHSEED": "0",  # counts from the start of the interpreter
    "PYTHONPATH": str(RDD),  # for the workers
    "PYTHONWARNINGS": "ignore",
    "PYSPARK_PYTHON": sys.executable,
    "SPARK_LOCAL_IP": "127.0.0.1",
}
command = [sys.executable, RDD / "record_cases.py", *sys.argv[1:]]
sys.exit(subprocess.run(command, env=environment, check=False).returncode)
