"""Dtypes that older layers do not take: computed in a wider one, and cast back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.declared import declared
from keraport.changes.layers.dtypes import CAST, cast_layers, dtypes_taken
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Call, Config, Layer, TensorRef
from keraport.report import Verdict

_KERNELS = "https://github.com/tensorflow/tensorflow/blob/v1.15.5/tensorflow/core/kernels/"
_AS_FLOATS = {
    **dict.fromkeys(("int8", "uint8", "int16", "uint16"), "float32"),
    **dict.fromkeys(("int32", "int64"), "float64"),
}
_IMAGES = 4
"""Rank of what the fused BatchNormalization takes, which is the same in all releases."""
_ON_LAST_AXIS = ([-1], [_IMAGES - 1], -1, _IMAGES - 1)
"""Axes for which it is taken; the first one has no fused kernel on a CPU, others none at all."""
_SIX = 6
"""The one bound that older releases have a kernel of its own for (``relu6``)."""


@declared
class ByDetour(Effect):
    """A layer takes a dtype that the others do not compute in, or compute otherwise in.

    Args:
        via: dtype: another that holds all its values, in which the older release computes the same.
        needed: true for the layers that need it.
    """

    alters_meaning = True

    via: Mapping[str, str]
    needed: Callable[[Config, Site], bool] = lambda _config, _site: True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Cast to the other dtype before the layer, and back behind it."""
        if not isinstance(subject, Layer) or not self.needed(subject.config, site):
            return subject
        taken = dtypes_taken(subject, site)
        own = next(iter(taken)) if len(taken) == 1 else ""
        if own not in self.via:
            return subject
        wide = self.via[own]
        site.companion(CAST)
        site.note(
            Verdict.EXACT,
            f"{CAST} of the companion is inserted before and behind it: {site.target} does not "
            f"compute the same in {own}, but does in {wide}",
            source=change.source,
        )
        count = max((len(call.inputs) for call in site.dtypes), default=1)
        name = f"{subject.name}_in_{wide}"
        casts: list[Layer] = []
        inputs: list[TensorRef] = []
        for index in range(count):
            added, ref = cast_layers(name, index, index, (wide,))
            casts += added
            inputs.append(ref)
        config = {**subject.config, "name": name, "dtype": wide}
        main = replace(subject, name=name, config=config, calls=(Call(inputs),))
        back = {"name": subject.name, "trainable": True, "dtype": own, "to": own}
        last = Layer(subject.name, CAST, back, (Call([TensorRef(name, 0, 0)]),))
        outputs = (TensorRef(subject.name, 0, 0),)
        return Expansion((*casts, main, last), outputs, main=name)


def _bounded(config: Config, _site: Site) -> bool:
    return config.get("max_value") not in (None, _SIX) or bool(config.get("threshold"))


def _not_fused(config: Config, site: Site) -> bool:
    ranks = {None if shape is None else len(shape) for shape in site.input_shapes}
    return config.get("axis") not in _ON_LAST_AXIS or ranks != {_IMAGES}


CHANGES = (
    Change(
        Kind.LAYER,
        ("BatchNormalization",),
        key="dtype",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/normalization.py"),
        effect=ByDetour({"float16": "float32"}, _not_fused),
    ),
    Change(
        Kind.LAYER,
        ("Maximum", "Minimum"),
        key="dtype",
        held="tf 2.3..",
        source=f"{_KERNELS}cwise_op_maximum.cc",
        effect=ByDetour({"int16": "int32", "uint8": "int32"}),
    ),
    Change(
        Kind.LAYER,
        ("ReLU",),
        key="dtype",
        held="tf 2.3..",
        source=keras_file("1.15.5", "backend.py"),
        effect=ByDetour(_AS_FLOATS, _bounded),
    ),
    Change(
        Kind.LAYER,
        ("RepeatVector",),
        key="dtype",
        held="tf 1.15..",
        source="https://github.com/tensorflow/tensorflow/blob/v1.12.0/tensorflow/core/kernels/tile_ops.cc",
        effect=ByDetour({"int8": "int32"}),
    ),
)
