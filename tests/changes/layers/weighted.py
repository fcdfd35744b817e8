"""Translates one layer of a file together with its weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from tests.changes.conftest import entry, graph, item

from keraport.catalog.releases import get_release
from keraport.dialects import parse_model
from keraport.model import Format, Layer, ModelFile, Producer, Weight, WeightGroup
from keraport.model.weights import Array, Transformed, constant_weight
from keraport.translate.translation import Translation, translate


def with_weights(
    class_name: str,
    config: dict[str, Any],
    shape: tuple[int | None, ...],
    *arrays: Array,
    stock_only: bool = False,
) -> tuple[dict[str, Layer], Translation]:
    """The layers that a layer of TF 2.3, called ``layer``, becomes in TF 1.12; and all else.

    Its weights are called ``kernel`` and ``bias``.
    """
    names = ("layer/kernel:0", "layer/bias:0")
    weights = tuple(map(constant_weight, names, arrays))
    model = parse_model(graph(entry(shape=shape), item(class_name, "layer", ["in"], **config)))
    before, layer = model.layers
    model = replace(model, layers=(before, replace(layer, weights=weights)))
    groups = (WeightGroup("in", ()), WeightGroup("layer", weights))
    file = ModelFile(Path("m.h5"), Format.HDF5, Producer(), model, groups=groups)
    done = translate(
        file, model, get_release("tf2.3"), get_release("tf1.12"), stock_only=stock_only
    )
    assert done.file.model is not None
    return {part.name: part for part in done.file.model.layers}, done


def made(weight: Weight, *values: float) -> Any:
    """What a weight becomes if these are the values of the one that it is made of, as lists."""
    assert isinstance(weight.stored, Transformed)
    array = np.asarray(values, np.float32).reshape(weight.stored.origin.shape)
    found = weight.stored.function(array)
    assert found.shape == weight.shape
    assert found.dtype == np.float32
    return found.tolist()
