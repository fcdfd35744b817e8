"""A layer that is given another config keeps all else."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from keraport.model import Layer


def test_all_but_the_config_stays() -> None:
    given: dict[str, Any] = {item.name: object() for item in fields(Layer)}
    layer, config = Layer(**given), {"units": 1}
    assert layer.with_config(config) == replace(layer, config=config)
