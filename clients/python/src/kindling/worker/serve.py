"""Serving tasks: one after the other, each from its TASK frame to DONE or ERROR."""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
from typing import Any

import msgpack  # type: ignore[import-untyped,unused-ignore]

from kindling.worker import running
from kindling.worker.elements import Input
from kindling.worker.failure import TaskFailure, error_map, flush_standard_streams
from kindling.worker.frames import DONE, ENOUGH, ERROR, TASK, ExecutorGone, FrameReader, FrameWriter, ProtocolViolation
from kindling.worker.functions import load
from kindling.worker.kernels import compose
from kindling.worker.memory import Memory, give_back
from kindling.worker.output import Output
from kindling.worker.own_format import NOT_PICKLABLE, dumps
from kindling.worker.task import Task


def serve(reader: FrameReader, writer: FrameWriter) -> int:
    """Serves until the executor closes the pipe (0), or sends what the protocol does not know (2)."""
    # Ctrl-C is for the client, which cancels the job; the terminal sends it to every process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _write_lines_at_once()
    _import_while_idle(reader)
    _collect_less_often()
    places = Places()
    try:
        _refuse_random_hashes()
        while True:
            kind, payload = reader.next()
            if kind != TASK:
                raise ProtocolViolation(f"a frame of kind {kind} between two tasks")
            _serve_task(Task(payload), places, reader, writer)
            give_back()
    except ExecutorGone:
        return 0
    except ProtocolViolation as violation:
        return _report_violation(writer, str(violation))


class Places:
    """Where the user's modules and files are found: as in the client, whose directory and `sys.path` tasks name."""

    def __init__(self) -> None:
        self._own_path = list(sys.path)
        self._search_path: list[str] = []
        self._working_directory = ""

    def apply(self, task: Task) -> None:
        if task.working_directory and task.working_directory != self._working_directory:
            self._working_directory = task.working_directory
            try:
                os.chdir(task.working_directory)
            except OSError:
                # Removed meanwhile; only a function that opens a relative path can mind, and will say so itself.
                pass
        if task.search_path and task.search_path != self._search_path:
            self._search_path = task.search_path
            sys.path[:] = [*task.search_path, *(path for path in self._own_path if path not in task.search_path)]


def _serve_task(task: Task, places: Places, reader: FrameReader, writer: FrameWriter) -> None:
    memory = Memory(task.memory_bytes, task.spill_directory)
    inputs = Input(reader, writer, memory, task.inputs)
    running.task = _running(task, inputs)
    try:
        places.apply(task)
        _forget_broadcasts(task)
        done = _run(task, inputs, memory, writer)
    except (ExecutorGone, ProtocolViolation):
        raise
    except BaseException as error:  # also SystemExit: a task of the user's must not end the worker
        memory.close()
        flush_standard_streams()
        writer.send(ERROR, msgpack.packb(error_map(error, len(task.steps)), unicode_errors="surrogatepass"))
        writer.flush()
        inputs.skip()
    else:
        if not inputs.ended:
            writer.send(ENOUGH)
            writer.flush()
            inputs.skip()
        memory.close()
        flush_standard_streams()
        writer.send(DONE, msgpack.packb(done))
        writer.flush()
    finally:
        running.task = None


def _running(task: Task, inputs: Input) -> running.RunningTask:
    return running.RunningTask(
        stage=task.stage,
        partition=task.partition,
        attempt=task.attempt,
        context=task.context,
        broadcasts=task.broadcasts,
        meet=inputs.meet,
    )


def _forget_broadcasts(task: Task) -> None:
    module = sys.modules.get("kindling.broadcast")
    if module is not None:
        module.forget_others(task.broadcasts)


def _run(task: Task, inputs: Input, memory: Memory, writer: FrameWriter) -> dict[str, Any]:
    """Runs the steps and sends what they emit; returns the map of DONE."""
    output = Output(
        writer,
        task.output,
        task.bucketing,
        partition=task.partition,
        limit=memory.limit,
        batch_elements=task.batch_elements,
    )
    try:
        output.send(compose(task.steps, inputs, memory).each())
    except TaskFailure as failure:
        if failure.params.get("type") == NOT_PICKLABLE:
            failure.function = _last_function(task)
        raise
    counts: dict[str, Any] = {
        "read": inputs.read,
        "written": output.written,
        "invalidUtf8": inputs.invalid_utf8,
        "spilledBytes": memory.spilled_bytes,
        "accumulators": _updates(),
    }
    if memory.spilled_memory_bytes:
        counts["spilledMemoryBytes"] = memory.spilled_memory_bytes
    return counts


def _last_function(task: Task) -> Any:
    """The user's function whose results cannot leave, if one of the steps calls one."""
    packed = next((step.fields["fn"] for step in reversed(task.steps) if "fn" in step.fields), None)
    return load(packed).callable if packed else None


def _updates() -> list[dict[str, Any]]:
    """What was added to accumulators."""
    held = running.task.accumulators.values() if running.task else ()
    return [
        {"id": one.aid, "batch": {"format": "pickle", "count": 1, "bytes": dumps([one.update])}}
        for one in held
        if one.is_touched
    ]


def _report_violation(writer: FrameWriter, reason: str) -> int:
    message = f"a python worker was sent what the protocol does not know: {reason}"
    params = {"language": "python", "reason": reason}
    report = {"code": "WORKER_PROTOCOL", "type": "WORKER_PROTOCOL", "message": message, "params": params}
    try:
        writer.send(ERROR, msgpack.packb({**report, "frames": [], "step": 0}, unicode_errors="surrogatepass"))
        writer.flush()
    except ExecutorGone:
        return 0
    return 2


def _refuse_random_hashes() -> None:
    if os.environ.get("PYTHONHASHSEED", "random") == "random":
        raise ProtocolViolation("no fixed PYTHONHASHSEED, so that workers would disagree on the hash of a string")


def _write_lines_at_once() -> None:
    """The user waits for each line of `print`; less than a line would mix with what other tasks print."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(line_buffering=True, write_through=False)  # type: ignore[union-attr]


def _collect_less_often() -> None:
    """Tables of millions of lists and tuples are no garbage; looking through them took a third of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _import_while_idle(reader: FrameReader) -> None:
    """Most tasks need cloudpickle; the time until the first one comes pays for its import."""
    if not select.select([reader], [], [], 0)[0]:
        try:
            import cloudpickle  # type: ignore[import-untyped,unused-ignore]  # noqa: F401
        except ImportError:
            # Then the first function that needs it says so.
            return
