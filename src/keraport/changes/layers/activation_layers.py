"""Activation layers with numbers in their config."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.declared import declared
from keraport.changes.layers.dtype_rules import FLOATS
from keraport.changes.layers.dtypes import OfAnyDtype
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Layer, Value
from keraport.report import Verdict


@declared
class PlainNumbers(Effect):
    """Numbers are written as numbers.

    Older releases write ``{"type": "ndarray", "value": 6.0}`` for some, which no loader of theirs
    or of later ones takes for a number.
    """

    one_way = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Unwrap them."""
        config = config_of(subject)
        plain = {key: unwrapped(value) for key, value in config.items()}
        if plain == config:
            return subject
        keys = ", ".join(key for key, value in plain.items() if value != config[key])
        site.note(Verdict.EXACT, f"{keys} written as a plain number", source=change.source)
        return configured(subject, plain)


@declared
class SteepSlopes(Effect):
    """A slope above 1 is one; older kernels take the larger of x and slope * x."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse such slopes: no stock layer takes the larger of both."""
        slope = _steep_slope(subject, change.key)
        if slope is None:
            return subject
        raise Refused(
            f"{change.key}={slope!r}: {site.source} takes the larger of x and {slope:g} * x there, "
            "and no layer of a later release does",
            hint=f"{change.key}={1 / slope:g}, and weights of the next layer {slope:g} times as "
            "large, compute the same",
            source=change.source,
        )

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Use the companion's LeakyReLU for such slopes."""
        slope = _steep_slope(subject, change.key)
        if slope is None or not isinstance(subject, Layer):
            return subject
        because = (
            f"{change.key}={slope!r}: the stock kernel takes the larger of x and {slope:g} * x"
        )
        named = as_companion(subject, site, "LeakyReLUV2", because)
        kept = without(subject.config, change.key, "max_value", "threshold")
        return named.with_config({**kept, "alpha": slope})


def _steep_slope(subject: Subject, key: str) -> float | None:
    """The slope of a layer that has one above 1, and nothing else than that."""
    config = config_of(subject)
    slope = unwrapped(config.get(key))
    plain = config.get("max_value") is None and not config.get("threshold")
    if not isinstance(subject, Layer) or not isinstance(slope, int | float) or slope <= 1:
        return None
    return slope if plain else None


def unwrapped(value: Value) -> Value:
    """The number in ``{"type": "ndarray", "value": 6.0}``; other values as they are."""
    if isinstance(value, dict) and value.keys() == {"type", "value"} and value["type"] == "ndarray":
        return value["value"]
    return value


def _of_integers(layer: Layer, site: Site) -> Layer:  # noqa: ARG001
    """There is no layer that casts, and is saved again."""
    raise Refused(
        f"is given integers, and ThresholdedReLU of {site.target} takes only floats",
        hint="give the model an Input of dtype float32",
        source=own_keras_file("2.15.0", "layers/activation/thresholded_relu.py"),
    )


CHANGES = (
    Change(
        Kind.LAYER,
        ("ELU", "LeakyReLU", "ReLU", "ThresholdedReLU"),
        key="alpha",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/advanced_activations.py"),
        effect=PlainNumbers(),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            key=key,
            # Keras 2.3 has the kernel of TensorFlow 1.15, and 2.0 computed it without one.
            held="tf 1.15.., keras2 ..2.0, keras2 2.3..",
            source=keras_file("1.12.0", "backend.py"),
            effect=SteepSlopes(),
            drift="0.55 of the largest output between TensorFlow 1.12.0 and 2.15.1: a slope of 2",
        )
        for name, key in (("LeakyReLU", "alpha"), ("ReLU", "negative_slope"))
    ),
    Change(
        Kind.LAYER,
        ("ThresholdedReLU",),
        key="dtype",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/advanced_activations.py"),
        effect=OfAnyDtype(
            known=frozenset({"float32"}),
            otherwise=AsCompanion("ThresholdedReLUV2", "the stock layer compares in float32 only"),
        ),
    ),
    Change(
        Kind.LAYER,
        ("ThresholdedReLU",),
        key="dtype",
        held="tf ..2.3",
        source=own_keras_file("2.15.0", "layers/activation/thresholded_relu.py"),
        effect=OfAnyDtype(known=FLOATS, otherwise=_of_integers),
    ),
)
