"""Layers that merge several inputs."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Meaning, Subject
from keraport.changes.combinators import Honoured
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file


@dataclass(frozen=True, slots=True)
class DotsOfAnyRank(Meaning):
    """Dot multiplies tensors of any rank; older releases get the shape wrong beyond matrices."""

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse inputs of more than three dimensions, the batch among them."""
        ranks = {len(shape) for shape in site.all_input_shapes if shape is not None}
        if any(rank > _MATRIX for rank in ranks):
            raise Refused(
                f"its inputs are of rank {', '.join(map(str, sorted(ranks)))}: {site.target} "
                "multiplies vectors and matrices for each sample",
                hint="put Reshape before and behind the layer",
                source=change.source,
            )
        return subject


_MATRIX = 3

CHANGES = (
    Change(
        Kind.LAYER,
        ("Dot",),
        key="axes",
        since="tf2.3",
        source=keras_file("1.12.0", "backend.py"),
        what=DotsOfAnyRank(),
    ),
    Change(
        Kind.LAYER,
        ("Concatenate",),
        key="axis",
        since="tf2.3",
        source=keras_file("1.12.0", "engine/training_arrays.py"),
        what=Honoured(
            harmless=lambda config: config.get("axis", -1) != 0,
            because="its predict cannot collect outputs of another batch size than the inputs'",
            hint="concatenate the predictions outside of the model",
        ),
    ),
)
