"""Dropout whose noise is shared along some axes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Meaning, Subject, config_of, without
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Layer
from keraport.report import Verdict

_SPATIAL = {3: "SpatialDropout1D", 4: "SpatialDropout2D", 5: "SpatialDropout3D"}
"""Rank of the input: the layer that shares its noise along all axes but the first and the last."""


@dataclass(frozen=True, slots=True)
class PartialNoiseShape(Meaning):
    """A noise shape may leave dimensions open (None), to be taken from the input.

    Older releases need every dimension, the batch's among them. The usual one, shared along the
    steps or pixels, is what their SpatialDropout does.
    """

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """SpatialDropout where it does the same; refuse other open shapes."""
        shape = config_of(subject).get("noise_shape")
        if not isinstance(shape, list) or None not in shape or not isinstance(subject, Layer):
            return subject
        spatial = _SPATIAL.get(len(shape))
        is_spatial = shape[0] is None and shape[-1] != 1 and set(shape[1:-1]) == {1}
        if subject.class_name != "Dropout" or spatial is None or not is_spatial:
            raise Refused(
                f"noise_shape={shape!r}: dimensions cannot be left open there",
                hint="rebuild the layer with a full noise_shape, or with Permute and a "
                "SpatialDropout; predictions do not depend on it",
                source=change.source,
            )
        site.note(
            Verdict.EXACT,
            f"noise_shape={shape!r} is what {spatial} does",
            source=change.source,
        )
        config = without(subject.config, "noise_shape", "seed")
        return replace(subject, class_name=spatial, config=config)


CHANGES = (
    Change(
        Kind.LAYER,
        ("Dropout", "AlphaDropout"),
        key="noise_shape",
        since="tf1.15",
        source=keras_file("1.15.5", "layers/core.py"),
        what=PartialNoiseShape(),
    ),
)
