"""Counts the words in every Markdown, licence and text file of the installed packages."""

import os
import re
import time

from kindling import SparkContext


def text_files_below(directory):
    """Paths of all text files below a directory, sorted."""
    found = []
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            is_text = re.search(r"\.(md|txt)$", name, re.IGNORECASE) or re.match(
                r"(licen[cs]e|copying|notice)", name, re.IGNORECASE
            )
            if is_text and not re.search(r"[,*?\[\]{}\\]|/[._]", path):
                found.append(path)
    return sorted(found)


started = time.perf_counter()
sc = SparkContext("local[2]", "word count")

word = re.compile(r"[^\W_]+")
paths = text_files_below("node_modules")
counts = (
    sc.textFile(",".join(paths))
    .flatMap(lambda line: word.findall(line.lower()))
    .map(lambda found: (found, 1))
    .reduceByKey(lambda left, right: left + right, 8)
)

for found, count in counts.sortBy(lambda pair: pair[1], ascending=False).take(20):
    print(f"{count:8}  {found}")
print(
    f"{len(paths)} files, {counts.count()} distinct words, {time.perf_counter() - started:.2f} s"
)
sc.stop()
