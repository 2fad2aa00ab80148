# Generated from codegen/api.json by `npm run generate`. Do not edit.
"""What is generated for this client from the description of the API."""

from __future__ import annotations

from typing import Dict

CLASSES: Dict[str, str] = {
    "DataFrame": "kindling.generated.sql",
    "DataFrameReader": "kindling.generated.sql",
    "GroupedData": "kindling.generated.sql",
    "RDD": "kindling.generated.core",
    "RDDBarrier": "kindling.generated.core",
    "SparkContext": "kindling.generated.core",
    "SparkSession": "kindling.generated.sql",
    "StatusTracker": "kindling.generated.core",
}
"""The modules of remote classes."""

VALUES: Dict[str, str] = {
    "BarrierTaskInfo": "kindling.generated.core",
}
"""The modules of classes passed by value."""
