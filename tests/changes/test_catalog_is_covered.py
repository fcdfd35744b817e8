"""Every difference between neighbouring releases in the catalog is a declared change.

The catalog says which names and keywords exist; only a declared change says what a difference
means. A difference that nobody looked at must not slip through a conversion.
"""

from __future__ import annotations

import pytest

from catalog.differences import differences, undeclared
from keraport.catalog.api import Kind, load_api
from keraport.catalog.releases import Release, all_releases, neighbours
from keraport.catalog.windows import NO_RELEASE
from keraport.changes import ALL_CHANGES, Change

DESCRIBED = [release for release in all_releases() if release.described]
NEIGHBOURS = neighbours()


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(("older", "newer"), NEIGHBOURS, ids=lambda release: release.id)
def test_every_difference_is_declared(older: Release, newer: Release, kind: Kind) -> None:
    missing = [f"{name}.{key}" if key else name for name, key in undeclared(older, newer, kind)]
    assert not missing, f"{older} -> {newer}: no change in keraport.changes covers {missing}"


@pytest.mark.parametrize("change", ALL_CHANGES, ids=lambda c: f"{c.names[0]}.{c.key or 'class'}")
def test_every_change_names_its_source(change: Change) -> None:
    homes: tuple[str, ...] = ("tensorflow/tensorflow", "keras-team/keras", "keras-team/tf-keras")
    if change.held == NO_RELEASE:
        # Packages, and Keras 1, whose files are read in the words of Keras 2.
        homes = ("tensorflow/addons", "keras-team/keras-contrib", "CyberZHG", "keras-team/keras")
    assert change.source.startswith(tuple(f"https://github.com/{home}/" for home in homes))
    # One that every release has, or none, would never be applied; no release has classes of others.
    sides = 1 if change.held == NO_RELEASE else 2
    assert len({change.held_by(release) for release in all_releases()}) == sides


def test_the_walk_finds_differences() -> None:
    """Guards the test above: an empty walk would pass it."""
    found = set(differences(load_api("tf1.12"), load_api("tf1.15"), Kind.LAYER))
    assert ("LayerNormalization", "") in found
    assert ("LSTM", "time_major") in found
    assert ("InputLayer", "ragged") in found
