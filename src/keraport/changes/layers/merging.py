"""Layers that merge several inputs."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.combinators import ActedUpon
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Layer
from keraport.report import Verdict


@declared
class DotsOfAnyRank(Effect):
    """Dot multiplies tensors of any rank; older releases get the shape wrong beyond matrices."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Use the companion's class beyond three dimensions, the batch among them."""
        ranks = {len(shape) for shape in site.all_input_shapes if shape is not None}
        if not isinstance(subject, Layer) or all(rank <= _MATRIX for rank in ranks):
            return subject
        because = (
            f"its inputs are of rank {', '.join(map(str, sorted(ranks)))}, and the stock layer "
            "multiplies vectors and matrices for each sample"
        )
        return as_companion(subject, site, "DotV2", because, verdict=Verdict.EQUIVALENT)


_MATRIX = 3


@declared
class OutputsOfAnyBatch(ActedUpon):
    """What a release computes is the same; only some collect it in ``predict``."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """As it is: what the source could not collect, the target can."""
        return subject


def _of_batches(layer: Layer, site: Site) -> Layer:
    """The layer as it is: the arithmetic is there, what collects its results is not."""
    site.note(
        Verdict.EXACT,
        f"gives another batch size than it is given, which predict of {site.target} cannot "
        "collect: use predict_on_batch",
    )
    return layer


CHANGES = (
    Change(
        Kind.LAYER,
        ("Dot",),
        key="axes",
        held="tf 2.3..",
        source=keras_file("1.12.0", "backend.py"),
        effect=DotsOfAnyRank(),
    ),
    Change(
        Kind.LAYER,
        ("Concatenate",),
        key="axis",
        held="tf 2.3..",
        source=keras_file("1.12.0", "engine/training_arrays.py"),
        effect=OutputsOfAnyBatch(
            harmless=lambda config: config.get("axis", -1) != 0,
            because="its predict cannot collect outputs of another batch size than the inputs'",
            otherwise=_of_batches,
        ),
    ),
)
