"""Up to the hub and down to the same release gives the same model back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h5py
import pytest
from tests.graphs import call, entry, graph, layer, nested

from keraport.analysis.masks import masked_layers
from keraport.analysis.shapes import infer_shapes
from keraport.catalog.api import load_api
from keraport.catalog.releases import Release, get_release
from keraport.changes import between
from keraport.dialects import dump_model, dump_training
from keraport.errors import DamagedFileError
from keraport.formats import read
from keraport.model import ModelFile
from keraport.report import Journal, Verdict
from keraport.translate.legalise import Legality
from keraport.translate.rewrite import Rewriting, rewrite_model
from keraport.translate.to_hub import normalise
from keraport.translate.training_config import lower_training
from keraport.translate.translation import translate

TESTS = Path(__file__).parents[1]
FOLDERS = {
    "tf1.12": ("transfer/fixtures", "golden/carried/tf1.12"),
    "tf1.15": ("golden/tf1.15",),
    "tf2.3": ("golden/tf2.3",),
    "tf2.15": ("golden/tf2.15",),
}
"""Release: where files lie that it saved."""
WRITTEN_BY = {"2.1.6-tf": "tf1.12", "2.2.4-tf": "tf1.15", "2.4.0": "tf2.3", "2.15.0": "tf2.15"}


def saved_by(release: str) -> list[Path]:
    """The model files of a release, told by what it wrote into them."""
    paths = [path for folder in FOLDERS[release] for path in sorted((TESTS / folder).glob("*.h5"))]
    return [path for path in paths if WRITTEN_BY.get(_version(path)) == release]


def _version(path: Path) -> str:
    with h5py.File(path, "r") as file:
        version = file.attrs.get("keras_version", b"") if "model_config" in file.attrs else b""
    return version.decode() if isinstance(version, bytes) else str(version)


SAVED = [
    pytest.param(get_release(release), path, id=f"{release}-{path.stem}")
    for release in FOLDERS
    for path in saved_by(release)
]
TF23 = get_release("tf2.3")

MENDED = {
    "cnn_renamed": ("re_lu", "re_lu_1"),
    "spectral_normalization": ("spectral_normalization", "spectral_normalization_1"),
}
"""TF 1.12 writes numbers as ``{"type": "ndarray"}``, which it cannot read itself; the loader of
TF 2.15 does not know SpectralNormalization."""

CONSTANTS = frozenset(
    {
        *("op_attention", "op_by_name", "op_images"),
    }
)
"""Files of TF 2.15 whose operations are called with values in the place of tensors."""

ADDED = {"sample_weight_mode": None, "loss_weights": None, "weighted_metrics": None}
"""Keys that other loaders read without asking whether they are there."""


def both_ways(file: ModelFile, release: Release) -> tuple[ModelFile, Journal]:
    assert file.model is not None
    journal = Journal()
    hub, training = normalise(file.model, file.training, release, journal=journal)
    api = load_api(release.id)
    rewriting = Rewriting(
        source=release,
        target=release,
        steps=between(release, release),
        api=api,
        journal=journal,
        shapes=infer_shapes(hub),
        masks=masked_layers(hub, api),
    )
    lowered = rewrite_model(hub, rewriting)
    legality = Legality(release, api, journal)
    again = lower_training(training, lowered, (), None, rewriting, legality)
    return replace(file, model=lowered, training=again), journal


@pytest.mark.parametrize(("release", "path"), SAVED)
def test_a_model_comes_back_as_it_was(release: Release, path: Path) -> None:
    file = read(path)
    again, journal = both_ways(file, release)
    assert again.model is not None
    assert file.model is not None
    # What no release reads as it was written is mended on the way, and said to be.
    told = {
        name
        for name, notes in journal.layers.items()
        if any(note.verdict is not Verdict.REFUSED for note in notes)
    }
    assert told <= set(MENDED.get(path.stem, ()))
    changed = {
        new.name
        for new, old in zip(again.model.layers, file.model.layers, strict=True)
        if new != old
    }
    assert changed == told
    if not told:
        assert again.model == file.model
        assert dump_model(again.model) == dump_model(file.model)


@pytest.mark.parametrize(("release", "path"), SAVED)
def test_its_training_comes_back_as_it_was(release: Release, path: Path) -> None:
    file = read(path)
    again, journal = both_ways(file, release)
    if file.training is None:
        assert again.training is None
        return
    assert again.training is not None, journal.left_out
    before = {**ADDED, **dump_training(file.training)}
    assert dump_training(again.training) == before
    assert journal.training == []


@pytest.mark.parametrize(("release", "path"), SAVED)
def test_converting_to_the_same_release_changes_no_layer(release: Release, path: Path) -> None:
    file = read(path)
    assert file.model is not None
    found = translate(file, file.model, release, release)
    if release.id == "tf2.15" and path.stem in CONSTANTS:
        refused = [row for row in found.layers if row.verdict is Verdict.REFUSED]
        assert refused
        texts = [note.text for row in refused for note in row.notes]
        assert all(text.endswith("in the place of a tensor: not supported yet") for text in texts)
        return
    changed = {row.path for row in found.layers if row.verdict is not Verdict.UNCHANGED}
    assert changed == set(MENDED.get(path.stem, ()))
    assert sorted(group.layer for group in found.file.groups) == sorted(
        group.layer for group in file.groups
    )
    stored = {weight.name: weight.stored for group in file.groups for weight in group.weights}
    kept = {weight.name: weight.stored for group in found.file.groups for weight in group.weights}
    # The layer inside a SpectralNormalization has no vector beside its kernel.
    assert kept == {name: at for name, at in stored.items() if "/vector_u:" not in name}


CONTRADICTIONS = {
    "a layer that is not there": graph(entry("in"), layer("d", "gone"), outputs=["d"]),
    "a call that is not there": graph(entry("in"), layer("d", "in:1"), outputs=["d"]),
    "an output of nobody": graph(entry("in"), layer("d", "in"), outputs=["gone"]),
    "an output of a later call": graph(entry("in"), layer("d", "in"), outputs=["d:1"]),
    "a negative call": graph(entry("in"), layer("d", "in:-1"), outputs=["d"]),
    "in an argument": graph(
        entry("in"), layer("d", call("in", mask=layer("x", "y").calls[0].inputs)), outputs=["d"]
    ),
    "inside": graph(
        entry("in"),
        nested(graph(entry("x"), layer("d", "gone"), outputs=["d"], name="inner"), "in"),
        outputs=["inner:1"],
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_graph_that_contradicts_itself(name: str) -> None:
    with pytest.raises(DamagedFileError, match="which is not there") as caught:
        normalise(CONTRADICTIONS[name], None, TF23)
    assert "model 'model'" in caught.value.message or "model 'inner'" in caught.value.message
    assert caught.value.hint


def test_a_sound_graph() -> None:
    model = graph(entry("in"), layer("d", "in", "d"), outputs=["d:1"])
    assert normalise(model, None, TF23) == (model, None)
