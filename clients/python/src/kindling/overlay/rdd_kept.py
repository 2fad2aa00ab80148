"""What is kept of `RDD`, in PySpark's own types: `StorageLevel`, the context itself, text as bytes."""

from __future__ import annotations

from typing import Any, Optional, TypeVar

from kindling._runtime.remote import Remote, call_effect, call_new, call_value
from kindling.storagelevel import StorageLevel

Self = TypeVar("Self", bound="RDDKept")


class RDDKept(Remote):
    """Written by hand for `RDD`."""

    is_cached = False
    """Whether this object was asked to keep its elements."""
    is_checkpointed = False
    """Whether this object was asked for a checkpoint."""
    _level: Optional[StorageLevel] = None
    """The level that it was given."""

    @property
    def context(self) -> Any:
        """The context that the RDD belongs to."""
        from kindling.overlay.spark_context import running_context

        running = running_context()
        if running is not None and running._session is self._session:
            return running
        return call_new(self, "RDD.context", "SparkContext")

    ctx = context

    def toDebugString(self) -> bytes:
        """Returns how the RDD is computed, one line for each RDD that it is made of, the last one first."""
        text: str = call_value(self, "RDD.toDebugString", "string")
        return text.encode("utf-8")

    def cache(self: Self) -> Self:
        """Keeps the elements in memory once they have been computed; returns the RDD itself."""
        return self.persist()

    def persist(self: Self, storageLevel: StorageLevel = StorageLevel.MEMORY_ONLY) -> Self:
        """Keeps the elements once they have been computed; returns the RDD itself.

        :param storageLevel: in memory, on disk, on several executors
        """
        if not isinstance(storageLevel, StorageLevel):
            raise TypeError(f"storageLevel must be a StorageLevel, not {storageLevel!r}")
        # A level that may not be changed is refused at this line; the first one is not waited for.
        is_new = self._level is None or self._level == storageLevel
        arguments = (("storageLevel: value<StorageLevel>", vars(storageLevel)),)
        call_effect(self, "RDD.persist", arguments, awaited=not is_new)
        self._level = storageLevel
        self.is_cached = True
        return self

    def unpersist(self: Self, blocking: bool = False) -> Self:
        """Keeps the elements no longer; returns the RDD itself.

        :param blocking: waits until all executors have removed them; otherwise they do so while the program goes on
        """
        call_effect(self, "RDD.unpersist", (("blocking: boolean", blocking),))
        if blocking:
            call_effect(self, "RDD.whenUnpersisted", awaited=True)
        self._level = None
        self.is_cached = False
        return self

    def checkpoint(self) -> None:
        """Writes the elements to the directory of `setCheckpointDir` when the next job has computed them."""
        call_effect(self, "RDD.checkpoint", awaited=True)
        self.is_checkpointed = True

    def getStorageLevel(self) -> StorageLevel:
        """Returns where the elements are kept."""
        return StorageLevel(**call_value(self, "RDD.getStorageLevel", "value<StorageLevel>"))
