"""Further releases in which tests run models, where ``KERAPORT_MORE_RELEASES`` names them."""

from __future__ import annotations

import os

import pytest

from keraport.runtimes import installed_python
from keraport.runtimes.given import release_of

_NAMED = tuple(map(release_of, os.environ.get("KERAPORT_MORE_RELEASES", "").split()))


def with_named(*always: str, lines: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Ids of releases, on TensorFlow.

    Args:
        always: of those that tests run in wherever they run.
        lines: on which those that are named have to lie; any if empty.
    """
    more = [item.id for item in _NAMED if not item.backend and (not lines or item.line in lines)]
    return tuple(dict.fromkeys([*always, *more]))


def _is_at_hand(runtime: str) -> bool:
    """Whether a runtime is named, or installed already."""
    release = release_of(runtime)
    named = [item.runtime for item in _NAMED]
    return release.runtime in named or installed_python(release) is not None


BACKENDS = [
    pytest.param("", marks=pytest.mark.runtime("keras3.15"), id="tensorflow"),
    *(
        pytest.param(name, marks=pytest.mark.runtime(f"keras3.15-{name}"))
        for name in ("jax", "torch")
        if _is_at_hand(f"keras3.15-{name}")
    ),
]
"""What Keras 3 computes with: jax and torch where they are installed or named. Six releases are
built for the tests, and these would be two more."""
