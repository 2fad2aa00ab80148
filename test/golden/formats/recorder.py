"""What every section needs: files in JSON, values of Python in JSON, what came of reading."""

import base64
import gzip
import json
import os
import re
import tempfile
import zlib

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
            text = reason(error).replace(root, "{root}")
            return {"error": re.sub(r"_time=\d+", "_time=0", text)}

    def written(self, save):
        """What Spark wrote: the files of a folder, without its checksums."""
        path = os.path.join(self.folder(), "out")
        save(path)
        return {
            name: packed_file(os.path.join(path, name)) for name in sorted(os.listdir(path)) if name.startswith("part-")
        }


def digested(result):
    """Long partitions as the count of their lines and the checksum of all bytes."""
    lines = result.get("partitions", [])
    if sum(len(p) for p in lines) <= 60:
        return result
    sums = [zlib.crc32("".join(line + "\n" for line in p).encode()) for p in lines]
    return {"digests": [[len(p), s] for p, s in zip(lines, sums)]}
