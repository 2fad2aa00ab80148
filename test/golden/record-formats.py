"""Records what a real Spark makes of compressed texts, SequenceFiles, pickle files and whole files, in formats.json.

Run with the Python of an installation of PySpark, and the command zstd: python test/golden/record-formats.py (ten
minutes); with names of sections it records those again.
Every section has the files to make (so that a test can make them again) and what came of reading them, or the values to
save and what Spark wrote.
"""

import base64
import bz2
import datetime
import decimal
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib

import pyspark
from pyspark import SparkConf, SparkContext

NOW = 0


def packed(data):
    """Bytes of a file: hexadecimal, or compressed where that is shorter."""
    small = base64.b64encode(gzip.compress(data, 9, mtime=NOW)).decode()
    return {"gz64": small} if len(small) < 2 * len(data) else {"hex": data.hex()}


def packed_file(path):
    with open(path, "rb") as file:
        return packed(file.read())


def unpacked(spec):
    if isinstance(spec, str):
        return spec.encode()
    return gzip.decompress(base64.b64decode(spec["gz64"])) if "gz64" in spec else bytes.fromhex(spec["hex"])


def make(folder, files):
    for name, spec in files.items():
        path = os.path.join(folder, name)
        if spec == {"directory": True}:
            os.makedirs(path, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(unpacked(spec))


def tagged(value):
    """A value of Python in JSON, its type told."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"int": str(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, (bytes, bytearray)):
        return {"hex": value.hex()}
    if isinstance(value, tuple):
        return {"tuple": [tagged(item) for item in value]}
    if isinstance(value, list):
        return [tagged(item) for item in value]
    if isinstance(value, dict):
        return {"dict": sorted(([tagged(k), tagged(v)] for k, v in value.items()), key=json.dumps)}
    return {"repr": repr(value)}


def reason(error):
    """The first line of what Java said, and of its last cause."""
    lines = re.findall(r"^(?:Caused by)?: ((?:java|org)[\w.]+: .*)$", str(error), re.M)
    return lines[-1] if lines else f"{type(error).__name__}: {str(error).splitlines()[0]}"


class Recorder:
    def __init__(self, context):
        self.context = context
        self.jvm = context._jvm
        self.hadoop = context._jsc.hadoopConfiguration()
        self.top = tempfile.mkdtemp()
        self.folders = 0

    def folder(self):
        self.folders += 1
        path = os.path.join(self.top, f"case{self.folders}")
        os.makedirs(path)
        return path

    def outcome(self, root, read):
        try:
            return {"partitions": [[tagged(x) for x in p] for p in read()]}
        except Exception as error:
            return {"error": reason(error).replace(root, "{root}")}

    def written(self, save):
        """What Spark wrote: the files of a folder, without its checksums."""
        path = os.path.join(self.folder(), "out")
        save(path)
        return {
            name: packed_file(os.path.join(path, name)) for name in sorted(os.listdir(path)) if name.startswith("part-")
        }


# --- Compressed texts


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


def digested(result):
    """Long partitions as the count of their lines and the checksum of all bytes."""
    lines = result.get("partitions", [])
    if sum(len(p) for p in lines) <= 60:
        return result
    sums = [zlib.crc32("".join(line + "\n" for line in p).encode()) for p in lines]
    return {"digests": [[len(p), s] for p, s in zip(lines, sums)]}


# --- SequenceFiles

IO = "org.apache.hadoop.io."


class Writables:
    """Makes values of Hadoop's classes, and files of them by Hadoop's own writer."""

    def __init__(self, recorder):
        self.recorder = recorder
        self.io = recorder.jvm.org.apache.hadoop.io
        self.gateway = recorder.context._gateway

    def text(self, data):
        made = self.io.Text()
        made.set(bytearray(data))
        return made

    def bytes(self, data):
        return self.io.BytesWritable(bytearray(data))

    def map(self, entries, kind="MapWritable"):
        made = getattr(self.io, kind)()
        for key, value in entries:
            made.put(key, value)
        return made

    def class_of(self, name):
        return self.gateway.jvm.java.lang.Class.forName(name)

    def write(self, path, pairs, kind="NONE", codec=None, metadata=None):
        """The file as Hadoop writes it; classes are those of the first pair."""
        jvm, conf = self.recorder.jvm, self.recorder.hadoop
        conf.set("io.seqfile.compression.type", kind)
        compression = self.io.SequenceFile.getDefaultCompressionType(conf)
        files = jvm.org.apache.hadoop.fs
        made = self.class_of(IO + "compress." + (codec or "DefaultCodec")).newInstance()
        made.setConf(conf)
        table = self.io.SequenceFile.Metadata()
        for key, value in (metadata or {}).items():
            table.set(self.io.Text(key), self.io.Text(value))
        writer = self.io.SequenceFile.createWriter(
            files.FileSystem.get(conf).getRawFileSystem(),
            conf,
            files.Path("file:" + path),
            pairs[0][0].getClass(),
            pairs[0][1].getClass(),
            compression,
            made,
            None,
            table,
        )
        for key, value in pairs:
            writer.append(key, value)
        writer.close()


def single_values(w):
    io = w.io
    yield "NullWritable", [io.NullWritable.get()]
    yield "BooleanWritable", [io.BooleanWritable(True), io.BooleanWritable(False)]
    yield "ByteWritable", [io.ByteWritable(n) for n in (0, 127, -128)]
    yield "ShortWritable", [io.ShortWritable(n) for n in (0, 32767, -32768)]
    yield "IntWritable", [io.IntWritable(n) for n in (0, 1, -1, 2**31 - 1, -(2**31))]
    yield "VIntWritable", [io.VIntWritable(n) for n in (0, 127, 128, -112, -113, 255, 256, 2**31 - 1, -(2**31))]
    long = w.gateway.jvm.java.lang.Long
    longs = (0, 1, -1, 2**53, 2**63 - 1, -(2**63), 10**15, -112, -113, -(2**40))
    for name in ("LongWritable", "VLongWritable"):
        made = []
        for n in longs:
            value = getattr(io, name)()
            value.set(long.parseLong(str(n)))
            made.append(value)
        yield name, made
    double = w.gateway.jvm.java.lang.Double
    doubles = ("0.0", "-0.0", "1.5", "3.0", "NaN", "Infinity", "-Infinity", "1.0E300", "4.9E-324")
    yield "DoubleWritable", [io.DoubleWritable(double.parseDouble(d)) for d in doubles]
    floats = ("0.1", "-0.0", "3.0", "NaN", "Infinity", "3.4028235E38", "1.4E-45")
    yield "FloatWritable", [io.FloatWritable(w.gateway.jvm.java.lang.Float.parseFloat(f)) for f in floats]
    texts = (
        b"",
        b"a",
        "äöü漢🙂".encode(),
        b"x" * 127,
        b"y" * 128,
        b"z" * 300,
        b"bad \xff \xed\xa0\x80 \xe6\xbc",
        b"nul \0 cr \r lf \n",
    )
    yield "Text", [w.text(t) for t in texts]
    yield "BytesWritable", [w.bytes(b) for b in (b"", b"\0", bytes(range(256)), b"b" * 300)]
    inner = w.map([(io.Text("x"), io.DoubleWritable(1.5))])
    entries = [
        (io.Text("t"), io.IntWritable(1)),
        (io.IntWritable(2), io.Text("v")),
        (io.DoubleWritable(2.5), io.NullWritable.get()),
        (io.Text("in"), inner),
        (io.LongWritable(5), io.BooleanWritable(True)),
        (io.Text("f"), io.FloatWritable(0.5)),
        (io.Text("b"), w.bytes(b"ab")),
        (io.Text("s"), io.ShortWritable(7)),
    ]
    yield "MapWritable", [w.map([]), w.map(entries[:1]), w.map(entries)]
    yield (
        "SortedMapWritable",
        [
            w.map([], "SortedMapWritable"),
            w.map([(io.Text("b"), io.IntWritable(1)), (io.Text("a"), io.Text("z"))], "SortedMapWritable"),
        ],
    )


# What values hold of which Spark makes Java objects that no Python reads.
HELD = {
    "VIntWritable": lambda value: value.get(),
    "VLongWritable": lambda value: value.get(),
    "SortedMapWritable": lambda value: {"a": "z", "b": 1} if value.size() else {},
}


def record_values(recorder):
    """Every class, as value with an int for a key, and as key."""
    w = Writables(recorder)
    recorded = []
    for name, values in single_values(w):
        if name in HELD:
            path = os.path.join(recorder.folder(), "f")
            w.write(path, [(w.io.IntWritable(i), value) for i, value in enumerate(values)])
            held = [tagged((i, HELD[name](value))) for i, value in enumerate(values)]
            recorded.append({"name": name, "file": packed_file(path), "partitions": [held]})
            continue
        root = recorder.folder()
        path = os.path.join(root, "f")
        w.write(path, [(w.io.IntWritable(i), value) for i, value in enumerate(values)])
        read = lambda: recorder.context.sequenceFile(path).glom().collect()  # noqa: E731, B023
        recorded.append({"name": name, "file": packed_file(path), **recorder.outcome(root, read)})
        root = recorder.folder()
        path = os.path.join(root, "f")
        w.write(path, [(value, w.io.NullWritable.get()) for value in values], "BLOCK")
        read = lambda: recorder.context.sequenceFile(path).glom().collect()  # noqa: E731, B023
        recorded.append({"name": name + " as key", "file": packed_file(path), **recorder.outcome(root, read)})
    return recorded


def record_compressions(recorder):
    """Kinds and codecs, in files of several blocks, cut into splits."""
    w = Writables(recorder)
    recorder.hadoop.set("io.seqfile.compress.blocksize", "1000")
    pairs = [(w.io.IntWritable(i), w.io.Text(f"value {i} " + "abc" * (i % 30))) for i in range(100)]
    recorded = []
    for kind in ("NONE", "RECORD", "BLOCK"):
        for codec in ("DefaultCodec", "DeflateCodec", "GzipCodec", "BZip2Codec", "Lz4Codec", "SnappyCodec"):
            if kind == "NONE" and codec != "DefaultCodec":
                continue
            root = recorder.folder()
            path = os.path.join(root, "f")
            w.write(path, pairs, kind, codec, {"who": "ä"} if kind == "RECORD" else None)
            values = recorder.context.sequenceFile(path).collect()
            assert values == [(k.get(), v.toString()) for k, v in pairs], (kind, codec)
            recorded.append({"name": f"{kind} {codec}", "file": packed_file(path)})
    # Splits are of 100 kB at least: long values of little content.
    long = [(w.io.IntWritable(i), w.io.Text(f"{i} " + "long value " * (200 * (i % 7)))) for i in range(160)]
    for kind, codec in (("NONE", None), ("BLOCK", "Lz4Codec")):
        root = recorder.folder()
        path = os.path.join(root, "f")
        w.write(path, long if kind == "NONE" else long * 80, kind, codec)
        for splits in (1, 2, 3, 5, 20):
            counts = (
                recorder.context.sequenceFile(path, minSplits=splits).glom().map(lambda p: [k for k, _ in p]).collect()
            )
            sums = [[len(keys), zlib.crc32(json.dumps(keys, separators=(",", ":")).encode())] for keys in counts]
            recorded.append({"name": f"{kind} in {splits}", "minSplits": splits, "digests": sums})
            if splits == 1:
                recorded[-1]["file"] = packed_file(path)
                print(kind, os.path.getsize(path), len(json.dumps(recorded[-1]["file"])), file=sys.stderr)
    recorder.hadoop.unset("io.seqfile.compress.blocksize")
    return recorded


SAVED = {
    "int": [0, 1, -1, 2**31 - 1, -(2**31)],
    "long": [2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1, -(2**63)],
    "int and long": [1, 2**40],
    "long and int": [2**40, 1],
    "beyond long": [2**63],
    "float": [1.5, 3.0, -0.0, float("nan"), float("inf")],
    "int and float": [1, 1.5],
    "str": ["", "a", "äöü漢🙂", "x" * 127, "y" * 128, "z" * 300],
    "bytes": [b"", b"\0\xff", b"b" * 300],
    "bytearray": [bytearray(b"ab")],
    "bool": [True, False],
    "bool and int": [True, 1],
    "None": [None, None],
    "None and int": [None, 1],
    "dict": [{}, {"a": 1}, {"a": 1, 2: "b", 3.5: None, "in": {"x": 1.5, "y": b"z"}, "t": True, "l": 2**40}],
    "list": [[1]],
    "dict of list": [{"a": [1]}],
    "set": [{1}],
}


def record_saved(recorder):
    """What saveAsSequenceFile makes of values of Python; the sync marker of each file is its own."""
    recorded = []
    more = {"date": [datetime.date(2020, 1, 2)], "decimal": [decimal.Decimal("1.5")]}
    for name, values in {**SAVED, **more}.items():
        for role in ("value", "key"):
            pairs = [(i, v) if role == "value" else (v, None) for i, v in enumerate(values)]
            case = {"name": f"{name} as {role}"}
            if name not in more:
                case["pairs"] = tagged(pairs)
            try:
                files = recorder.written(lambda path: recorder.context.parallelize(pairs, 1).saveAsSequenceFile(path))  # noqa: B023
                recorded.append({**case, "file": files["part-00000"]})
            except Exception as error:
                recorded.append({**case, "error": reason(error)})
    return recorded


# --- Pickle files


def record_pickles(recorder):
    context = recorder.context
    numbers = list(range(25))
    kinds = {
        "default": lambda path: context.parallelize(numbers, 2).saveAsPickleFile(path),
        "batches of 3": lambda path: context.parallelize(numbers, 2).saveAsPickleFile(path, 3),
        "batches of 1": lambda path: context.parallelize(numbers[:12], 1).saveAsPickleFile(path, 1),
        "batches by size": lambda path: context.parallelize(numbers, 2).saveAsPickleFile(path, 0),
        "values": lambda path: context.parallelize(PICKLED, 1).saveAsPickleFile(path),
        "many": lambda path: context.parallelize(range(2500), 1).saveAsPickleFile(path, 2500),
        "empty partitions": lambda path: context.parallelize([1], 3).saveAsPickleFile(path),
    }
    recorded = []
    for name, save in kinds.items():
        path = os.path.join(recorder.folder(), "out")
        save(path)
        files = {n: packed_file(os.path.join(path, n)) for n in sorted(os.listdir(path)) if n.startswith("part-")}
        recorded.append(
            {"name": name, "files": files, "counts": [len(context.pickleFile(f"{path}/{n}").collect()) for n in files]}
        )
    # Pickled by Java: what sequenceFile gives is written as it came.
    pairs = os.path.join(recorder.folder(), "pairs")
    context.parallelize([(i, f"v{i}") for i in range(40)], 1).saveAsSequenceFile(pairs)
    for size in (0, 4):
        path = os.path.join(recorder.folder(), "out")
        context.sequenceFile(pairs, batchSize=size).saveAsPickleFile(path, 0)
        file = packed_file(os.path.join(path, "part-00000"))
        recorded.append({"name": f"by Java, batches of {size}", "files": {"part-00000": file}, "counts": [40]})
    return recorded


PICKLED = [
    None,
    True,
    False,
    0,
    -1,
    255,
    65535,
    2**31,
    2**63,
    2**2100,
    1.5,
    "",
    "ä" * 300,
    b"",
    b"x" * 300,
    bytearray(b"y"),
    (),
    (1,),
    (1, 2),
    (1, 2, 3),
    (1, 2, 3, 4),
    [],
    [1],
    [1, 2],
    [[1], [2, [3]]],
    {},
    {"a": 1},
    {"a": 1, "b": {2: 3}},
    set(),
    {1, 2},
    frozenset({1}),
    1j,
    range(3),
    int,
    len,
    "a" * 70000,
]


# --- Whole files


def record_whole(recorder):
    sizes = {"a": 10, "b": 0, "c": 25, "d": 5, "e": 0, "f": 40, "g": 1, "h": 1, "i": 18}
    files = {name: name * size for name, size in sizes.items()}
    cases = [
        {"files": files, "path": path, "minPartitions": n}
        for path in ("*", "{a,c,b,d}", "b,e")
        for n in (1, 2, 3, 4, 9, 50)
    ]
    special = {
        "bom": "\ufeffx\n",
        "bad": {"hex": "61ff62eda08063e6bc"},
        "crlf": "a\r\nb",
        "x y.txt": "blank",
        "ä#%20.txt": "odd",
        "z.gz": {"hex": gzip.compress(b"zipped\n", mtime=NOW).hex()},
        "z.bz2": {"hex": bz2.compress(b"zipped too\n").hex()},
        "z.deflate": {"hex": zlib.compress(b"and this").hex()},
        "_hidden": "h",
        ".dot": "d",
        "inner/file": "not read",
    }
    cases += [
        {"files": special, "path": path, "minPartitions": n}
        for path in ("*", "x y.txt", "{bad,bom}", "*/*", "nothing", "noth*ng")
        for n in (1, 3)
    ]
    cases += [{"files": {"d/" + name: text for name, text in special.items()}, "path": "d", "minPartitions": 1}]
    cases += [
        {
            "files": {"cut.gz": {"hex": gzip.compress(b"some text" * 9, mtime=NOW)[:-9].hex()}, "empty.gz": ""},
            "path": path,
            "minPartitions": 1,
        }
        for path in ("cut.gz", "empty.gz")
    ]
    recorded = []
    for case in cases:
        root = recorder.folder()
        make(root, case["files"])
        path = (
            ",".join(os.path.join(root, one) for one in case["path"].split(","))
            if "{" not in case["path"]
            else os.path.join(root, case["path"])
        )
        context, parts = recorder.context, case["minPartitions"]
        for kind, read in (("text", context.wholeTextFiles), ("binary", context.binaryFiles)):
            result = recorder.outcome(root, lambda: read(path, parts).glom().collect())  # noqa: B023
            recorded.append({**case, "kind": kind, **json.loads(json.dumps(result).replace(root, "{root}"))})
    shared, seen = [], {}
    for case in recorded:
        key = json.dumps(case["files"])
        seen.setdefault(key, len(seen))
        shared = [json.loads(k) for k in seen]
        case["files"] = seen[key]
    # Sizes of which only the number of bytes matters: files of zeros.
    mebibyte = 1024 * 1024
    plans = [[1, 1, 1, 1, 1], [5, 5, 5], [1, 130, 2, 3], [60, 60, 60, 60], [0, 3, 0, 4, 129, 0]]
    sized = []
    for sizes in plans:
        root = recorder.folder()
        for i, size in enumerate(sizes):
            with open(os.path.join(root, f"f{i}"), "wb") as file:
                file.truncate(size * mebibyte)
        for parts in (1, 2, 3, 7):
            names = (
                recorder.context.binaryFiles(root + "/*", parts)
                .map(lambda pair: pair[0].rsplit("/", 1)[1])
                .glom()
                .collect()
            )
            sized.append({"mebibytes": sizes, "minPartitions": parts, "names": names})
    return {"files": shared, "cases": recorded, "sizes": sized}


def record_records(recorder):
    recorded = []
    for size, length in ((12, 4), (12, 12), (12, 5), (12, 13), (0, 4), (10, 1), (10, 0), (10, -1)):
        root = recorder.folder()
        data = bytes(range(size))
        make(root, {"f": {"hex": data.hex()}})
        result = recorder.outcome(root, lambda: recorder.context.binaryRecords(root + "/f", length).glom().collect())  # noqa: B023
        recorded.append({"size": size, "length": length, **result})
    root = recorder.folder()
    make(root, {"f.gz": {"hex": gzip.compress(b"abcd", mtime=NOW).hex()}, "d/inner/f": "abcd", "d/g": "abcd"})
    for name in ("f.gz", "d"):
        result = recorder.outcome(root, lambda: recorder.context.binaryRecords(f"{root}/{name}", 2).glom().collect())  # noqa: B023
        recorded.append({"path": name, "length": 2, **result})
    mebibyte = 1024 * 1024
    path = os.path.join(recorder.folder(), "f")
    for about, length in ((70, 1000), (34, 1024), (36, 1024), (80, 40 * mebibyte)):
        size = about * mebibyte // length * length
        with open(path, "wb") as file:
            file.truncate(size)
        counts = recorder.context.binaryRecords(path, length).mapPartitions(lambda p: [sum(1 for _ in p)]).collect()
        recorded.append({"size": size, "length": length, "counts": counts})
    return recorded


# --- Zstandard, which Hadoop writes with its native library only: by the command of zstd itself


def record_zstd(recorder):
    def zstd(data, *options, piped=False):
        folder = recorder.folder()
        path = os.path.join(folder, "f")
        with open(path, "wb") as file:
            file.write(data)
        if piped:
            return subprocess.run(["zstd", "-qc", *options], input=data, check=True, capture_output=True).stdout
        return subprocess.run(["zstd", "-qc", *options, path], check=True, capture_output=True).stdout

    text = b"".join(b"%d: the line of %d\n" % (i % 60, i * i % 13) for i in range(20_000))
    numbers = bytes((i * i * 7919 >> 5) % 256 for i in range(3000))
    made = {
        f"{n} bytes": (numbers[:n], zstd(numbers[:n]))
        for n in (*range(0, 10), 12, 15, 31, 32, 33, 39, 63, 64, 100, 255, 256, 1000)
    }
    made |= {
        "fast": (text, zstd(text, "-1")),
        "slow": (text, zstd(text, "-19")),
        "no checksum": (text[:9000], zstd(text[:9000], "--no-check")),
        "from a pipe": (text, zstd(text, piped=True)),
        "frames": (text[:500] + numbers, zstd(text[:500]) + zstd(b"") + zstd(numbers)),
        "skipped": (
            text[:99],
            bytes.fromhex("502a4d1803000000616263") + zstd(text[:99]) + bytes.fromhex("5f2a4d1800000000"),
        ),
        "a repeated byte": (b"x" * 400_000, zstd(b"x" * 400_000)),
        "long": (text, zstd(text, "--long=27", piped=True)),
    }
    dictionary = os.path.join(recorder.folder(), "dictionary")
    with open(dictionary, "wb") as file:
        file.write(text[:5000])
    samples = [os.path.join(recorder.folder(), f"s{i}") for i in range(60)]
    for i, sample in enumerate(samples):
        with open(sample, "wb") as file:
            file.write(text[i * 300 : i * 300 + 280])
    subprocess.run(
        ["zstd", "-q", "--train", *samples, "--maxdict=2000", "-o", dictionary, "-f"], check=True, capture_output=True
    )
    refused = {
        "a dictionary": zstd(text[:5000], "-D", dictionary),
        "a window of 2 GiB": zstd(text, "--ultra", "-22", "--long=31", piped=True)[:100],
    }
    version = subprocess.run(["zstd", "--version"], check=True, capture_output=True, text=True).stdout
    return {
        "source": re.search(r"v[\d.]+", version)[0],
        "cases": [
            {"name": name, "file": packed(file), "size": len(data), "crc": zlib.crc32(data)}
            for name, (data, file) in made.items()
        ],
        "refused": [{"name": name, "file": packed(file)} for name, file in refused.items()],
    }


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
