"""Dtypes that layers of categories give: int64, int32 or floats, by the release."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import keras3_file
from keraport.changes.layers.dtype_rules import FLOATS, own_dtype
from keraport.changes.site import INPUT, Expansion, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Call, Layer, TensorRef
from keraport.model.graph import find_refs
from keraport.report import Verdict

_ANY_INTEGER: Final = frozenset({"CategoryEncoding", "Embedding"})
"""Layers that do the same with integers of any width."""
_COUNTS: Final = frozenset({"binary", "count", "multi_hot", "one_hot"})
_WORDS: Final = {"IntegerLookup": "int64", "StringLookup": "string"}
"""Layer: the dtype of what it looks up."""


@declared
class Gives(Effect):
    """What a layer gives has one dtype, and another one in releases without the change.

    Args:
        dtype: that it gives; empty for its own.
        without: that it gives in other releases.
        counts: it does where it counts categories; else where it numbers them.
    """

    alters_meaning = True

    dtype: str
    without: str
    counts: bool = False

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Cast to the dtype that the layer gives where it has the change."""
        return self._cast(change, subject, site, self.dtype)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Cast to the dtype that the layer gave in the release that wrote the file."""
        return self._cast(change, subject, site, self.without)

    def _cast(
        self, change: Change, subject: Subject, site: Site, wanted: str
    ) -> Subject | Expansion:
        if not isinstance(subject, Layer) or not _is_seen(subject, site):
            return subject
        mode = subject.config.get("output_mode") or "int"
        if (mode in _COUNTS) != self.counts or mode not in (*_COUNTS, "int"):
            return subject
        own = own_dtype(subject)
        return _cast_behind(change, subject, site, wanted or (own if own in FLOATS else "float32"))


def _cast_behind(change: Change, layer: Layer, site: Site, dtype: str) -> Expansion:
    inner = f"{layer.name}_before_cast"
    site.note(
        Verdict.EXACT,
        f"Rescaling(1, dtype={dtype!r}) added behind it, which casts: {site.target} gives "
        "another dtype",
        source=change.source,
    )
    count = max((len(call.refs()) for call in layer.calls), default=1)
    given = [TensorRef(INPUT, 0, index) for index in range(count)]
    main = replace(
        layer,
        name=inner,
        config={**layer.config, "name": inner},
        calls=(Call(given),),
    )
    config = {"name": layer.name, "trainable": True, "dtype": dtype, "scale": 1, "offset": 0}
    cast = Layer(layer.name, "Rescaling", config, (Call([TensorRef(inner, 0, 0)]),))
    return Expansion((main, cast), (TensorRef(layer.name, 0, 0),), main=inner)


@declared
class CountsSparsely(Effect):
    """Counts may be a sparse tensor; Keras 3 fails at counting into one."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """A dense tensor, which has the same numbers."""
        config = config_of(subject)
        if not config.get(change.key) or config.get("output_mode") != "count":
            return subject
        site.note(
            Verdict.EXACT,
            f"{change.key}=True written as False: {site.target} does not count into sparse "
            "tensors; a dense one has the same numbers",
            source=change.source,
        )
        return configured(subject, {**config, change.key: False})


@declared
class DtypeOfOutputs(Effect):
    """The layer's dtype is that of its outputs; without the change, that of its vocabulary."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the dtype of the vocabulary, the only one that is taken."""
        config = config_of(subject)
        dtype, words = config.get("dtype"), _WORDS.get(subject.class_name)
        if not isinstance(dtype, str) or words is None or dtype == words:
            return subject
        given = "int64" if (config.get("output_mode") or "int") == "int" else "float32"
        site.note(
            Verdict.EXACT,
            f"dtype={dtype!r} written as {words!r}, which is that of the words; it gives {given}",
            source=change.source,
        )
        plain = configured(subject, {**config, "dtype": words})
        if dtype == given or not isinstance(plain, Layer) or not _is_seen(plain, site):
            return plain
        return _cast_behind(change, plain, site, dtype)


def _is_seen(layer: Layer, site: Site) -> bool:
    """True if something reads the output that may do otherwise with another dtype."""
    model = site.model
    if model is None or model.is_sequential:
        return model is not None and _ends_unread(layer, model.layers)
    if any(ref.layer == layer.name for ref in find_refs(model.outputs)):
        return True
    readers = {
        other.class_name
        for other in model.layers
        for call in other.calls
        if any(ref.layer == layer.name for ref in call.refs())
    }
    return not readers <= _ANY_INTEGER


def _ends_unread(layer: Layer, layers: tuple[Layer, ...]) -> bool:
    """The same in a stack of layers."""
    names = [other.name for other in layers]
    if layer.name not in names:
        return True
    behind = layers[names.index(layer.name) + 1 :]
    return not behind or behind[0].class_name not in _ANY_INTEGER


GIVES_INT64: Final = "tf 2.6.., keras3 3.0..3.0"
"""Releases whose Discretization numbers bins in int64; that of others does in int32."""

CHANGES = (
    Change(
        Kind.LAYER,
        ("Discretization",),
        key="int",
        held=GIVES_INT64,
        source=own_keras_file("2.6.0", "layers/preprocessing/discretization.py"),
        effect=Gives(dtype="int64", without="int32"),
        drift="int32 for int64 between TensorFlow 2.5.3 and 2.6.5, and in Keras 3.15.1",
    ),
    Change(
        Kind.LAYER,
        ("IntegerLookup", "StringLookup"),
        key="dtype",
        # Those before 2.6 have a companion's class in its place.
        held="tf ..2.5, tf 2.8..",
        source=own_keras_file("2.8.0", "layers/preprocessing/index_lookup.py"),
        effect=DtypeOfOutputs(),
    ),
    Change(
        Kind.LAYER,
        ("CategoryEncoding",),
        key="sparse",
        held="tf 1.., keras3 none",
        source=keras3_file("layers/preprocessing/category_encoding.py"),
        effect=CountsSparsely(),
    ),
    Change(
        Kind.LAYER,
        ("IntegerLookup", "StringLookup"),
        key="counts",
        held="tf 2.6.., keras3 none",
        source=own_keras_file("2.15.0", "layers/preprocessing/index_lookup.py"),
        effect=Gives(dtype="", without="int64", counts=True),
        drift="int64 for float32 between TensorFlow 2.15.1 and Keras 3.15.1",
    ),
)
