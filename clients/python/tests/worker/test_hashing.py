"""``portable_hash`` gives PySpark's numbers: recorded from PySpark 4.3.0 under PYTHONHASHSEED=0."""

import os
import subprocess
import sys
from pathlib import Path

from kindling.worker import hashing

RECORDED = {
    None: 0,
    1: 1,
    -1: -2,
    2**61 - 1: 0,
    2**70: 512,
    1.5: 1152921504606846977,
    "": 0,
    "a": 4644417185603328019,
    "kindling": -1098218608931636528,
    "é": 6047309291227476195,
    b"x": -3368204716105132637,
    (): 3430008,
    (None,): 3430018290025,
    (None, 1): 3430028580079870073,
    ("a", 1): 102774922574124034,
    ("a", ("b", None)): 1448104471556345709,
}


# Python 3.11 changed the hash of text and bytes; PySpark's numbers changed with it.
OF_NUMBERS = {None, 1, -1, 2**61 - 1, 2**70, 1.5, "", (), (None,), (None, 1)}
CHECKED = {key: number for key, number in RECORDED.items() if sys.version_info >= (3, 11) or key in OF_NUMBERS}


def test_recorded_hashes():
    # The seed of string hashes is fixed when an interpreter starts.
    program = (
        f"from kindling.worker.hashing import portable_hash\nfor key in {list(CHECKED)!r}: print(portable_hash(key))"
    )
    source = Path(hashing.__file__).parents[2]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(source)}
    shown = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert [int(line) for line in shown.stdout.split()] == list(CHECKED.values())
