# Generated from codegen/api.json by `npm run generate`. Do not edit.
"""What is generated for this client from the description of the API."""

from __future__ import annotations

from typing import Dict

CLASSES: Dict[str, str] = {
    "Box": "kindling.generated.core",
    "Safe": "kindling.generated.sql",
    "Shelf": "kindling.generated.sql",
}
"""The modules of remote classes."""

VALUES: Dict[str, str] = {
    "ListOptions": "kindling.generated.sql",
    "Money": "kindling.generated.core",
    "Place": "kindling.generated.sql",
}
"""The modules of classes passed by value."""
