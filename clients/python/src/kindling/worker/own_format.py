"""The worker's own format: pickles."""

from __future__ import annotations

import pickle
from typing import Any

from kindling.worker.failure import TaskFailure

NOT_PICKLABLE = "PicklingError"


def dumps(elements: Any) -> bytes:
    try:
        return pickle.dumps(elements, 5)
    except Exception:  # pickle raises many; what is truly wrong fails again below
        # Lambdas, classes of the user's main script and the like: cloudpickle takes them by value.
        import cloudpickle  # type: ignore[import-untyped,unused-ignore]

        try:
            packed: bytes = cloudpickle.dumps(elements, 5)
        except Exception as error:
            raise _not_picklable(error) from None
        return packed


def _not_picklable(error: Exception) -> TaskFailure:
    """In PySpark's words."""
    message = str(error)
    if not isinstance(error, pickle.PickleError):
        message = f"Could not serialize object: {type(error).__name__}: {error}"
    return TaskFailure("USER_FUNCTION_FAILED", {"type": NOT_PICKLABLE, "message": message}, message)
