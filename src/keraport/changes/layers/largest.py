"""The largest value over axes, as what a model gives.

Grappler of TensorFlow 1.12 turns ``max(f(x))`` of a monotonic ``f`` into ``f(max(x))`` and lets
each node keep its name: whoever asks a session for the first is given ``max(x)``. ``predict`` asks
so for the outputs of a model. Measured with relu, elu, tanh, sigmoid, exp and signs before
GlobalMaxPooling: other numbers by up to 7; with any operation behind the maximum, the right ones.
"""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.declared import declared
from keraport.changes.site import INPUT, Expansion, Site
from keraport.model import Call, Layer, TensorRef
from keraport.model.neighbours import givers_of, is_output
from keraport.report import Verdict

_SOURCE = "https://github.com/tensorflow/tensorflow/blob/v1.12.0/tensorflow/core/grappler/optimizers/arithmetic_optimizer.cc"
_MONOTONIC_NOWHERE = frozenset(
    {
        *("InputLayer", "Embedding", "Reshape", "Permute", "Flatten", "RepeatVector", "Masking"),
        *("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract", "Dot"),
        *("BatchNormalization", "LayerNormalization", "Dropout", "GaussianNoise", "Softmax"),
        *(f"{kind}Pooling{rank}D" for kind in ("Average", "Max") for rank in (1, 2, 3)),
        *(f"{kind}{rank}D" for kind in ("Cropping", "ZeroPadding") for rank in (1, 2, 3)),
        *(f"SpatialDropout{rank}D" for rank in (1, 2, 3)),
        *(f"UpSampling{rank}D" for rank in (1, 2, 3)),
    }
)
"""Layers whose last operation is none of those."""


@declared
class GivesTheLargest(Effect):
    """What a model gives is the largest value, also behind an activation."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """A Reshape behind the layer, which changes nothing but what is asked for."""
        if not isinstance(subject, Layer) or site.model is None:
            return subject
        if not is_output(subject, site.model):
            return subject
        if not any(map(_may_be_monotonic, givers_of(subject, site.model))):
            return subject
        site.note(
            Verdict.EXACT,
            f"a Reshape behind it: as the output of a model, the maximum behind an activation is "
            f"another one in {site.target}",
            source=change.source,
        )
        name = f"{subject.name}_largest"
        config = {**subject.config, "name": name}
        largest = replace(subject, name=name, config=config, calls=_call(INPUT))
        config = {"name": subject.name, "trainable": True, "dtype": subject.config.get("dtype")}
        config["target_shape"] = [-1]
        flat = Layer(subject.name, "Reshape", config, _call(name))
        return Expansion((largest, flat), (TensorRef(subject.name, 0, 0),), main=name)


def _call(given: str) -> tuple[Call, ...]:
    return (Call([TensorRef(given, 0, 0)]),)


def _may_be_monotonic(layer: Layer) -> bool:
    if layer.class_name in _MONOTONIC_NOWHERE:
        return False
    return bool(layer.config.get("activation", "unknown") != "linear")


CHANGES = (
    Change(
        Kind.LAYER,
        ("GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D"),
        # Nobody looked between 1.12 and 1.15. Operations came with 1.14: it is undone after them,
        # so that it sees what they became.
        held="tf 1.13..",
        source=_SOURCE,
        effect=GivesTheLargest(),
    ),
)
