"""The tree of inputs of a task: from what came to it, to the batches that its sink takes.

`stage-tree.ts` makes it. Batches between nodes are framed, as the input of a worker takes them.
"""

import pickle
import struct
import subprocess
import tempfile
import threading

from kindling_spark.rows import framed, lists_of
from kindling_spark.worker import LINES, PICKLE, PORTABLE, UNCOUNTED, failure, packed, run_pass, task_frame

# Numbers of a range that make one batch.
NUMBERS_PER_BATCH = 8192
# What is put aside of a task's input in memory; more goes to a file.
MEMORY_BYTES = 64 << 20
PIPE_BYTES = 1 << 20
# What is told of what a process that failed wrote last.
LAST_WORDS = 500


class Stream:
    """The one leaf of a tree that reads it once, from its beginning to its end."""

    def __init__(self, batches):
        self._batches = batches

    def read(self, _leaf, _bucket):
        return self._batches


class Shelf:
    """All that came to a task, by leaf and bucket: in memory, beyond a bound in a file."""

    def __init__(self, incoming):
        self._places = {}
        self._file = tempfile.SpooledTemporaryFile(MEMORY_BYTES)
        self._turn = threading.Lock()
        at = 0
        for leaf, bucket, batch in incoming:
            self._places.setdefault((leaf, bucket), []).append((at, len(batch)))
            self._file.write(batch)
            at += len(batch)

    def read(self, leaf, bucket):
        for at, size in self._places.get((leaf, bucket), ()):
            with self._turn:
                self._file.seek(at)
                batch = self._file.read(size)
            yield batch


class Tree:
    """Evaluates the tree of a stage for one task."""

    def __init__(self, spec, leaves, updates):
        self._spec = spec
        self._leaves = leaves
        # What the passes added to accumulators.
        self._updates = updates

    def outputs(self, node, partition):
        """What a sink takes: (bucket, format, count, bytes), or with from and to where a batch is cut."""
        if node["kind"] == "pass":
            return self._pass(node, partition)
        return unchanged(self.open(node, partition))

    def open(self, node, partition):
        return getattr(self, "_" + node["kind"])(node, partition)

    def _leaf(self, node, partition):
        return self._leaves.read(node["leaf"], partition)

    def _pass(self, node, partition):
        inputs = [self._below(below, partition) for below in node["inputs"]]
        return run_pass(node, task_frame(node, partition, self._spec), inputs, self._updates)

    def _below(self, node, partition):
        return chained(self._pass(node, partition)) if node["kind"] == "pass" else self.open(node, partition)

    def _numbers(self, node, partition):
        start, step, count, slices = int(node["start"]), int(node["step"]), node["count"], node["slices"]
        first, end = partition * count // slices, (partition + 1) * count // slices
        for at in range(first, end, NUMBERS_PER_BATCH):
            numbers = [start + index * step for index in range(at, min(at + NUMBERS_PER_BATCH, end))]
            if self._spec["format"] == PICKLE:
                yield framed(PICKLE, len(numbers), pickle.dumps(numbers, 4))
            else:
                yield framed(PORTABLE, len(numbers), packed(numbers))

    def _union(self, node, partition):
        for size, below in zip(node["sizes"], node["inputs"]):
            if partition < size:
                return self._below(below, partition)
            partition -= size
        raise IndexError(f"a union has no partition {partition}")

    def _aligned(self, node, partition):
        for below in node["inputs"]:
            yield from self._below(below, partition)

    def _regroup(self, node, partition):
        for index in lists_of(node["groups"])[partition]:
            yield from self._below(node["inputs"][0], index)

    def _side(self, node, partition):
        index = partition // node["partitions"] if node["side"] == "left" else partition % node["partitions"]
        return self._below(node["inputs"][0], index)

    def _pipe(self, node, partition):
        return piped(node, self._below(node["inputs"][0], partition))


def chained(outputs):
    """The output of one pass as the input of the next."""
    for _, form, count, data in outputs:
        yield framed(form, count, data)


def unchanged(batches):
    """Batches that no pass touches, as if one had put them out; a cut batch stays as it is."""
    for batch in batches:
        form, count, start, end = struct.unpack_from("<BIII", batch)
        yield 0, form, count, memoryview(batch)[13:], start, end


# -------------------------------------------------------------------------------------------------- RDD.pipe


def piped(node, batches):
    """The lines that a process prints for lines."""
    words = list(node["words"])
    try:
        process = subprocess.Popen(
            words, env=dict(node["environment"]), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except OSError as error:
        raise pipe_failure(words, str(error)) from None
    feeding = Feeding(process, batches)
    listening = Listening(process)
    feeding.start()
    listening.start()
    try:
        yield from whole_lines(process.stdout)
        feeding.join()
        status = process.wait()
        listening.join()
        if feeding.error is not None:
            raise feeding.error
        if node["checked"] and status != 0:
            said = listening.text.strip()
            raise pipe_failure(words, f"exit status {status}" + (f": {said}" if said else ""))
    finally:
        process.kill()
        process.wait()


def pipe_failure(words, reason):
    return failure("PIPE_FAILED", reason, {"command": " ".join(words), "reason": reason})


class Feeding(threading.Thread):
    """Writes lines to a process; one that reads no further is its own matter."""

    def __init__(self, process, batches):
        super().__init__(daemon=True)
        self._process, self._batches = process, batches
        self.error = None

    def run(self):
        try:
            for batch in self._batches:
                self._process.stdin.write(memoryview(batch)[13:])
            self._process.stdin.close()
        except OSError:
            pass
        except BaseException as error:
            self.error = error
            self._process.kill()


class Listening(threading.Thread):
    """Keeps the end of what a process writes to its standard error."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self._process = process
        self.text = ""

    def run(self):
        for line in self._process.stderr:
            self.text = (self.text + line.decode("utf-8", "replace"))[-LAST_WORDS:]


def whole_lines(output):
    rest = b""
    for chunk in iter(lambda: output.read1(PIPE_BYTES), b""):
        lines, feed, rest = (rest + chunk).rpartition(b"\n")
        if feed:
            yield framed(LINES, UNCOUNTED, lines + feed, 0, UNCOUNTED)
    if rest:
        yield framed(LINES, UNCOUNTED, rest + b"\n", 0, UNCOUNTED)
