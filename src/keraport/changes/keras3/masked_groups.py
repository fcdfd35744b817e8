"""GroupNormalization behind a mask."""

from __future__ import annotations

from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file


@declared
class WeighsByMask(Effect):
    """GroupNormalization leaves masked steps out of its moments; Keras 3 takes all of them.

    TensorFlow 2.15 fails for most shapes: it spreads the mask along the wrong axes.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where a mask reaches it."""
        if not site.masked:
            return subject
        raise Refused(
            f"a mask reaches it: not supported yet, and {site.target} fails on it or leaves masked "
            "steps out of the moments",
            hint="take the mask away in the model",
            source=change.source,
        )

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The same the other way round."""
        return self.to_release(change, subject, site)


CHANGES: Final = (
    Change(
        Kind.LAYER,
        ("GroupNormalization",),
        key="mask",
        held="tf 2.11.., keras3 none",
        source=own_keras_file("2.15.0", "layers/normalization/group_normalization.py"),
        effect=WeighsByMask(),
    ),
)
