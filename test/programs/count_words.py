"""Counts the words of the files that `files.txt` names, cut at white space and cut at what is no letter or digit."""

import re
from operator import add

from kindling import SparkContext

sc = SparkContext("local[2]", "count words")
with open("files.txt") as names:
    lines = sc.textFile(names.read().strip().replace("\n", ","))

word = re.compile(r"[^\W_]+")
cuts = {
    "by-space": lambda line: re.split(r"[ \t\v\f\r]+", line),
    "by-letter": lambda line: word.findall(line.lower()),
}
for directory, cut in cuts.items():
    counts = (
        lines.flatMap(cut)
        .filter(lambda found: found != "")
        .map(lambda found: (found, 1))
        .reduceByKey(add, 8)
    )
    counts.map(lambda pair: f"{pair[1]} {pair[0]}").saveAsTextFile(directory)
sc.stop()
