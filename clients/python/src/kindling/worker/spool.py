"""Inputs that wait: encoded batches, in memory up to a part of the bound and in a file beyond it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kindling.worker.spill import Place

if TYPE_CHECKING:
    from kindling.worker.elements import Input
    from kindling.worker.memory import Memory

_PART_OF_BOUND = 4


class Spool:
    """Blocks of bytes in order."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._blocks: deque[memoryview | Place] = deque()

    def append(self, block: memoryview) -> None:
        memory = self._memory
        if memory.limit and memory.kept + len(block) > memory.limit // _PART_OF_BOUND:
            self._blocks.append(memory.file.write(block))
            memory.spilled_memory_bytes += len(block)
        else:
            memory.kept += len(block)
            self._blocks.append(block)

    def __iter__(self) -> Iterator[memoryview]:
        """All blocks; they stay."""
        return map(self._read, self._blocks)

    def drain(self) -> Iterator[memoryview]:
        """All blocks, also those that are appended meanwhile; each goes as it comes."""
        while self._blocks:
            block = self._blocks.popleft()
            if isinstance(block, memoryview):
                self._memory.kept -= len(block)
            yield self._read(block)

    def _read(self, block: memoryview | Place) -> memoryview:
        return block if isinstance(block, memoryview) else memoryview(self._memory.file.read(block))


def spooled(inputs: Input, number: int, memory: Memory) -> Iterator[list[Any]]:
    """Reads all of an input; its lists are decoded when they are asked for."""
    spool = Spool(memory)
    for payload in inputs.payloads(number):
        spool.append(payload)
    return map(inputs.decoded, spool.drain())
