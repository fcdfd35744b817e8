"""Sets of releases in words."""

from __future__ import annotations

import pytest

from keraport.catalog.releases import Release, all_releases, get_release
from keraport.history.spans import called, in_order, neighbours, spelt


def releases(*ids: str) -> list[Release]:
    return [get_release(item) for item in ids]


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        ([], "no release"),
        (["tf2.3"], "TensorFlow 2.3"),
        (["tf2.3", "tf2.4"], "TensorFlow 2.3 and 2.4"),
        (["tf2.4", "tf2.3", "tf2.5"], "TensorFlow 2.3 to 2.5"),
        (["tf2.3", "tf2.5"], "TensorFlow 2.3 and TensorFlow 2.5"),
        (["tf1.15", "tf2.0", "tf2.1"], "TensorFlow 1.15 to 2.1"),
        # Two releases of one minor version are told apart.
        (["keras2.2.2"], "Keras 2.2.2"),
        (["keras2.1", "keras2.2.2", "keras2.2"], "Keras 2.1 to 2.2.4"),
        (["keras3.9", "keras3.10"], "Keras 3.9 and 3.10"),
        # Lines are not joined, though both are called Keras.
        (["keras1.2", "keras2.0"], "Keras 1.2 and Keras 2.0"),
    ],
)
def test_spelt(ids: list[str], text: str) -> None:
    assert spelt(releases(*ids)) == text


def test_all_and_nearly_all() -> None:
    every = list(all_releases())
    assert spelt(every) == "every release"
    assert spelt([r for r in every if r.line != "keras3"]) == "every release but Keras 3.0 to 3.15"


def test_what_is_left_out_of_a_few_is_not_counted_from_all() -> None:
    few = releases("tf2.3", "tf2.4", "tf2.6")
    assert spelt(releases("tf2.3", "tf2.6"), few) == "TensorFlow 2.3 and TensorFlow 2.6"


def test_each_release_has_a_neighbour_and_a_name_of_its_own() -> None:
    pairs = neighbours()
    assert len(pairs) == len(set(pairs))
    assert {release for pair in pairs for release in pair} == set(all_releases())
    assert all(old != new for old, new in pairs)
    # On a line, each release follows the one before it.
    for old, new in pairs:
        if old.line == new.line:
            assert old.version < new.version
    assert len({called(release) for release in in_order()}) == len(in_order())
