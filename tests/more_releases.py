"""Further releases in which tests run models, where ``KERAPORT_MORE_RELEASES`` names them."""

from __future__ import annotations

import os

import pytest

from keraport.runtimes import installed_python
from keraport.runtimes.given import release_of

_NAMED = tuple(map(release_of, os.environ.get("KERAPORT_MORE_RELEASES", "").split()))
_LARGE = release_of("keras3.15-torch")


def with_named(*always: str, lines: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Ids of releases, on TensorFlow.

    Args:
        always: of those that tests run in wherever they run.
        lines: on which those that are named have to lie; any if empty.
    """
    more = [item.id for item in _NAMED if not item.backend and (not lines or item.line in lines)]
    return tuple(dict.fromkeys([*always, *more]))


def _has_large() -> bool:
    named = [item.runtime for item in _NAMED]
    return _LARGE.runtime in named or installed_python(_LARGE) is not None


BACKENDS = [
    pytest.param(name, marks=pytest.mark.runtime(f"keras3.15-{name}"))
    for name in ("jax", *["torch"] * _has_large())
]
"""What Keras 3 computes with beside TensorFlow: jax, which is built for the tests as other releases
are, and torch where it is installed or named, as it takes several gigabytes."""
