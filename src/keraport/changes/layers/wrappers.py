"""Bidirectional and TimeDistributed."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Added, Change, Subject, config_of
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Layer


@dataclass(frozen=True, slots=True)
class ZeroAtMaskedSteps:
    """A Bidirectional that returns sequences gives zeros at masked steps.

    Older releases repeat the previous output of each direction instead. That is invisible where
    everything behind it skips the masked steps too, such as another recurrent layer.
    """

    def up(self, change: Change, subject: Subject) -> Subject:  # noqa: ARG002
        """Nothing: what an older release gives at masked steps has no keyword."""
        return subject

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where masked steps are looked at."""
        inner = config_of(subject).get("layer")
        if not (site.masked_steps_seen and isinstance(inner, Layer)):
            return subject
        if not inner.config.get("return_sequences"):
            return subject
        raise Refused(
            f"a mask reaches it, it returns sequences, and its masked steps are looked at: they "
            f"are 0 in the source and the previous output in {site.target}",
            hint="multiply its output by the mask in the model, or return the last step only",
            source=change.source,
        )


CHANGES = (
    Change(
        Kind.LAYER,
        ("Bidirectional",),
        key="backward_layer",
        since="tf1.15",
        source=keras_file("1.15.5", "layers/wrappers.py"),
        what=Added(
            neutral=None,
            because="both directions are always copies of one layer",
            hint="rebuild it as two recurrent layers, one of them go_backwards, and a Concatenate",
        ),
    ),
    Change(
        Kind.LAYER,
        ("Bidirectional",),
        key="layer",
        since="tf1.15",
        source=keras_file("1.15.5", "layers/wrappers.py"),
        what=ZeroAtMaskedSteps(),
    ),
)
