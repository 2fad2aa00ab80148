"""Serving tasks: one after the other, each from its TASK frame to DONE or ERROR."""

from __future__ import annotations

import os
import select
import signal
import sys
from typing import Any

import msgpack  # type: ignore[import-untyped,unused-ignore]

from kindling.worker.elements import Input
from kindling.worker.failure import error_map, flush_standard_streams
from kindling.worker.frames import DONE, ENOUGH, ERROR, TASK, ExecutorGone, FrameReader, FrameWriter, ProtocolViolation
from kindling.worker.kernels import compose
from kindling.worker.loop import Step
from kindling.worker.output import Output


def serve(reader: FrameReader, writer: FrameWriter) -> int:
    """Serves until the executor closes the pipe (0), or sends what the protocol does not know (2)."""
    # Ctrl-C is for the client, which cancels the job; the terminal sends it to every process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _write_lines_at_once()
    _import_while_idle(reader)
    places = Places()
    try:
        _refuse_random_hashes()
        while True:
            kind, payload = reader.next()
            if kind != TASK:
                raise ProtocolViolation(f"a frame of kind {kind} between two tasks")
            _serve_task(Task(payload), places, reader, writer)
    except ExecutorGone:
        return 0
    except ProtocolViolation as violation:
        return _report_violation(writer, str(violation))


class Task:
    """What a TASK frame asks for."""

    def __init__(self, payload: memoryview) -> None:
        try:
            fields: dict[str, Any] = msgpack.unpackb(payload, unicode_errors="surrogatepass")
            self.partition: int = fields["partition"]
            self.steps = [Step(i, step["op"], step, self.partition) for i, step in enumerate(fields["steps"])]
            self.bucketing = fields["bucketing"]
            self.output: str = fields["output"]
            self.search_path: list[str] = fields.get("searchPath") or []
            self.working_directory: str = fields.get("workingDirectory") or ""
        except Exception as error:
            raise ProtocolViolation(f"a task that cannot be read ({type(error).__name__}: {error})") from error


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
    elements = Input(reader)
    try:
        places.apply(task)
        written = _run(task, elements, writer)
    except (ExecutorGone, ProtocolViolation):
        raise
    except BaseException as error:  # also SystemExit: a task of the user's must not end the worker
        flush_standard_streams()
        writer.send(ERROR, msgpack.packb(error_map(error, len(task.steps)), unicode_errors="surrogatepass"))
        writer.flush()
        elements.skip()
        return
    if not elements.ended:
        writer.send(ENOUGH)
        writer.flush()
        elements.skip()
    flush_standard_streams()
    done = {"read": elements.read, "written": written, "invalidUtf8": elements.invalid_utf8}
    writer.send(DONE, msgpack.packb(done))
    writer.flush()


def _run(task: Task, elements: Input, writer: FrameWriter) -> int:
    """Runs the steps and sends what they emit; returns the number of elements sent."""
    output = Output(writer, task.output, task.bucketing)
    if task.steps and task.steps[0].op == "count":
        output.send(compose(task.steps[1:], iter([elements.count()])))
    else:
        output.send(compose(task.steps, elements.elements()))
    return output.written


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


def _import_while_idle(reader: FrameReader) -> None:
    """Most tasks need cloudpickle; the time until the first one comes pays for its import."""
    if not select.select([reader], [], [], 0)[0]:
        try:
            import cloudpickle  # type: ignore[import-untyped,unused-ignore]  # noqa: F401
        except ImportError:
            # Then the first function that needs it says so.
            return
