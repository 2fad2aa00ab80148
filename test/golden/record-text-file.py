"""Records what a real Spark makes of text files: writes text-file.json beside this script.

Run with the Python of an installation of PySpark: python test/golden/record-text-file.py (three minutes), then
format the result: npx biome format --write test/golden/text-file.json
Every case has the files to make (so that a test can make them again), the path given to sc.textFile, minPartitions, and
what came of it: the partitions, or their line counts and SHA-256 when they are long, or the first line of the error.
"""
import gzip
import hashlib
import itertools
import json
import os
import re
import shutil
import tempfile

import pyspark
from pyspark import SparkConf, SparkContext

LONG_PARTITION_LINES = 300
BYTES = "41 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 ff"


# Contents: a string is UTF-8 text; the other forms are described here and made again by the test.
def content(spec):
    if isinstance(spec, str):
        return spec.encode()
    if "hex" in spec:
        return bytes.fromhex(spec["hex"])
    if "repeat" in spec:
        return spec["repeat"].encode() * spec["times"]
    if "fill" in spec:
        return (spec["fill"] * spec["width"] + spec["end"]).encode() * spec["times"]
    if "sequences" in spec:  # every sequence of these bytes, each on its own line
        alphabet = bytes.fromhex(spec["sequences"])
        return b"".join(bytes(s) + b"\n" for s in itertools.product(alphabet, repeat=spec["length"]))
    raise ValueError(spec)


