"""BatchNormalization."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Meaning, Subject, config_of, configured
from keraport.changes.combinators import Honoured
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Config
from keraport.report import Verdict

_FUSED_RANK = 4
"""The fused kernel is for images alone (``BatchNormalization.build``)."""


def _without_renorm(config: Config) -> bool:
    return not config.get("renorm")


@dataclass(frozen=True, slots=True)
class UnfusedOnFirstAxis(Meaning):
    """Normalising images over their first axis works on a CPU.

    Older releases take the fused kernel for it, which a CPU has for the last axis only; told not to
    fuse they compute the same with plain arithmetic.
    """

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Say ``fused=False``."""
        config = config_of(subject)
        if config.get("axis") not in (1, [1]) or "fused" in config:
            return subject
        if all(shape is not None and len(shape) != _FUSED_RANK for shape in site.input_shapes):
            return subject
        site.note(
            Verdict.EQUIVALENT,
            f"fused=False added: {site.target} has no fused kernel for axis 1 on a CPU; "
            "it does not write the key when it saves the model again",
            source=change.source,
        )
        return configured(subject, {**config, "fused": False})


CHANGES = (
    Change(
        Kind.LAYER,
        ("BatchNormalization",),
        key="axis",
        since="tf2.3",
        source=keras_file("1.15.5", "layers/normalization.py"),
        what=UnfusedOnFirstAxis(),
    ),
    Change(
        Kind.LAYER,
        ("BatchNormalization",),
        key="renorm",
        since="tf1.15",
        source=keras_file("1.15.5", "layers/normalization.py"),
        what=Honoured(
            harmless=_without_renorm,
            because="its renormalisation keeps other variables, which the file does not have",
            hint="rebuild the layer without renorm; predictions do not need it",
        ),
    ),
)
