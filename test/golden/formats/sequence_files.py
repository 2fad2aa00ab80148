"""SequenceFiles, by values, compression and what is saved."""

import datetime
import decimal
import json
import os
import sys
import zlib

from formats.recorder import packed_file, reason, tagged

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
