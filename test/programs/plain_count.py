"""The counts of `count_words.py` by the standard library alone: argument `by-space` or `by-letter`."""

import re
import sys
from collections import Counter

CUTS = {"by-space": (r"[^ \t\v\f\r\n]+", str), "by-letter": (r"[^\W_]+", str.lower)}
pattern, prepare = CUTS[sys.argv[1]]
counts = Counter()
with open("files.txt") as names:
    for name in names.read().splitlines():
        # Hadoop, hence Spark, leaves out the byte order mark at the start of a file.
        with open(name, encoding="utf-8-sig", errors="replace", newline=None) as file:
            for line in file:
                counts.update(re.findall(pattern, prepare(line)))
sys.stdout.reconfigure(encoding="utf-8")
print("\n".join(f"{count} {word}" for word, count in counts.items()))
