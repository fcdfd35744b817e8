"""What makes two layers candidates for each other: kind, shapes, and names that tell something."""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import cache

from keraport.catalog.api import Kind, load_api
from keraport.catalog.releases import all_releases
from keraport.transfer.units import Unit


def signature(unit: Unit, *, blind: bool) -> Hashable:
    """What a layer must share with another to take its place.

    Args:
        unit: the layer.
        blind: leave the class aside, which files of weights only do not tell.
    """
    gated = any(place.variable == "recurrent_kernel" for place in unit.places)
    shapes = tuple(
        (
            place.variable if blind else place.role,
            # Biases tell gated layouts apart, which may convert.
            None if gated and place.variable == "bias" else place.shape,
        )
        for place in unit.places
    )
    return shapes if blind else (unit.class_name, shapes)


def is_automatic(unit: Unit) -> bool:
    """True for a name that Keras made up: the class with a number, which tells nothing."""
    return re.sub(r"_\d+$", "", unit.name) in _automatic_names()


@cache
def _automatic_names() -> frozenset[str]:
    names = set()
    for release in all_releases():
        if release.described:
            for name in load_api(release.id).names(Kind.LAYER):
                spaced = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
                names.add(re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower())
    return frozenset(names)
