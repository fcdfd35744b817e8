"""Activation layers with numbers in their config."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Subject, config_of, configured
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Value


@dataclass(frozen=True, slots=True)
class PlainNumbers:
    """Numbers are written as numbers.

    Older releases write ``{"type": "ndarray", "value": 6.0}`` for some, which no loader of theirs
    or of later ones takes for a number.
    """

    def up(self, change: Change, subject: Subject) -> Subject:  # noqa: ARG002
        """Unwrap them."""
        config = config_of(subject)
        plain = {key: _unwrapped(value) for key, value in config.items()}
        return subject if plain == config else configured(subject, plain)

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Nothing: plain numbers are taken everywhere."""
        return subject


def _unwrapped(value: Value) -> Value:
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
)
