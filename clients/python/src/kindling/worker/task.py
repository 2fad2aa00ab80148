"""What a TASK frame asks for."""

from __future__ import annotations

from typing import Any

import msgpack  # type: ignore[import-untyped,unused-ignore]

from kindling.worker.frames import ProtocolViolation
from kindling.worker.loop import Step

_MOST_INPUTS = 256


class Task:
    """The fields of a TASK frame."""

    def __init__(self, payload: memoryview) -> None:
        try:
            fields: dict[str, Any] = msgpack.unpackb(payload, unicode_errors="surrogatepass", strict_map_key=False)
            self.stage: int = fields.get("stage", 0)
            self.partition: int = fields["partition"]
            self.attempt: int = fields.get("attempt", 0)
            self.inputs: int = fields.get("inputs", 1)
            self.steps = [Step(i, step["op"], step, self.partition) for i, step in enumerate(fields["steps"])]
            self.bucketing = fields["bucketing"]
            self.output: str = fields["output"]
            self.batch_elements: int = fields.get("batchElements") or 0
            self.memory_bytes: int = fields.get("memoryBytes") or 0
            self.spill_directory: str = fields.get("spillDirectory") or ""
            self.broadcasts: dict[int, str] = {one["id"]: one["path"] for one in fields.get("broadcasts") or ()}
            self.context: dict[str, Any] = fields.get("context") or {}
            self.search_path: list[str] = fields.get("searchPath") or []
            self.working_directory: str = fields.get("workingDirectory") or ""
            if not 1 <= self.inputs <= _MOST_INPUTS:
                raise ValueError(f"{self.inputs} inputs")
        except Exception as error:
            raise ProtocolViolation(f"a task that cannot be read ({type(error).__name__}: {error})") from error
