"""Refitting weights where two networks compute something else."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.discrepancies.conftest import FIXTURES, pair, run_keraport

from keraport.catalog.releases import get_release
from keraport.errors import RefusedError, UsageError
from keraport.runtimes import RuntimePool, ensure_runtime
from keraport.transfer.calibrated import transfer_calibrated
from keraport.transfer.choices import Choices
from keraport.transfer.result import Transfer
from keraport.transfer.transfer import prepare, transfer


def calibrated(case: str, out: Path, rows: Path, runtimes: RuntimePool) -> Transfer:
    choices = Choices()
    first = prepare(*pair(case), out, choices)
    return transfer_calibrated(first, choices, rows, pool=runtimes)


def held_back_error(runtimes: RuntimePool, case: str, model: Path) -> float:
    """Root mean square on every fourth row, TF 1.12 against what TF 2.3.0 predicted."""
    arrays, returned = FIXTURES / f"{case}.npz", model.with_suffix(".npz")
    reply = runtimes["tf1.12"].request(
        {"op": "predict", "model": str(model), "inputs": str(arrays), "outputs": str(returned)}
    )
    assert "error" not in reply, reply
    with np.load(returned) as got, np.load(arrays) as wanted:
        expected, found = wanted["output_0"][3::4], got["output_0"][3::4]
    return float(np.sqrt(np.mean((expected - found) ** 2) / np.mean(expected**2)))


@pytest.mark.runtime("tf1.12", "tf2.3")
@pytest.mark.parametrize(
    ("case", "layers", "differing"),
    [("relu_by_mistake", ["two"], ["one"]), ("swish_conv", ["two", "three"], ["one", "two"])],
)
def test_the_error_on_rows_held_back_is_smaller(
    case: str, layers: list[str], differing: list[str], runtimes: RuntimePool, tmp_path: Path
) -> None:
    trained, rebuilt = pair(case)
    plain, out = tmp_path / "plain.h5", tmp_path / "out.h5"
    transfer(trained, rebuilt, plain, allow_different=differing)
    done = calibrated(case, out, FIXTURES / f"{case}.npz", runtimes)
    refit = done.to_json()["refit"]
    assert [row["layer"] for row in refit["layers"]] == layers
    assert (refit["rows"], refit["held_back"]) == (120, 40)
    assert done.written
    before, after = (held_back_error(runtimes, case, path) for path in (plain, out))
    assert refit["outputs"]["before"] == pytest.approx(before, rel=1e-3)
    assert refit["outputs"]["after"] == pytest.approx(after, rel=1e-3)
    assert after < 0.7 * before
    assert all(row["after"] < row["before"] for row in refit["layers"])
    with h5py.File(plain, "r") as one, h5py.File(out, "r") as other:
        assert changed_layers(one, other) == set(layers)


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_both_models_run_in_environments_of_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache is empty, and nothing is installed into it."""
    own = [
        word
        for name in ("tf1.12", "tf2.3")
        for word in ("--runtime", f"{name}={ensure_runtime(get_release(name))}")
    ]
    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(tmp_path / "empty"))
    out, rows = tmp_path / "out.h5", FIXTURES / "relu_by_mistake.npz"
    options = ("--allow", "approximate", "--calibrate", rows, *own)
    done = run_keraport("transfer", *pair("relu_by_mistake"), out, *options)
    assert done.returncode == 0, done.stderr
    assert "refitted on 120 rows" in done.stdout
    assert out.exists()
    assert not (tmp_path / "empty").exists()


def test_an_unknown_release_of_an_environment(tmp_path: Path) -> None:
    rows = FIXTURES / "relu_by_mistake.npz"
    options = ("--allow", "approximate", "--calibrate", rows, "--runtime", "tf9=python")
    done = run_keraport("transfer", *pair("relu_by_mistake"), tmp_path / "out.h5", *options)
    assert done.returncode == 2
    assert "--runtime tf9=python: 'tf9' is newer than every release" in done.stderr


def changed_layers(one: h5py.File, other: h5py.File) -> set[str]:
    found = set()

    def visit(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and not np.array_equal(item[()], other[name][()]):
            found.add(name.split("/")[1])

    one.visititems(visit)
    return found


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (("--allow", "approximate"), 2, "need each other"),
        (("--calibrate", FIXTURES / "relu_by_mistake.npz"), 2, "need each other"),
    ],
)
def test_half_of_the_options(
    options: tuple[object, ...], status: int, message: str, tmp_path: Path
) -> None:
    done = run_keraport("transfer", *pair("relu_by_mistake"), tmp_path / "out.h5", *options)
    assert done.returncode == status
    assert message in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_nothing_linear_follows(runtimes: RuntimePool, tmp_path: Path) -> None:
    rows = FIXTURES / "selu_output.npz"
    with pytest.raises(RefusedError, match="no Dense or convolution behind it reads it alone"):
        calibrated("selu_output", tmp_path / "out.h5", rows, runtimes)
    assert not list(tmp_path.iterdir())


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_too_few_rows(runtimes: RuntimePool, tmp_path: Path) -> None:
    few, folder = tmp_path / "few.npz", tmp_path / "out"
    folder.mkdir()
    np.savez(few, input_0=np.zeros((7, 6), np.float32))
    with pytest.raises(UsageError, match="has 7 rows, expected at least 8"):
        calibrated("relu_by_mistake", folder / "out.h5", few, runtimes)
    assert not list(folder.iterdir())


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_what_makes_nothing_better_is_refused(runtimes: RuntimePool, tmp_path: Path) -> None:
    """Rows of noise too few to fit 17 numbers for each output: the held back ones tell."""
    few, folder = tmp_path / "few.npz", tmp_path / "out"
    folder.mkdir()
    same = np.zeros((8, 6), np.float32)
    same[3::4] = np.random.default_rng(0).normal(size=(2, 6)) * 3
    np.savez(few, input_0=same)
    with pytest.raises(RefusedError, match="nothing better on rows that were held back"):
        calibrated("relu_by_mistake", folder / "out.h5", few, runtimes)
    assert not list(folder.iterdir())


def test_inputs_are_never_written_to(tmp_path: Path) -> None:
    trained, rebuilt = pair("relu_by_mistake")
    copy = tmp_path / "trained.h5"
    copy.write_bytes(trained.read_bytes())
    rows = FIXTURES / "relu_by_mistake.npz"
    options = ("--force", "--allow", "approximate", "--calibrate", rows)
    done = run_keraport("transfer", copy, rebuilt, copy, *options)
    assert done.returncode == 2, done.stderr
    assert "never written to" in done.stderr
    assert copy.read_bytes() == trained.read_bytes()
