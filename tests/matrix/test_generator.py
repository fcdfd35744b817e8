"""The models of the matrix: every public layer of each release is in one, and none is dropped."""

from __future__ import annotations

import hashlib
import tarfile
from collections import defaultdict
from importlib.resources import files

import pytest

from keraport.catalog.api import Kind, load_api
from matrix.archive import ARCHIVE, MODELS, index_of, releases
from matrix.page import PAGE, with_table

RELEASES = releases()
_API = files("keraport.catalog").joinpath("api")
WITH_CATALOG = [one for one in RELEASES if _API.joinpath(f"{one}.json.xz").is_file()]


def covered(release: str) -> set[str]:
    """The public layers in models, and in those that the release itself cannot build or save."""
    return {name for row in index_of(release)["cases"] for name in row["classes"]}


@pytest.mark.parametrize("release", RELEASES)
def test_every_public_layer_of_the_running_release_is_in_a_row(release: str) -> None:
    assert set(index_of(release)["layers"]) <= covered(release)


@pytest.mark.parametrize("release", WITH_CATALOG)
def test_every_public_layer_of_the_catalog_is_in_a_row(release: str) -> None:
    paths = defaultdict(set)
    for path, spec in load_api(release).exported(Kind.LAYER).items():
        if path.startswith("layers.") and not spec.is_function:
            paths[spec.module, spec.name].add(path.removeprefix("layers."))
    found = covered(release)
    assert [name for name in paths.values() if not name & found] == []


@pytest.mark.parametrize("release", RELEASES)
def test_there_are_forty_models_and_each_failure_has_the_words_of_the_release(release: str) -> None:
    rows = index_of(release)["cases"]
    assert sum(bool(row.get("files")) for row in rows) >= 40
    assert all(row.get("files") or (row["stage"] and row["error"]) for row in rows)


@pytest.mark.parametrize("release", RELEASES)
def test_the_archive_holds_what_the_rows_say(release: str) -> None:
    rows = index_of(release)["cases"]
    wanted = {name: digest for row in rows for name, digest in row.get("files", {}).items()}
    arrays = {f"{row['name']}.npz" for row in rows if row.get("files")}
    with tarfile.open(MODELS / release / ARCHIVE) as archive:
        found = {
            member.name: hashlib.sha256(stream.read()).hexdigest()
            for member in archive
            if (stream := archive.extractfile(member)) is not None
        }
    assert {name: digest for name, digest in found.items() if name not in arrays} == wanted
    assert arrays <= set(found)


def test_the_page_says_what_there_is() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert with_table(text) == text
