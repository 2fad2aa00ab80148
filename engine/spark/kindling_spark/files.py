"""Files that are not lines of text, as elements: what came from Spark's source of binary files."""

import bisect

from kindling_spark.rows import framed
from kindling_spark.sequence import SUFFIXES, corrupt, decompressed, objects, pairs
from kindling_spark.worker import PORTABLE

FORMATS = ("lines", "portable", "pickle", "v8")
# About what one batch holds, unless an element is larger.
BATCH_BYTES = 1 << 20


def batches_of(form, path, data, starts):
    """The elements of a file as framed batches, each with the number of the split it belongs to; splits begin at `starts`."""
    if form["kind"] == "objects":
        for at, name, count, batch in objects(data, path, form["own"]):
            yield split_of(starts, at), framed(FORMATS.index(name), count, batch)
        return
    from kindling.worker.portable import pack

    gathered, size, split = [], 0, 0
    for at, element, weight in READERS[form["kind"]](form, path, data):
        own = split_of(starts, at)
        if gathered and (own != split or size >= BATCH_BYTES):
            yield split, framed(PORTABLE, len(gathered), pack(gathered))
            gathered, size = [], 0
        split = own
        gathered.append(element)
        size += weight
    if gathered:
        yield split, framed(PORTABLE, len(gathered), pack(gathered))


def split_of(starts, at):
    return max(0, bisect.bisect_right(starts, at) - 1)


def plain(path, data):
    suffix = path[path.rfind(".") :].lower()
    return decompressed(SUFFIXES[suffix], data, path) if suffix in SUFFIXES else data


# Each gives, for every element, the byte that decides which split it belongs to, the element, and about its size.


def whole_text(_, path, data):
    text = plain(path, data).decode("utf-8", "replace")
    yield 0, (path, text), len(text)


def binary(_, path, data):
    yield 0, (path, data), len(data)


def fixed_records(form, path, data):
    size = form["recordBytes"]
    if len(data) % size:
        raise corrupt(path, "record", f"its length of {len(data)} bytes is no multiple of {size}")
    for at in range(0, len(data), size):
        yield at, data[at : at + size], size


def lines_with_offsets(_, path, data):
    """A line belongs to the split in which the byte before its first one lies; what is compressed is not cut."""
    lines = plain(path, data)
    at = 0
    for line in raw_lines(lines):
        yield at - 1 if lines is data else 0, (at, line.rstrip(b"\r\n").decode("utf-8", "replace")), len(line) + 8
        at += len(line)


def raw_lines(data):
    """Lines with what ends them: a line feed, a carriage return, or both."""
    start = 0
    while start < len(data):
        feed, back = data.find(b"\n", start), data.find(b"\r", start)
        if back >= 0 and (feed < 0 or back < feed):
            end = back + 2 if data[back + 1 : back + 2] == b"\n" else back + 1
        else:
            end = feed + 1 if feed >= 0 else len(data)
        yield data[start:end]
        start = end


def sequence(_, path, data):
    for at, key, value in pairs(data, path):
        yield at, (key, value), 64 + weight(key) + weight(value)


def weight(value):
    return len(value) if isinstance(value, (str, bytes)) else 16


READERS = {
    "wholeText": whole_text,
    "binary": binary,
    "records": fixed_records,
    "linesWithOffsets": lines_with_offsets,
    "sequence": sequence,
}
