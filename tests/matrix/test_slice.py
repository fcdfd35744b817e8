"""A slice of the matrix: models that real releases saved, converted, and run in other releases.

All of it is measured by ``tools/measure_matrix.py``; here are every eighth model of some releases,
and those that once went wrong.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keraport.catalog.releases import get_release
from keraport.history.refusals import row_of
from keraport.runtimes import RuntimePool
from matrix.archive import index_of, unpack
from matrix.measured import ON_GPUS_ALONE
from matrix.measuring.results import GOOD, Ledger
from matrix.measuring.run import measure

EVERY = 8
ONCE_WRONG = (
    *("cudnn_lstm", "cudnn_gru", "cudnn_bidirectional", "transposed_2d_dilated"),
    *(
        "batch_normalization_training",
        "random_plain",
        "bidirectional_masked",
        "upsampling_bilinear",
        "discretization",
        "dense_features",
        "fourier_features",
        "operators",
        "softmax_masked",
        "pooling_2d_first",
        "base_wrapper",
        "sequential_input",
        "conv_lstm_cell",
        "attention_concat",
    ),
)
FAILED_THERE = {
    "keras3.0": (
        *("multi_head_attention_arguments", "multi_head_attention_scores", "rnn_list"),
        *("bidirectional_states", "distributed_model", "category_encoding", "merge_masked"),
        *("attention_masked", "functions", "shape_functions", "choices", "group_query_attention"),
    ),
}
"""What stock layers of a target fail at, or its loader does not take."""
ALL_THERE = {("keras2.2", "sequential_input"), ("keras2.3", "sequential_input")}
"""What the release itself cannot read back, and whose file has all that it takes."""
PAIRS = (
    *(("keras2.2", target) for target in ("tf2.15", "keras3.15", "tf1.12")),
    *(("keras2.0", "tf2.15"), ("keras2.3", "keras3.15"), ("tf1.15", "keras3.15")),
    ("keras3.0", "keras3.15"),
    *(("tf2.6", "tf2.3"), ("tf2.9", "tf2.15"), ("tf2.15", "keras3.15"), ("tf_keras2.21", "tf2.15")),
    ("keras3.15", "tf2.15"),
    *((source, "keras2.2") for source in ("tf2.15", "keras3.15")),
    ("tf2.6", "keras2.3"),
    *(("tf2.15", "keras3.0"), ("keras3.15", "keras3.0")),
)
LEAST = {
    ("keras3.15", "tf2.15"): 0.95,
    ("tf2.15", "keras2.2"): 0.95,
    ("keras3.15", "keras2.2"): 0.9,
    ("tf2.6", "keras2.3"): 0.95,
}
"""How many of a slice convert at least, where that is not 85 of 100."""

OPEN: dict[tuple[str, str, str], str] = {}
"""What is known and not mended: source, target and file, and what its problem says. The test fails
when one of them is mended."""


def reads_back(row: dict[str, Any]) -> bool:
    """True if the release opens its own file, and agrees with itself."""
    suffix = sorted(row["files"])[-1].rpartition(".")[2]
    return bool(row["reload"].get(suffix, "agrees") == "agrees")


def chosen(source: str, target: str) -> list[tuple[str, str]]:
    """Names of models, each with one of its files."""
    rows = [row for row in index_of(source)["cases"] if row.get("files")]
    names = [row["name"] for row in rows]
    wanted = {*names[::EVERY], *ONCE_WRONG, *FAILED_THERE.get(target, ())}
    return [
        (row["name"], sorted(row["files"])[-1])
        for row in rows
        if row["name"] in wanted
        # What the release itself reads back as something else has no right answer.
        and (reads_back(row) or (source, row["name"]) in ALL_THERE)
    ]


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matrix")


@pytest.mark.runtime(
    *("tf1.12", "tf2.3", "tf2.15", "keras2.2", "keras2.3", "keras3.0", "keras3.15")
)
@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_nothing_is_wrong(
    source: str, target: str, unpacked: Path, runtimes: RuntimePool, tmp_path: Path
) -> None:
    folder = unpack(source, unpacked)
    files = [(folder / file, folder / f"{name}.npz", "") for name, file in chosen(source, target)]
    assert len(files) >= 10
    ledger = Ledger(tmp_path / "ledger.jsonl")
    found = list(measure(source, target, files, tmp_path, ledger, runtimes[target], as_is=False))
    bad = [one for one in found if one.kind not in (*GOOD, "refused")]
    bad = [one for one in bad if not ON_GPUS_ALONE.search(one.problem)]
    known = {file: text for (*pair, file), text in OPEN.items() if pair == [source, target]}
    assert not [one.line() for one in bad if known.get(one.file, "\0") not in one.problem]
    assert {one.file for one in bad} == known.keys()
    least = LEAST.get((source, target), 0.85)
    refused = [one.line() for one in found if one.kind == "refused"]
    assert len(refused) <= (1 - least) * len(found), refused
    release = get_release(target)
    unlisted = [
        (one.file, name, text)
        for one in found
        if one.kind == "refused"
        for name, text in one.reasons
        if row_of(name, text, release) is None
    ]
    assert not unlisted, "no row of src/keraport/history/refusals.toml covers them"
