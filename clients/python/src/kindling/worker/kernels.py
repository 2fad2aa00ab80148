"""The kernels of docs/worker-protocol.md, and how those of a task become one way through it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from typing import Any, Callable, TypeVar

from kindling.worker.element_kernels import ELEMENT_KERNELS
from kindling.worker.elements import Input
from kindling.worker.failure import Origin, TaskFailure
from kindling.worker.frames import ProtocolViolation
from kindling.worker.loop import Loop, Source, Step
from kindling.worker.memory import Memory
from kindling.worker.stream import Stream, Whole

Built = TypeVar("Built")

# Kernels that only some tasks have are loaded with the first of them: module and function.
_LINES = {
    "stats": "number_kernels:stats",
    "histogram": "number_kernels:histogram",
    "extent": "number_kernels:extent",
    "distinctSketch": "number_kernels:distinct_sketch",
    "sample": "sampling:sample",
    "sampleByKey": "sampling:sample_by_key",
}
_SOURCES = {
    "mapPartitions": "partition_kernels:map_partitions",
    "foreachPartition": "partition_kernels:foreach_partition",
    "take": "partition_kernels:take",
}
_WHOLES = {
    "glom": "partition_kernels:glom",
    "sort": "sorting:sort",
    "bounds": "sorting:bounds",
    "takeOrdered": "sorting:take_ordered",
    "reduceByKey": "key_kernels:reduce_by_key",
    "combineByKey": "key_kernels:combine_by_key",
    "groupByKey": "key_kernels:group_by_key",
}
_OF_INPUTS = ("zip", "cartesian", "cogroup", "join", "zipPartitions")


def _kernel(place: str) -> Callable[..., Any]:
    module, name = place.split(":")
    function: Callable[..., Any] = getattr(import_module(f"kindling.worker.{module}"), name)
    return function


class Pass:
    """Kernels put together, one after the other."""

    def __init__(self, stream: Stream, memory: Memory) -> None:
        self._stream = stream
        self._memory = memory
        # Kernels that are not in the stream yet.
        self._loop: Loop | None = None

    def add(self, step: Step) -> None:
        lines = ELEMENT_KERNELS.get(step.op) or (step.op in _LINES and _kernel(_LINES[step.op]))
        if lines:
            loop = self._loop_for(step)
            _built(step, partial(lines, loop, step))
        elif step.op in _SOURCES:
            self.replace(step, _built(step, partial(_kernel(_SOURCES[step.op]), step)))
        elif step.op in _WHOLES and step.fields.get("partial"):
            loop = self._loop_for(step, fresh=True)
            _built(step, partial(_kernel("merging:partial"), loop, step, self._memory))
        elif step.op in _WHOLES:
            self._gather(step, _built(step, partial(_kernel(_WHOLES[step.op]), step, self._memory)))
        else:
            raise ProtocolViolation(f"a kernel {step.op!r}")

    def replace(self, step: Step, source: Source) -> None:
        """Goes on with what a source makes of the elements."""
        self._finish()
        self._loop = Loop(step)
        self._loop.replace(source)

    def stream(self) -> Stream:
        """The elements that the kernels make."""
        self._finish()
        return self._stream

    def _loop_for(self, step: Step, fresh: bool = False) -> Loop:
        """The loop to which a step's lines belong; `fresh`: it is over the lists of the stream."""
        loop = self._loop
        if loop is None or loop.is_deep or loop.is_closed or (fresh and not loop.is_fresh):
            self._finish()
            loop = self._loop = Loop(step)
        loop.enter(step)
        return loop

    def _gather(self, step: Step, whole: Whole) -> None:
        self._finish()
        stream, origin = self._stream, step.origin(function=whole.function)
        self._stream = Stream(lists=lambda: _attributed(whole.lists(stream), origin))

    def _finish(self) -> None:
        if self._loop is not None:
            self._stream = self._loop.run(self._stream)
            self._loop = None


def compose(steps: Sequence[Step], inputs: Input, memory: Memory) -> Stream:
    """The elements that the steps make of the inputs."""
    if steps and steps[0].op in _OF_INPUTS:
        together, steps = _of_inputs(steps[0], inputs, memory), steps[1:]
    elif inputs.count_of_inputs > 1:
        raise ProtocolViolation(f"{inputs.count_of_inputs} inputs without a kernel that takes them")
    elif steps and steps[0].op == "count":
        together, steps = Pass(Stream(lambda: iter([inputs.skim(0)])), memory), steps[1:]
    else:
        together = Pass(Stream(lists=inputs.lists), memory)
    for step in steps:
        together.add(step)
    return together.stream()


def _of_inputs(step: Step, inputs: Input, memory: Memory) -> Pass:
    from kindling.worker.input_kernels import INPUT_KERNELS, zip_partitions

    if step.op == "zipPartitions":
        together = Pass(Stream(), memory)
        together.replace(step, _built(step, partial(zip_partitions, step, inputs, memory)))
        return together
    kernel, origin = INPUT_KERNELS[step.op], step.origin()
    if kernel.inputs not in (0, inputs.count_of_inputs):
        raise ProtocolViolation(f"a kernel {step.op} with {inputs.count_of_inputs} inputs")
    make = _built(step, partial(kernel.make, step))
    return Pass(Stream(lists=lambda: _attributed(make(inputs, memory), origin)), memory)


def _attributed(lists: Iterator[list[Any]], origin: Origin) -> Iterator[list[Any]]:
    """The same lists; failures that come through here are those of the step that `origin` names."""
    yield from lists


def _built(step: Step, build: Callable[[], Built]) -> Built:
    try:
        return build()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProtocolViolation(f"a kernel {step.op} without what it needs: {error!r}") from error
    except TaskFailure as failure:
        failure.step = step.number
        raise
