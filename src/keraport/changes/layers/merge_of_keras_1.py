"""Merge of Keras 1, which standalone Keras 2.0 and 2.1 still have: the merge layers of Keras 2."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.catalog.api import Kind
from keraport.catalog.windows import NO_RELEASE
from keraport.changes.change import Change
from keraport.changes.combinators import NewClass
from keraport.changes.declared import declared
from keraport.changes.site import Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Layer
from keraport.report import Verdict, brief

_SOURCE: Final = own_keras_file("2.1.6", "legacy/layers.py")
_PLAIN: Final = {
    "sum": "Add",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "concat": "Concatenate",
}
"""What ``Merge.call`` computes by each mode, and the layer that computes the same."""
_HINT: Final = "rebuild this part of the model with the merge layers of Keras 2"


def _merged(layer: Layer, site: Site) -> Layer:
    """The layer that computes the same.

    Raises:
        Refused: there is none, or a mask reaches it.
    """
    mode = layer.config.get("mode")
    if layer.config.get("mode_type", "raw") != "raw" or mode not in _PLAIN:
        raise Refused(
            f"mode={brief(mode)}: no merge layer is known to compute the same",
            hint=_HINT,
            source=_SOURCE,
        )
    if site.masked:
        raise Refused("a mask reaches this Merge of Keras 1", hint=_HINT, source=_SOURCE)
    found = _PLAIN[str(mode)]
    site.note(Verdict.EXACT, f"Merge(mode={mode!r}) is {found} of Keras 2", source=_SOURCE)
    config = {"name": layer.name, "trainable": True}
    if mode == "concat":
        config["axis"] = layer.config.get("concat_axis", -1)
    return replace(layer, class_name=found, config=config)


@declared
class OfKeras1(NewClass):
    """A class that is rewritten for every target: none that is written for has it."""

    one_way = True


CHANGES = (
    Change(
        Kind.LAYER,
        ("Merge",),
        key="mode",
        # Rewritten before anything else, so that all that concerns these layers concerns it.
        held=NO_RELEASE,
        source=_SOURCE,
        effect=OfKeras1(otherwise=_merged),
    ),
)
