"""What Keras 3 computes with beside TensorFlow, for tests that run the real one."""

from __future__ import annotations

import os

import pytest

from keraport.runtimes import installed_python
from keraport.runtimes.given import release_of

_LARGE = "keras3.15-torch"


def _has_large() -> bool:
    named = os.environ.get("KERAPORT_MORE_RELEASES", "").split()
    return _LARGE in named or installed_python(release_of(_LARGE)) is not None


BACKENDS = [
    pytest.param(name, marks=pytest.mark.runtime(f"keras3.15-{name}"))
    for name in ("jax", *["torch"] * _has_large())
]
"""jax, which is built for the tests as other releases are. torch takes several gigabytes: where it
is installed, or ``KERAPORT_MORE_RELEASES`` names ``keras3.15-torch``."""
