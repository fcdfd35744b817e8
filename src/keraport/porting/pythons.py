"""Which names of Python's own library came with which Python.

From the ``versionadded`` notes of the library reference, https://docs.python.org/3/library/.
"""

from __future__ import annotations

NEW: dict[str, tuple[int, int]] = {
    "contextvars": (3, 7),
    "dataclasses": (3, 7),
    "functools.cache": (3, 9),
    "functools.cached_property": (3, 8),
    "functools.singledispatchmethod": (3, 8),
    "graphlib": (3, 9),
    "importlib.metadata": (3, 8),
    "importlib.resources": (3, 7),
    "itertools.batched": (3, 12),
    "itertools.pairwise": (3, 10),
    "math.cbrt": (3, 11),
    "math.comb": (3, 8),
    "math.dist": (3, 8),
    "math.lcm": (3, 9),
    "math.nextafter": (3, 9),
    "math.perm": (3, 8),
    "math.prod": (3, 8),
    "secrets": (3, 6),
    "tomllib": (3, 11),
    "typing.Annotated": (3, 9),
    "typing.Concatenate": (3, 10),
    "typing.Final": (3, 8),
    "typing.ForwardRef": (3, 7),
    "typing.Literal": (3, 8),
    "typing.LiteralString": (3, 11),
    "typing.Never": (3, 11),
    "typing.NotRequired": (3, 11),
    "typing.OrderedDict": (3, 7),
    "typing.ParamSpec": (3, 10),
    "typing.Protocol": (3, 8),
    "typing.Required": (3, 11),
    "typing.Self": (3, 11),
    "typing.SupportsIndex": (3, 8),
    "typing.TypeAlias": (3, 10),
    "typing.TypeGuard": (3, 10),
    "typing.TypedDict": (3, 8),
    "typing.final": (3, 8),
    "typing.override": (3, 12),
    "typing.runtime_checkable": (3, 8),
    "zoneinfo": (3, 9),
}


def since(name: str) -> tuple[int, int] | None:
    """The Python that a module, or a name in one, came with; None for what was always there."""
    return NEW.get(name) or NEW.get(name.partition(".")[0])
