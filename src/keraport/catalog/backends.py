"""What a release computes with: TensorFlow, and in Keras 3 something else where that is wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.catalog.releases import Release
from keraport.errors import UsageError

TENSORFLOW: Final = "tensorflow"
"""The backend that every release has."""

OTHERS: Final = ("jax", "torch")
"""Those of Keras 3 beside it that were measured."""


def on_backend(release: Release, backend: str | None) -> Release:
    """The release with that backend; as it is with ``tensorflow``, or where none is said.

    Raises:
        UsageError: it does not run on it.
    """
    if not backend or backend == TENSORFLOW:
        return release
    if backend not in release.backends:
        able = ", ".join((TENSORFLOW, *release.backends))
        raise UsageError(
            f"{release.id} does not run on the backend {backend[:40]!r}; it runs on {able}",
            hint=f"use one of {able}" if release.backends else "leave out --backend",
        )
    return replace(release, backend=backend, requirements=release.backends[backend])


def saved_on(release: Release, backend: str) -> Release:
    """The release with the backend that a file says it was saved with.

    Args:
        release: that saved it.
        backend: as the file spells it; nothing follows from one that is not known.
    """
    if backend not in OTHERS or not release.has("has-other-backends"):
        return release
    return replace(release, backend=backend)
