"""Discretization: which integers it gives (int32 up to TF 2.5, int64 since, any since TF 2.8)."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Layer
from keraport.report import Verdict

_NAME = "Discretization"
_GIVES = "gives"
"""The companion's keyword for the dtype of what comes out."""
_NARROW, _WIDE = "int32", "int64"


@declared
class GivesIntegers(Effect):
    """Numbers of bins are of the layer's dtype, if that is one of integers, else int64.

    Args:
        always: what releases without the change give.
    """

    alters_meaning = True

    always: str

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Write what came out as the dtype."""
        config = config_of(subject)
        if config.get("output_mode", "int") != "int" or _given(subject) == self.always:
            return subject
        site.note(Verdict.EXACT, f"dtype written as {self.always!r}, which its outputs are")
        return configured(subject, {**config, "dtype": self.always})

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class where something else comes out."""
        config, wanted = config_of(subject), _given(subject)
        mode = config.get("output_mode", "int")
        if not isinstance(subject, Layer) or mode != "int" or wanted == self.always:
            return subject
        layer = subject.with_config({**config, _GIVES: wanted})
        if site.api.find(Kind.LAYER, _NAME) is None:
            return layer
        because = f"{_NAME} of {site.target} gives {self.always}"
        return as_companion(layer, site, f"{_NAME}V2", because)


def _given(subject: Subject) -> str:
    dtype = config_of(subject).get("dtype")
    return dtype if dtype in (_NARROW, _WIDE) else _WIDE


CHANGES = (
    Change(
        Kind.LAYER,
        (_NAME,),
        key="dtype",
        held="tf 2.6..",
        source=keras_file("2.3.0", "layers/preprocessing/discretization.py"),
        effect=GivesIntegers(_NARROW),
    ),
    Change(
        Kind.LAYER,
        (_NAME,),
        key="dtype",
        held="tf ..2.5, tf 2.8..",
        source=own_keras_file("2.6.0", "layers/preprocessing/discretization.py"),
        effect=GivesIntegers(_WIDE),
    ),
)
