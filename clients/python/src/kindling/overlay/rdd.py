"""What `RDD` has beyond the generated calls, by area."""

from __future__ import annotations

from kindling.overlay.rdd_actions import RDDActions
from kindling.overlay.rdd_kept import RDDKept
from kindling.overlay.rdd_numbers import RDDNumbers
from kindling.overlay.rdd_output import RDDOutput
from kindling.overlay.rdd_samples import RDDSamples
from kindling.overlay.rdd_transformations import RDDTransformations


class RDDOverlay(RDDTransformations, RDDSamples, RDDActions, RDDNumbers, RDDOutput, RDDKept):
    """Written by hand for `RDD`."""
