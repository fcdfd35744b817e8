"""A stack of layers that does not say what it is fed, as standalone Keras saves it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.changes.conftest import item, stack

from keraport.catalog.releases import get_release
from keraport.dialects import parse_model
from keraport.model import Format, ModelFile, Producer, WeightGroup
from keraport.model.weights import constant_weight
from keraport.report import Verdict
from keraport.translate.translation import Translation, translate

LAST = item("Activation", "last", activation="tanh")


def built_by_a_call(first: dict[str, Any], *others: dict[str, Any]) -> Translation:
    """In Keras 3; the first layer has a kernel of 4 rows."""
    model = parse_model(stack(first, *others))
    weights = (constant_weight("first/kernel:0", np.ones((4, 2), np.float32)),)
    before = replace(model.layers[0], weights=weights)
    model = replace(model, layers=(before, *model.layers[1:]))
    groups = (WeightGroup("first", weights),)
    file = ModelFile(Path("m.h5"), Format.HDF5, Producer(), model, groups=groups)
    return translate(file, model, get_release("keras2.3"), get_release("keras3.15"))


def test_the_kernel_says_it() -> None:
    done = built_by_a_call(
        item("Dense", "first", units=2, use_bias=False), item("Dropout", "d", rate=0.1), LAST
    )
    assert done.file.model is not None
    entry = done.file.model.layers[0]
    assert (entry.class_name, entry.config["batch_shape"]) == ("InputLayer", [None, 4])


@pytest.mark.parametrize(
    "layers",
    [
        (item("Dense", "first", units=2, use_bias=False), item("Flatten", "flat"), LAST),
        (item("Embedding", "first", input_dim=4, output_dim=2), LAST),
    ],
)
def test_what_it_does_not_say_is_refused(layers: tuple[dict[str, Any], ...]) -> None:
    (refused,) = (row for row in built_by_a_call(*layers).layers if row.verdict is Verdict.REFUSED)
    assert refused.path == "model"
    assert "does not record the model's input shape" in refused.notes[-1].text
