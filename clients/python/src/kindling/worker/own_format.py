"""The worker's own format: pickles."""

from __future__ import annotations

import pickle
from typing import Any


def dumps(elements: Any) -> bytes:
    try:
        return pickle.dumps(elements, 5)
    except Exception:  # pickle raises many; what is truly wrong fails again below
        # Lambdas, classes of the user's main script and the like: cloudpickle takes them by value.
        import cloudpickle  # type: ignore[import-untyped,unused-ignore]

        packed: bytes = cloudpickle.dumps(elements, 5)
        return packed
