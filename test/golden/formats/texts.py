"""Compressed texts."""

import bz2
import os
import zlib

from formats.recorder import digested, make, packed


def streams(*contents, level=9):
    return b"".join(bz2.compress(content, level) for content in contents)


def bzip2_files():
    lines = [f"line {i}\n".encode() for i in range(40)]
    groups = [b"".join(lines[i : i + 3]) for i in range(0, 40, 3)]
    period = b"".join(b"the line of number %03d\n" % (i % 60) for i in range(15_000))
    return {
        "streams.bz2": streams(*groups),
        "lines across.bz2": streams(b"ab", b"c\nd", b"ef\n", b"g", b"h", b"i\nj\nk", b"\n", b"\nl\n", b"m"),
        "returns.bz2": streams(
            b"a\r", b"\nb\r", b"c\n", b"d", b"\r\ne\n", b"\n", b"f\r\n", b"g\r", b"\r", b"h\r\n\r", b"\n", b"i"
        ),
        "one line.bz2": streams(*[b"x" * 10] * 9),
        "empty streams.bz2": streams(b"", b"a\nb\n", b"", b"", b"c\nd\n", b""),
        "mark.bz2": streams("\ufeffa\n".encode(), "\ufeffb\n".encode()),
        "blocks.bz2": bz2.compress(period, 1),
        "nothing.bz2": bz2.compress(b""),
        "UPPER.BZ2": bz2.compress(b"u\n"),
    }


def text_cases():
    files = bzip2_files()
    for name, data in files.items():
        several = (1, 2, 3, 4, 5, 7, 8, 11, 16, 23, 37, 60) if len(data) > 60 else (1, 3)
        for parts in several:
            yield {"file": name, "minPartitions": parts, "data": data}
    good = files["streams.bz2"]
    damaged = {
        "cut.bz2": good[:-20],
        "not.bz2": b"plain text\n",
        "sum.bz2": good[:20] + bytes([good[20] ^ 1]) + good[21:],
    }
    for name, data in damaged.items():
        yield {"file": name, "minPartitions": 1, "data": data}
    z = zlib.compress
    for name, data in {
        "one.deflate": z(b"a\nb\nc\n"),
        "two.deflate": z(b"a\nb") + z(b"c\n") + z(b"") + z(b"d\r\n"),
        "cut.deflate": z(b"some lines\n" * 100)[:-6],
        "not.deflate": b"plain text\n",
        "garbage.deflate": z(b"a\n") + b"garbage",
        "none.deflate": z(b""),
    }.items():
        yield {"file": name, "minPartitions": 2, "data": data}


LZ4_LINES = [f"{i} " + "lz4 and snappy " * (i % 9) for i in range(400)]


def record_texts(recorder):
    recorded, files = [], {}
    root = recorder.folder()
    for case in text_cases():
        data = case.pop("data")
        files[case["file"]] = packed(data)
        make(root, {case["file"]: packed(data)})
        path = os.path.join(root, case["file"])
        read = lambda: recorder.context.textFile(path, case["minPartitions"]).glom().collect()  # noqa: E731, B023
        recorded.append({**case, **digested(recorder.outcome(root, read))})
    for codec in ("Lz4Codec", "SnappyCodec", "DefaultCodec", "BZip2Codec"):
        rdd = recorder.context.parallelize(LZ4_LINES, 1)
        save = lambda path: rdd.saveAsTextFile(path, f"org.apache.hadoop.io.compress.{codec}")  # noqa: E731, B023
        for name, spec in recorder.written(save).items():
            files[name] = spec
            recorded.append({"file": name, "minPartitions": 1, **digested({"partitions": [LZ4_LINES]})})
    return {"files": files, "cases": recorded}
