"""Releases by the names that people type."""

from __future__ import annotations

import pytest

from keraport.catalog.releases import all_releases, get_release
from keraport.catalog.spelling import Offered, meant, parse
from keraport.errors import UnknownReleaseError

SPELT = {
    "tf1.12": [
        *("1.12", "1.12.0", "tf1.12", "tf1.12.0", "TF1.12", "tf-1.12", "tf_1.12", "tf 1.12"),
        *("tensorflow==1.12.0", "tensorflow 1.12", "TensorFlow-1.12", "tensorflow-gpu==1.12.0"),
        *("tensorflow_cpu==1.12.3", " 1.12 ", "v1.12.0", "tf@1.12"),
    ],
    "tf1.15": ["1.15", "1.15.5", "1.15.0", "tensorflow==1.15.2", "1.x", "tf1.x"],
    "tf2.3": [
        "2.3",
        "tf2.3.4",
        "tensorflow-cpu==2.3.0",
        "keras2.4",
        "keras==2.4.0",
    ],
    "tf2.9": ["2.9", "tf2.9.1", "tensorflow-cpu==2.9.3", "keras2.9", "keras==2.9.0"],
    "tf2.15": ["2.15", "tf2.15.1", "keras2.15", "Keras 2.15.0", "2.x"],
    "tf_keras2.18": ["tf_keras2.18", "tf-keras==2.18.0", "tf.keras 2.18", "TF_Keras 2.18.0"],
    "tf_keras2.21": ["tf_keras 2", "tf-keras latest"],
    "keras3.15": ["latest", "keras3", "tf2.18", "tensorflow==2.16.1"],
    "keras2.2": ["keras2.2", "keras 2.2", "keras2.2.4", "keras==2.2.5"],
    "keras2.2.2": ["keras==2.2.0", "keras2.2.2"],
}


@pytest.mark.parametrize(
    ("typed", "release"), [(typed, name) for name in SPELT for typed in SPELT[name]]
)
def test_it_is_understood(typed: str, release: str) -> None:
    assert get_release(typed).id == release


@pytest.mark.parametrize(
    "typed",
    [
        *("", "tf", "keras", "tensorflow", "x", "1.12;", "../tf1.12", "tf1.12 tf2.3", "torch1.12"),
        *("1", "9" * 5000, "tf2.3\n--force", "tf٢.٣", "1..12", "tf-"),
    ],
)
def test_it_is_not_understood(typed: str) -> None:
    if typed == "1":
        assert get_release(typed).id == "tf1.15", "the newest of that major version"
        return
    with pytest.raises(UnknownReleaseError) as caught:
        get_release(typed)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [("1.11", "tf1.12"), ("tf1.16", "tf1.15"), ("tf_keras2.15", "tf_keras2.16")],
)
def test_the_nearest_is_suggested(typed: str, suggested: str) -> None:
    with pytest.raises(UnknownReleaseError) as caught:
        get_release(typed)
    assert caught.value.hint == f"the nearest that is supported is {suggested}"


def test_every_release_is_found_by_its_own_names() -> None:
    for release in all_releases():
        for name in (release.id, *release.aliases):
            assert get_release(name) is release
        if release.line == "tf":
            assert get_release(release.tensorflow) is release


def test_products_are_told_apart() -> None:
    offered = [
        Offered("keras2.2", "keras", (2, 2, 4), is_ready=True),
        Offered("tf2.2", "tf", (2, 2, 0), is_ready=True),
        Offered("tf_keras2.18", "tf_keras", (2, 18, 0), is_ready=True),
        Offered("keras3.15", "keras", (3, 15, 1), is_ready=True),
        Offered("keras3.16", "keras", (3, 16, 0), is_ready=False),
    ]
    expected = {
        "2.2": "tf2.2",
        "keras 2.2": "keras2.2",
        "keras3": "keras3.15",
        "keras3.16": "keras3.16",
        "tf_keras2.18": "tf_keras2.18",
        "tf-keras==2.18.0": "tf_keras2.18",
        "tf.keras 2.18": "tf_keras2.18",
    }
    for text, name in expected.items():
        typed = parse(text)
        assert typed is not None
        found = meant(typed, offered)
        assert found is not None
        assert found.id == name
