"""Task workers of any language as child processes, which speak the frames of docs/worker-protocol.md."""

import base64
import ctypes
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

from pyspark import SparkFiles, TaskContext

TASK, BATCH, END = 1, 2, 3
READY, RESULT, DONE, ERROR, ENOUGH = 17, 18, 19, 20, 21
LINES, PORTABLE, PICKLE = 0, 1, 2
UNCOUNTED = 0xFFFFFFFF

# What kernels of one task may hold before they spill: Spark's own spark.python.worker.memory.
TASK_MEMORY_BYTES = 512 << 20
# A DONE frame of a task that added to no accumulator ends so.
NO_UPDATES = b"\xacaccumulators\x90"


class StageFailure(Exception):
    """Carries an error of ours through Spark's error messages; `connect-errors.ts` takes it out again."""

    def __init__(self, form, payload):
        super().__init__(f"kindling-failure:{form}:{base64.b64encode(payload).decode()}")


def failure(code, message, params):
    """An error of the engine's table."""
    described = {"code": code, "type": code, "message": message, "params": params}
    return StageFailure("json", json.dumps(described).encode())


# Children end with the thread that started them (PR_SET_PDEATHSIG), so one that lives as long as the process starts all.
starter = ThreadPoolExecutor(1)


class Worker:
    """A task worker of some language as a child process."""

    idle = {}

    def __init__(self, command, environment):
        self.key = (command, environment)
        incoming, self._to = os.pipe()
        self._from, outgoing = os.pipe()
        libc = ctypes.CDLL(None)
        try:
            self._process = starter.submit(
                subprocess.Popen,
                [*command, "--in", str(incoming), "--out", str(outgoing)],
                pass_fds=(incoming, outgoing),
                stdin=subprocess.DEVNULL,
                env={**os.environ, **dict(environment)},
                # Spark kills its Python workers without notice: 1 is PR_SET_PDEATHSIG.
                preexec_fn=lambda: libc.prctl(1, signal.SIGKILL) if hasattr(libc, "prctl") else None,
            ).result()
        except OSError as error:
            language = "typescript" if command[0] == "node" else "python"
            remedy = (
                "install Node 20.19 or newer on the executors"
                if language == "typescript"
                else "look at the executor's log"
            )
            params = {"language": language, "reason": str(error), "remedy": remedy}
            raise failure("WORKER_NOT_FOUND", str(error), params) from None
        finally:
            os.close(incoming)
            os.close(outgoing)
        self._output = open(self._from, "rb", buffering=1 << 18)
        self._input = open(self._to, "wb", buffering=1 << 18)
        kind, _ = self.read()
        if kind != READY:
            raise self.garbage(f"frame {kind} before READY")

    @classmethod
    def take(cls, command, environment):
        """An idle worker, or a new one; it comes back to the idle ones by `rest`."""
        waiting = cls.idle.get((command, environment))
        return waiting.pop() if waiting else cls(command, environment)

    def rest(self):
        self.idle.setdefault(self.key, []).append(self)

    def kill(self):
        self._process.kill()
        self._process.wait()

    def garbage(self, reason):
        self.kill()
        return failure("WORKER_PROTOCOL", reason, {"language": "python", "reason": reason})

    def write(self, kind, *parts):
        self._input.write(struct.pack("<IB", 1 + sum(map(len, parts)), kind))
        for part in parts:
            self._input.write(part)

    def flush(self):
        self._input.flush()

    def read(self):
        header = self._output.read(5)
        if len(header) == 5:
            length, kind = struct.unpack("<IB", header)
            payload = self._output.read(length - 1)
            if len(payload) == length - 1:
                return kind, payload
        reason = f"exit status {self._process.wait()}"
        raise failure("WORKER_DIED", reason, {"language": "python", "reason": reason})


class Feeder(threading.Thread):
    """Writes a task and its batches while the results are read, so that no pipe fills up on both sides."""

    def __init__(self, worker, task, inputs):
        super().__init__(daemon=True)
        self._worker, self._task, self._inputs = worker, task, inputs
        self.enough = False
        self.error = None

    def run(self):
        try:
            self._worker.write(TASK, self._task)
            for number, batches in enumerate(self._inputs):
                self._feed(bytes([number]), batches)
            self._worker.write(END)
            self._worker.flush()
        except BrokenPipeError:
            pass  # The worker died; whoever reads from it says why.
        except BaseException as error:
            self.error = error
            self._worker.kill()

    def _feed(self, number, batches):
        for batch in batches:
            if self.enough:
                return
            self._worker.write(BATCH, number, batch)


def run_pass(step, task, inputs, updates):
    """The frames RESULT of one worker pass: (bucket, format, count, bytes). What it added to accumulators goes to `updates`."""
    worker = Worker.take(step["command"], step["environment"])
    feeder = Feeder(worker, task, inputs)
    feeder.start()
    finished = False
    try:
        while not finished:
            kind, payload = worker.read()
            if kind == RESULT:
                bucket, form, count = struct.unpack_from("<IBI", payload)
                yield bucket, form, count, memoryview(payload)[9:]
            elif kind == ENOUGH:
                feeder.enough = True
            elif kind == DONE:
                finished = True
                if not payload.endswith(NO_UPDATES):
                    updates.append(payload)
            elif kind == ERROR:
                raise StageFailure("frame", payload)
            else:
                raise worker.garbage(f"frame {kind}")
        feeder.join()
        worker.rest()
    except BaseException:
        worker.kill()
        if feeder.error is not None:
            raise feeder.error from None
        raise


def task_frame(step, partition, spec):
    """The payload of TASK, in MessagePack: the client packed what it knows, the executor adds the rest."""
    context = TaskContext.get()
    own = {
        "partition": partition,
        "attempt": context.attemptNumber(),
        "broadcasts": [{"id": number, "path": SparkFiles.get(name)} for number, name in spec["broadcasts"]],
        "memoryBytes": TASK_MEMORY_BYTES,
        "spillDirectory": os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0] or tempfile.gettempdir(),
        "context": {
            "taskAttemptId": context.taskAttemptId(),
            "stageAttempt": 0,
            "cpus": context.cpus(),
            "properties": dict(spec["properties"]),
            "barrier": False,
            "addresses": [],
        },
    }
    fields = b"".join(packed(name) + packed(value) for name, value in own.items())
    return bytes([0x80 | (step["fields"] + len(own))]) + step["task"] + fields


def packed(value):
    """MessagePack of plain values; the package itself may not be here."""
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return b"\xd3" + value.to_bytes(8, "big", signed=True)
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
        return b"\xdb" + len(data).to_bytes(4, "big") + data
    if isinstance(value, dict):
        items = b"".join(packed(name) + packed(item) for name, item in value.items())
        return b"\xdf" + len(value).to_bytes(4, "big") + items
    return b"\xdd" + len(value).to_bytes(4, "big") + b"".join(map(packed, value))


def located(step, folder):
    """The pass with its worker's command and environment as they are on this executor."""
    places = {"python": sys.executable, "folder": folder, "path": os.environ.get("PYTHONPATH", "")}
    return {
        **step,
        "command": tuple(part.format(**places) for part in step["command"]),
        "environment": tuple((name, value.format(**places)) for name, value in step["environment"]),
    }
