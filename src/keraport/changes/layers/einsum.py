"""EinsumDense, and RandomFourierFeatures."""

from __future__ import annotations

import re
from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.catalog.windows import NO_RELEASE
from keraport.changes.change import Change, without
from keraport.changes.combinators import NewClass, UnloadableClass
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.site import Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Config, Layer
from keraport.report import Verdict

_AS_DENSE = re.compile(r"(\.\.\.|[a-zA-Z]+)([a-zA-Z]),([a-zA-Z])([a-zA-Z])->(\.\.\.|[a-zA-Z]+)(\4)")
"""``abc,cd->abd``, ``...x,xy->...y`` and the like: the last axis times a matrix."""


def _einsum_dense(layer: Layer, site: Site) -> Layer:
    """A Dense where the equation says nothing else; else the companion's class."""
    units = _dense_units(layer.config)
    # A mask goes on behind a Dense, and ends here.
    if units is None or site.masked:
        return as_companion(layer, site, "EinsumDense", "there is no such layer")
    site.note(
        Verdict.EQUIVALENT,
        f"{layer.config['equation']} is rewritten as Dense(units={units}), with the same weights",
    )
    config = {
        **without(layer.config, "equation", "output_shape", "bias_axes"),
        "units": units,
        "use_bias": layer.config.get("bias_axes") is not None,
    }
    return replace(layer, class_name="Dense", config=config)


def _dense_units(config: Config) -> int | None:
    """The units of a Dense that does the same; None if none does."""
    found = _AS_DENSE.fullmatch(str(config.get("equation")))
    sizes = config.get("output_shape")
    units = sizes[-1] if isinstance(sizes, list) and sizes else sizes
    if found is None or type(units) is not int:
        return None
    before, last, summed, made, after, _ = found.groups()
    letters = before.replace("...", "") + last + made
    distinct = len(set(letters)) == len(letters)
    same = before == after and last == summed and distinct
    return units if same and config.get("bias_axes") in (None, made) else None


_FEATURES = "RandomFourierFeatures"


def _found_by_name(layer: Layer, site: Site) -> Layer:
    """The companion's class where the release has the layer, and no loader finds it."""
    if f"layers.experimental.{_FEATURES}" not in site.api.exported(Kind.LAYER):
        return layer
    because = f"the loader of {site.target} does not find the class by its name"
    return as_companion(layer, site, _FEATURES, because)


CHANGES = (
    Change(
        Kind.LAYER,
        (_FEATURES,),
        key="name",
        held=NO_RELEASE,
        source=own_keras_file("2.15.0", "layers/kernelized.py"),
        effect=UnloadableClass(otherwise=_found_by_name),
    ),
    Change(
        Kind.LAYER,
        ("EinsumDense",),
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/einsum_dense.py"),
        effect=NewClass(otherwise=_einsum_dense),
    ),
    Change(
        Kind.LAYER,
        ("RandomFourierFeatures",),
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/kernelized.py"),
        effect=NewClass(otherwise=AsCompanion("RandomFourierFeatures", "there is no such layer")),
    ),
)
