"""Configs that make no sense end in a report or in a typed error, never in a traceback."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keraport.catalog.releases import get_release
from keraport.errors import KeraportError
from keraport.formats import read
from keraport.model import Layer, ModelFile, Object
from keraport.translate.translation import translate

FOLDER = Path(__file__).parents[1] / "golden" / "tf2.3"
GOLDEN = [path for path in sorted(FOLDER.glob("*.h5")) if path.stat().st_size < 100_000]

NONSENSE: list[Any] = [
    *(None, True, False, 0, -1, 3, 2**63, 2.5, float("nan"), "", "x", "channels_first", "swish"),
    *([], [None], [1, 2], [[1]], [-1], {}, {"a": 1}),
    *(Object("HeNormal", None), Object("L1", 5), Object("X", {}), Object("Policy", [])),
    *(Object("Policy", {"name": 3}), Layer("i", "LSTM", {"units": 2}), Layer("", "", {})),
]
EXTRA = ["backward_layer", "cells", "dilation_rate", "dtype", "dynamic", "layer", "mask_zero",
         "noise_shape", "ragged", "sparse", "stateful", "zero_output_for_mask"]  # fmt: skip


@cache
def golden(path: Path) -> ModelFile:
    return read(path)


def spoilt(part: Layer, pick: Callable[[], bool], nonsense: Callable[[], Any]) -> Layer:
    config = {
        key: nonsense()
        if pick()
        else spoilt(value, pick, nonsense)
        if isinstance(value, Layer)
        else value
        for key, value in part.config.items()
    }
    if part.model is None:
        config.update({key: nonsense() for key in EXTRA if pick()})
        return part.with_config(config)
    layers = tuple(spoilt(inner, pick, nonsense) for inner in part.model.layers)
    return replace(part, model=replace(part.model, layers=layers))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    random=st.randoms(use_true_random=False),
    path=st.sampled_from(GOLDEN),
    source=st.sampled_from(["tf1.12", "tf2.3"]),
    target=st.sampled_from(["tf1.12", "tf1.15", "tf2.3"]),
)
def test_no_config_makes_it_raise(random: Any, path: Path, source: str, target: str) -> None:
    file = golden(path)
    assert file.model is not None
    layers = tuple(
        spoilt(part, lambda: random.random() < 0.1, lambda: random.choice(NONSENSE))
        for part in file.model.layers
    )
    with suppress(KeraportError):
        translate(
            file, replace(file.model, layers=layers), get_release(source), get_release(target)
        )
