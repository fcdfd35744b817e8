"""Models that real releases saved, for Keras 3 on jax and torch, and those that were saved there.

On paper for both; in the real ones as `tests.more_releases` says. What was saved on jax and torch
runs in TensorFlow, that of the same release too.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.more_releases import BACKENDS

from keraport.catalog.backends import on_backend
from keraport.catalog.releases import get_release
from keraport.convert import Options
from keraport.history.refusals import row_of
from keraport.planning import plan
from keraport.report import Verdict
from keraport.runtimes import Runtime, RuntimePool
from matrix.archive import index_of, unpack
from matrix.measured import ON_GPUS_ALONE
from matrix.measuring.results import GOOD, Ledger
from matrix.measuring.run import measure
from refusals.met import met

SOURCES = ("keras2.3", "keras3.15", "tf1.15", "tf2.15")
EVERY = 9
ONCE_WRONG = (
    *("conv_3d_first", "dense_float64", "hashing_salted", "integer_lookup"),
    *(
        "integer_lookup_adapted",
        "multi_head_attention_arguments",
        "names_with_slashes",
        "operators",
        "pooling_1d",
    ),
    *("pooling_2d", "pooling_3d", "resizing_area", "resizing_methods", "upsampling_bicubic"),
)
"""What a backend computes otherwise than TensorFlow, or not at all."""


def chosen(source: str, folder: Path) -> list[tuple[Path, Path]]:
    """Models that their own release reads back, each with its arrays."""
    rows = [row for row in index_of(source)["cases"] if row.get("files")]
    wanted = {*(row["name"] for row in rows[::EVERY]), *ONCE_WRONG}
    found = []
    for row in rows:
        file = sorted(row["files"])[-1]
        agrees = row["reload"].get(file.rpartition(".")[2], "agrees") == "agrees"
        if row["name"] in wanted and agrees:
            found.append((folder / file, folder / f"{row['name']}.npz"))
    return found


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matrix")


@pytest.mark.parametrize("backend", ["jax", "torch"])
@pytest.mark.parametrize("source", SOURCES)
def test_what_is_refused_is_in_the_table(source: str, backend: str, unpacked: Path) -> None:
    target = on_backend(get_release("keras3.15"), backend)
    files = [file for file, _ in chosen(source, unpack(source, unpacked))]
    found = list(met(files, [target]))
    assert len({one.file for one in found}) <= 0.1 * len(files), [one.file.name for one in found]
    unlisted = [one for one in found if row_of(one.class_name, one.text, target) is None]
    assert not unlisted, "no row of src/keraport/history/refusals.toml covers them"


@pytest.mark.parametrize("backend", BACKENDS)
def test_nothing_is_wrong(backend: str, unpacked: Path, tmp_path: Path) -> None:
    bad = []
    with Runtime.start(on_backend(get_release("keras3.15"), backend)) as runtime:
        for source in SOURCES:
            files = [(*pair, "") for pair in chosen(source, unpack(source, unpacked))]
            found = measure(
                *(source, "keras3.15", files, tmp_path / source),
                *(Ledger(tmp_path / f"{source}.jsonl"), runtime),
                as_is=False,
                backend=backend,
            )
            bad += [one.line() for one in found if one.kind not in (*GOOD, "refused")]
    assert not bad


OF_BACKENDS = {
    "keras3.15-jax": ("conv_2d_first", "conv_3d_first", "dense_float64", "discretization"),
    "keras3.15-torch": ("clahe", "conv_2d_first", "pooling_1d", "pooling_2d", "pooling_3d"),
}
"""Models that the backend computes otherwise than TensorFlow, or once did not carry over."""


@pytest.mark.runtime("tf1.12", "tf2.15", "keras3.15")
@pytest.mark.parametrize("target", ["tf1.12", "tf2.15", "keras3.15"])
@pytest.mark.parametrize("source", OF_BACKENDS)
def test_what_was_saved_on_them_predicts_the_same(
    source: str, target: str, unpacked: Path, runtimes: RuntimePool, tmp_path: Path
) -> None:
    folder = unpack(source, unpacked)
    names = OF_BACKENDS[source]
    files = [(folder / f"{name}.keras", folder / f"{name}.npz", "") for name in names]
    ledger = Ledger(tmp_path / "ledger.jsonl")
    found = measure(source, target, files, tmp_path, ledger, runtimes[target], as_is=False)
    bad = [one for one in found if one.kind not in GOOD]
    assert not [one.line() for one in bad if not ON_GPUS_ALONE.search(one.problem)]


def test_an_archive_that_does_not_say_its_backend_is_told_of(unpacked: Path) -> None:
    folder = unpack("keras3.15-torch", unpacked)
    texts = {
        backend: [
            note.text
            for row in plan(
                folder / "pooling_2d.keras", "tf2.15", options=Options(from_backend=backend)
            ).report.layers
            for note in row.notes
            if "torch" in note.text
        ]
        for backend in ("", "tensorflow", "torch")
    }
    assert ["read as saved on TensorFlow" in text for text in texts[""]] == [True]
    assert texts["tensorflow"] == []
    assert ["borders that are repeated" in text for text in texts["torch"]] == [True]


def test_what_another_backend_resized_otherwise_is_refused(unpacked: Path) -> None:
    # HDF5 says the backend.
    file = unpack("keras3.15-jax", unpacked) / "resizing_methods.h5"
    refused = plan(file, "tf2.15").report.refusals
    notes = [
        (row.class_name, note.text)
        for row in refused
        for note in row.notes
        if note.verdict is Verdict.REFUSED
    ]
    assert [name for name, text in notes if "the file was saved on jax" in text] == ["Resizing"]
    target = get_release("tf2.15")
    assert all(row_of(name, text, target) is not None for name, text in notes)
