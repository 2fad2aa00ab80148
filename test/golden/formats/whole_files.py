"""Whole files and records of binary files."""

import bz2
import gzip
import json
import os
import zlib

from formats.recorder import NOW, make


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
