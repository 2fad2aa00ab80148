"""Files that `SparkContext.addFile` gave to the workers, under PySpark's module name."""

from __future__ import annotations

import os
from typing import Optional

from kindling.errors import engine_error

__all__ = ["SparkFiles"]

PROPERTY = "kindling.files"
"""The local property by which tasks know the directory."""


class SparkFiles:
    """Finds files that were added, in functions and in the program itself. Follows `pyspark.SparkFiles`.

    >>> sc.addFile("README.md")
    >>> sc.parallelize([0]).map(lambda _: open(SparkFiles.get("README.md")).readline()).collect()
    ['# Numbers\\n']
    """

    def __init__(self) -> None:
        raise NotImplementedError("SparkFiles has no objects: call SparkFiles.get")

    @classmethod
    def get(cls, filename: str) -> str:
        """The absolute path of a file, whether it was added or not.

        >>> SparkFiles.get("README.md").endswith("/README.md")
        True
        """
        return os.path.abspath(os.path.join(cls.getRootDirectory(), filename))

    @classmethod
    def getRootDirectory(cls) -> str:
        """The directory in which the files lie.

        >>> os.path.isabs(SparkFiles.getRootDirectory())
        True
        """
        found = _of_task() or _of_program()
        if found is None:
            message = "SparkFiles: no file was added when the job started"
            raise engine_error("INVALID_ARGUMENT", message, hint="call addFile before the action")
        return found


def _of_task() -> Optional[str]:
    from kindling.taskcontext import TaskContext

    context = TaskContext.get()
    return None if context is None else context.getLocalProperty(PROPERTY)


def _of_program() -> Optional[str]:
    from kindling.overlay.spark_context import SparkContextOverlay

    active = SparkContextOverlay._active_spark_context
    return None if active is None else active._files_directory()
