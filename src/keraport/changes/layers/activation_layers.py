"""Activation layers with numbers in their config."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Meaning, Subject, config_of, configured, without
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.layers.dtypes import OfAnyDtype
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Layer, Value


@dataclass(frozen=True, slots=True)
class PlainNumbers:
    """Numbers are written as numbers.

    Older releases write ``{"type": "ndarray", "value": 6.0}`` for some, which no loader of theirs
    or of later ones takes for a number.
    """

    def up(self, change: Change, subject: Subject) -> Subject:  # noqa: ARG002
        """Unwrap them."""
        config = config_of(subject)
        plain = {key: unwrapped(value) for key, value in config.items()}
        return subject if plain == config else configured(subject, plain)

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Nothing: plain numbers are taken everywhere."""
        return subject


@dataclass(frozen=True, slots=True)
class SteepSlopes(Meaning):
    """A slope above 1 is one; older kernels take the larger of x and slope * x."""

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Use the companion's LeakyReLU for such slopes."""
        config = config_of(subject)
        slope = config.get(change.key)
        plain = config.get("max_value") is None and not config.get("threshold")
        if not isinstance(subject, Layer) or not isinstance(slope, int | float) or slope <= 1:
            return subject
        if not plain:
            return subject
        because = (
            f"{change.key}={slope!r}: the stock kernel takes the larger of x and {slope:g} * x"
        )
        named = as_companion(subject, site, "LeakyReLUV2", because)
        kept = without(config, change.key, "max_value", "threshold")
        return named.with_config({**kept, "alpha": slope})


def unwrapped(value: Value) -> Value:
    """The number in ``{"type": "ndarray", "value": 6.0}``; other values as they are."""
    if isinstance(value, dict) and value.keys() == {"type", "value"} and value["type"] == "ndarray":
        return value["value"]
    return value


CHANGES = (
    Change(
        Kind.LAYER,
        ("ELU", "LeakyReLU", "ReLU", "ThresholdedReLU"),
        key="alpha",
        since="tf2.3",
        source=keras_file("2.3.0", "layers/advanced_activations.py"),
        what=PlainNumbers(),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            key=key,
            since="tf1.15",
            source=keras_file("1.12.0", "backend.py"),
            what=SteepSlopes(),
        )
        for name, key in (("LeakyReLU", "alpha"), ("ReLU", "negative_slope"))
    ),
    Change(
        Kind.LAYER,
        ("ThresholdedReLU",),
        key="dtype",
        since="tf2.3",
        source=keras_file("2.3.0", "layers/advanced_activations.py"),
        what=OfAnyDtype(
            known=frozenset({"float32"}),
            otherwise=AsCompanion("ThresholdedReLUV2", "the stock layer compares in float32 alone"),
        ),
    ),
)
