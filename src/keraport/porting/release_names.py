"""The public names that source for a release is written in."""

from __future__ import annotations

from keraport.catalog.public_names import PublicName, public_names
from keraport.catalog.releases import Release, all_releases


def names_of(release: Release) -> dict[str, PublicName]:
    """The public names of a release, or of the one that it grew out of.

    Keras before 3 is known by what TensorFlow of its time calls ``tf.keras``.
    """
    found = public_names(release.id)
    if found or not release.like:
        return found
    line, position = release.like.split()
    return next(
        (public_names(r.id) for r in all_releases() if (r.line, r.position) == (line, position)), {}
    )
