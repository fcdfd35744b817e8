"""Layers that turn words and integers into categories, and those into numbers (TF 2.3)."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, without
from keraport.changes.combinators import NewClass
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Call, Layer
from keraport.model.graph import find_refs
from keraport.report import Verdict

_FOLDER = "layers/preprocessing/"
_ENCODING = keras_file("2.3.0", f"{_FOLDER}category_encoding.py")
_DEFAULT_KEY = [0xDECAFCAFFE, 0xDECAFCAFFE]
"""What TF 2.3.0 writes for salt=None (``hashing.py``), and then takes for a salt."""


def _encoding(layer: Layer, site: Site) -> Layer | Expansion:
    """CategoryEncoding, with the weights of a count as a second input."""
    if layer.config.get("max_tokens") is None:
        raise Refused(
            "max_tokens=None: how many categories there are stands with the weights, which come "
            f"after the layer is built; {site.source} itself cannot open such a file",
            hint="rebuild the layer with max_tokens=N, N being what num_elements says",
            source=_ENCODING,
        )
    if layer.config.get("sparse") and _is_output(layer, site):
        raise Refused(
            f"sparse=True, and the model returns it: models of {site.target} return no sparse "
            "tensors",
            hint="rebuild the layer with sparse=False",
            source=_ENCODING,
        )
    because = f"no layer of {site.target} counts categories"
    if layer.config.get("sparse"):
        because += "; it gives a dense tensor with the same numbers"
    verdict = Verdict.EQUIVALENT if layer.config.get("sparse") else Verdict.EXACT
    calls = tuple(_with_weights(call) for call in layer.calls)
    counted = replace(layer, calls=calls)
    return as_companion(counted, site, "CategoryEncoding", because, verdict=verdict)


def _with_weights(call: Call) -> Call:
    weights = find_refs(call.arguments.get("count_weights"))
    if not weights:
        return call
    inputs = [*find_refs(call.inputs), *weights]
    return Call(inputs, without(call.arguments, "count_weights"))


def _is_output(layer: Layer, site: Site) -> bool:
    """True if the model around the layer returns what the layer gives."""
    if site.model is None or site.model.is_sequential:
        return site.model is not None and site.model.layers[-1].name == layer.name
    return any(ref.layer == layer.name for ref in find_refs(site.model.outputs))


def _hashing(layer: Layer, site: Site) -> Layer | Expansion:
    """Hashing as the file says it, which is not always how the model was built."""
    because = f"no layer of {site.target} hashes"
    if layer.config.get("salt") == _DEFAULT_KEY:
        because += (
            f"; {site.source} has written salt={_DEFAULT_KEY}, as it does where there was none: "
            "what it loads from this file hashes with that salt, and so does this, while the model "
            "that was saved hashed without"
        )
    return as_companion(layer, site, "Hashing", because)


_TABLE = (
    "its vocabulary is in a table, which TF 2.3 keeps neither in the config nor in HDF5: "
    'save("x.h5") fails, and to_json leaves it out'
)
_HINT = (
    "look the words up before the model, or use tf.feature_column in DenseFeatures, whose config "
    "holds the vocabulary"
)

CHANGES = (
    Change(
        Kind.LAYER,
        ("CategoryEncoding",),
        held="tf 2.3..",
        source=_ENCODING,
        what=NewClass(otherwise=_encoding),
    ),
    Change(
        Kind.LAYER,
        ("Hashing",),
        held="tf 2.3..",
        source=keras_file("2.3.0", f"{_FOLDER}hashing.py"),
        what=NewClass(otherwise=_hashing),
    ),
    Change(
        Kind.LAYER,
        ("CategoryCrossing",),
        held="tf 2.3..",
        source=keras_file("2.3.0", f"{_FOLDER}category_crossing.py"),
        what=NewClass(otherwise=AsCompanion("CategoryCrossing", "no stock layer joins words")),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held="tf 2.3..",
            source=keras_file("2.3.0", f"{_FOLDER}{path}"),
            what=NewClass(because=_TABLE, hint=_HINT),
        )
        for name, path in (
            ("IntegerLookup", "integer_lookup.py"),
            ("StringLookup", "string_lookup.py"),
            ("TextVectorization", "text_vectorization.py"),
        )
    ),
)