def make(folder, files):
    os.makedirs(folder, exist_ok=True)
    for name, spec in files.items():
        path = os.path.join(folder, name)
        if spec == {"directory": True}:
            os.makedirs(path, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if isinstance(spec, dict) and "link" in spec:
            os.symlink(spec["link"], path)
            continue
        with open(path, "wb") as file:
            file.write(content(spec))


def compressed(*members):
    return {"hex": b"".join(gzip.compress(m, mtime=0) for m in members).hex()}


TEXTS = {
    "lines": "".join(f"line {i}\n" for i in range(12)),
    "no final newline": "one\ntwo\nthree\nfour",
    "crlf": "".join(f"l{i}\r\n" for i in range(9)),
    "crlf of even width": "ab\r\ncd\r\nef\r\ngh\r\nij\r\nkl\r\n",
    "lone cr": "a\rbb\rccc\rdddd\reeeee\rf",
    "cr at the end": "a\rbb\r",
    "mixed terminators": "a\n\r\nb\r\r\n\n\rc\r\nd\n\n\re",
    "empty lines": "\n\n\na\n\n\n\nb\n\n",
    "only crlf": "\r\n" * 10,
    "only cr": "\r" * 11,
    "only lf": "\n" * 11,
    "lf cr": "a\n\rb\n\rc\n\rd",
    "one long line": "x" * 50,
    "long line first": "y" * 40 + "\na\nb\n",
    "long line last": "a\nb\n" + "z" * 40,
    "multibyte": "äöü\n漢字かな\n🙂🙃\nñ\n€uro\n\u2028\u0085\n",
    "byte order mark": "\ufeffone\ntwo\nthree\n",
    "byte order mark only": "\ufeff",
    "byte order mark and newline": "\ufeff\n",
    "byte order mark and crlf": "\ufeff\r\nx\r\n",
    "byte order mark twice": "\ufeff\ufeffa\n\ufeffb\n",
    "one byte": "x",
    "one newline": "\n",
    "two bytes": "ab",
    "nul and control": "a\0b\x01\x0b\x0cc\n\x1c\x1d\x1e\n",
}


def cases():
    for name, text in TEXTS.items():
        for parts in range(1, 8):
            yield {"name": f"{name}, {parts}", "files": {"f.txt": text}, "path": "f.txt", "minPartitions": parts}
    yield from (
        {"name": f"slop, {size} bytes in {parts}", "files": {"f": {"repeat": "x\n", "times": size // 2}}, "path": "f", "minPartitions": parts}
        for size in (2, 20, 22, 24, 100, 108, 110, 112, 210)
        for parts in (1, 2, 3, 10)
    )
    block = 32 * 1024 * 1024
    for name, size in (("under", block), ("within slop of", 1.09 * block), ("over", 1.11 * block), ("twice", 2.15 * block)):
        for parts in (1, 2, 3):
            file = {"fill": "0", "width": 1022, "end": "\n", "times": int(size / 1023)}
            yield {"name": f"{name} the block size, {parts}", "files": {"big": file}, "path": "big", "minPartitions": parts}
    for terminator, kind in (("\n", "lf"), ("\r\n", "crlf"), ("\r", "cr")):
        # Terminators at every offset around the borders of buffers of 4, 64 KiB and 1 MiB.
        for width in (31, 1021, 4095, 65535, 1048575):
            text = {"fill": "w", "width": width, "end": terminator, "times": 3_000_000 // width}
            yield {"name": f"buffers, {kind} {width}", "files": {"f": text}, "path": "f", "minPartitions": 3}
    several = {"a.txt": "a1\na2\n", "b.txt": "b1\n", "c.log": "c1\nc2\nc3\n", "_hidden": "h\n", ".dot": "d\n", "empty": ""}
    several |= {"x y.txt": "xy\n", "x!y.txt": "x!\n", "x%20y.txt": "percent\n", "x#y.txt": "hash\n", "äb.txt": "umlaut\n"}
    paths = [
        "*", "*.txt", "?.txt", "[ab].txt", "[a-b].txt", "[^a].txt", "[!a].txt", "{a,b}.txt", "{a.txt,c.log}", "{a,c}.*",
        "a.txt,c.log", "c.log,a.txt,a.txt", "{a,b}.txt,c.log", "a.tx\\t", "\\a.txt", "x y.txt", "x?y.txt", "x%20y.txt", "x*y.txt",
        "x[#!]y.txt", "empty", "empty,a.txt", "[*].txt", "[.]dot", ".*", "_*", "_hidden", ".dot", "nothing*", "nothing",
        "a.txt,nothing", "./a.txt", "a.txt/", "a.txt/x", "./x/../b.txt", "{root}/a.txt", "file:{root}/a.txt", "file://{root}/b.txt",
        "file:///{root}//b.txt", "{root}//*.txt", "file:a.txt", "s3://bucket/a.txt", "file://host/a.txt", "a:b", "", "a.txt,", "[",
        "{a", "a\\", "a}", "(a|b).txt", "+", "**", "?", "[]a].txt", "{[ab],c}.*", "{a,{b,c}}.*", "a^", "//a.txt", "*.{txt,log}",
        "[a-", "[b-a].txt", "**.txt", "a.txt*", "?b.txt",
    ]
    for path in paths:
        for parts in (1, 3):
            yield {"name": f"path {path}, {parts}", "files": several, "path": path, "minPartitions": parts, "shared": "several"}
    tree = {"p/one": "1\n", "p/two": "2\n", "q/one": "3\n", "q/_h": "4\n", ".r/one": "5\n", "_s/one": "6\n", "t/u/deep": "7\n"}
    tree |= {"none": {"directory": True}, "hidden/_x": "8\n", "hidden/.y": "9\n", "flat/a": "aa\nab\n", "flat/b": "ba\n", "file": "f\n"}
    tree |= {"broken/ok": "ok\n", "broken/gone": {"link": "nowhere"}, "linked": {"link": "flat"}, "empties/a": "", "empties/b": ""}
    for path in [
        "flat", "flat/", "p,q", "none", "none,flat", "hidden", "t", "t/*", "t/u", "*/one", "?/one", "{p,q}/one", "{p/two,q/one}", "{p/two,flat}",
        "{p/zwei,q/zwei}", "[pq]/*", "p/../q", "p/*/x", "none/*", ".r", ".r/one", "_s/*", "file/*", "broken", "broken/*", "linked",
        "linked/a", "empties", "nodir/*", "nodir/one", "t/**", "*/*/deep", "{p,flat}", "fl\\at/a", "hidden/*", "{q/one,p/{one,two}}",
    ]:  # fmt: skip
        yield {"name": f"tree {path}", "files": tree, "path": path, "minPartitions": 2, "shared": "tree"}
    # Hadoop sorts a glob's matches, but takes a directory in the file system's order.
    archives = {
        "one.gz": compressed(b"a\nb\nc\n"),
        "two.gz": compressed(b"a\nb", b"c\nd\n", b"", b"e"),
        "empty.gz": compressed(b""),
        "zero.gz": "",
        "crlf.gz": compressed("\ufeffa\r\nb\rc\r".encode(), b"\nd"),
        "cut.gz": {"hex": gzip.compress(b"some lines\n" * 100, mtime=0)[:-12].hex()},
        "garbage.gz": {"hex": (gzip.compress(b"a\n", mtime=0) + b"garbage").hex()},
        "padded.gz": {"hex": (gzip.compress(b"a\n", mtime=0) + bytes(8)).hex()},
        "plain.gz": "not compressed\n",
        "sum.gz": {"hex": (lambda b: b[:-6] + bytes([b[-6] ^ 1]) + b[-5:])(gzip.compress(b"abcdef\n" * 9, mtime=0)).hex()},
        "plain.GZ": "upper case is a suffix too\n",
        "upper.Gz": compressed(b"u\n"),
        "plain.txt": "t1\nt2\nt3\nt4\nt5\nt6\nt7\nt8\n",
        "long.gz": compressed(b"0123456789\n" * 300_000),
    }
    for path in ["one.gz", "two.gz", "empty.gz", "zero.gz", "crlf.gz", "cut.gz", "garbage.gz", "plain.gz", "sum.gz", "plain.GZ", "upper.Gz", "long.gz",
                 "{one,two}.gz,plain.txt", "padded.gz"]:  # fmt: skip
        for parts in (1, 4):
            yield {"name": f"gzip {path}, {parts}", "files": archives, "path": path, "minPartitions": parts, "shared": "archives"}
    for length in (1, 2, 3, 4):
        file = {"sequences": BYTES.replace(" ", ""), "length": length}
        yield {"name": f"malformed UTF-8, {length} bytes", "files": {"f": file}, "path": "f", "minPartitions": 2}
    malformed = "eda080 0a edb080edbfbf 0a eda0 0a ed 0a 61eda041 0a e28261 0a f0908061 0a c0af 0a f5808080 0a ff 0a e08080 0a f4908080 0a f09f99"
    yield {"name": "malformed UTF-8", "files": {"f": {"hex": malformed.replace(" ", "")}}, "path": "f", "minPartitions": 1}


def digest(lines):
    return {"lines": len(lines), "sha256": hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()}


def outcome(context, root, case):
    try:
        path = case["path"].replace("{root}", root)
        partitions = context.textFile(path, case["minPartitions"]).glom().collect()
    except Exception as error:
        text = str(error).replace(root, "{root}").replace(os.getcwd(), "{directory}")
        found = re.search(r"^: ([\w.]+): (.*)$", text, re.M)
        if found is None:
            raise
        # A task's failure shows itself as the death of the Python worker; what matters is that the job failed.
        return {"error": "task failed" if "SparkException" in found[1] else found[2]}
    long = sum(len(p) for p in partitions) > LONG_PARTITION_LINES or sum(len(line) for p in partitions for line in p) > 4000
    return {"digests": [digest(p) for p in partitions]} if long else {"partitions": partitions}


def main():
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "text-file.json")
    top = tempfile.mkdtemp()
    conf = SparkConf().set("spark.ui.enabled", "false").set("spark.log.level", "OFF").set("spark.ui.showConsoleProgress", "false")
    context = SparkContext("local[2]", "record", conf=conf)
    recorded, shared = [], {}
    for number, case in enumerate(cases()):
        folder = case.get("shared", f"case{number}")
        root = os.path.join(top, folder)
        if not os.path.exists(root):
            make(root, case["files"])
        # Relative paths start at the working directory of Hadoop's one cached local file system.
        hadoop = context._jvm.org.apache.hadoop.fs
        hadoop.FileSystem.get(context._jsc.hadoopConfiguration()).setWorkingDirectory(hadoop.Path("file:" + root))
        result = outcome(context, root, case)
        if "shared" in case:
            shared[folder] = case.pop("files")
        else:
            shutil.rmtree(root)
        recorded.append({**case, **result})
    context.stop()
    shutil.rmtree(top)
    with open(target, "w", encoding="utf-8") as file:
        head = {"source": f"PySpark {pyspark.__version__}, local[2]", "shared": shared}
        file.write("{\n")
        for key, value in head.items():
            file.write(f"{json.dumps(key)}: {json.dumps(value)},\n")
        file.write('"cases": [\n' + ",\n".join(json.dumps(case) for case in recorded) + "\n]\n}\n")


if __name__ == "__main__":
    main()
