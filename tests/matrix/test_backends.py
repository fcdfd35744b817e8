"""Models that real releases saved, for Keras 3 on jax and torch.

On paper for both; in the real ones as `tests.more_releases` says.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.more_releases import BACKENDS

from keraport.catalog.backends import on_backend
from keraport.catalog.releases import get_release
from keraport.history.refusals import row_of
from keraport.runtimes import Runtime
from matrix.archive import index_of, unpack
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
