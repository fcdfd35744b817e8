"""Outputs are opened in the release that they are for, before they appear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from tests.cli.conftest import CUSTOM, DIGITS, LAMBDA, MY_LAYERS, ROOT, save_model
from tests.verify.test_trust import Unstarted

from keraport.catalog.releases import get_release
from keraport.convert import Options, convert
from keraport.errors import (
    NotTrustedError,
    ProbeError,
    RuntimeUnavailableError,
    UsageError,
    WeightsDoNotFitError,
)
from keraport.formats import read
from keraport.formats.sources import Sources
from keraport.model import Format
from keraport.runtimes import RuntimePool
from keraport.verify import not_installed, smoke

TF112 = get_release("tf1.12")
GOLDEN = ROOT / "tests" / "golden" / "tf2.3"
needs_tf112 = pytest.mark.runtime("tf1.12")


def weights_of(*files: Path) -> Iterator[tuple[str, Any]]:
    """Name and values of the weights in a file."""
    with Sources() as sources:
        for group in read(*files).groups:
            for weight in group.weights:
                yield weight.name, sources.values(weight)


FORMATS = [
    ("out.h5", Format.HDF5),
    ("out.json", Format.JSON),
    ("out", Format.CHECKPOINT),
    ("out", Format.SAVED_MODEL_1X),
    ("out.h5", Format.HDF5_WEIGHTS),
]


@needs_tf112
def test_every_format_in_one_process(runtimes: RuntimePool, tmp_path: Path) -> None:
    pids = set()
    for number, (name, file_format) in enumerate(FORMATS):
        folder = tmp_path / str(number)
        folder.mkdir()
        out, alone = folder / name, folder / "architecture.json"
        convert(DIGITS, out, "tf1.12", file_format=file_format)
        architecture: Path | None = None
        files: tuple[Path, ...] = (out,)
        if file_format is Format.JSON:
            architecture, files = out, (out, out.with_suffix(".h5"))
        elif file_format not in (Format.HDF5, Format.SAVED_MODEL_1X):
            convert(DIGITS, alone, "tf1.12")
            architecture = alone
        held = list(weights_of(*files))
        found = smoke(files[-1], TF112, runtimes, architecture=architecture, weights=held)
        assert (found.opened, found.remark, found.weights) == (True, "", 12), file_format
        assert found.inputs[0].shape == (4, 8, 8, 1)
        assert found.versions["tensorflow"] == "1.12.0"
        pids.add(runtimes["tf1.12"].pid)
    assert len(pids) == 1


@needs_tf112
@pytest.mark.parametrize("name", ["raw_operations", "dense_features", "masked_stacked_cells"])
def test_golden_models_and_their_companions(
    runtimes: RuntimePool, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out.h5"
    convert(GOLDEN / f"{name}.h5", out, "tf1.12")
    assert smoke(out, TF112, runtimes, weights=weights_of(out)).opened


@needs_tf112
def test_weights_that_the_model_does_not_hold(runtimes: RuntimePool, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    convert(DIGITS, out, "tf1.12")
    held = list(weights_of(out))
    # One is not in the model at all; two of one shape and value are not one.
    wrong = [(name, array + 1 if array.ndim == 4 else array) for name, array in held]
    with pytest.raises(WeightsDoNotFitError, match=r"without 2 of its 12 weights: .*kernel"):
        smoke(out, TF112, runtimes, weights=wrong)
    kernel = next(row for row in held if row[1].ndim == 4)
    with pytest.raises(WeightsDoNotFitError, match="without 1 of its 13 weights"):
        smoke(out, TF112, runtimes, weights=[*held, kernel])


@needs_tf112
def test_checkpoint_that_the_loader_passes_over(runtimes: RuntimePool, tmp_path: Path) -> None:
    """TF 1.12 takes what it finds in a checkpoint, and says nothing about the rest."""
    out, other = tmp_path / "out", tmp_path / "other.json"
    convert(DIGITS, out, "tf1.12", file_format=Format.CHECKPOINT)
    convert(ROOT / "examples" / "custom_layer" / "selu_model_tf2.h5", other, "tf1.12")
    with pytest.raises((WeightsDoNotFitError, ProbeError)):
        smoke(out, TF112, runtimes, architecture=other, weights=weights_of(out))


@needs_tf112
def test_damaged_output(runtimes: RuntimePool, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    convert(DIGITS, out, "tf1.12")
    with h5py.File(out, "a") as file:
        config = bytes(file.attrs["model_config"])
        file.attrs["model_config"] = np.bytes_(config.replace(b'"Flatten"', b'"Flattan"'))
    with pytest.raises(ProbeError, match=r"tf1\.12 cannot open .*Flattan"):
        smoke(out, TF112, runtimes)


@needs_tf112
def test_given_inputs(runtimes: RuntimePool, tmp_path: Path) -> None:
    """No size that is drawn fits this model, whose shapes are open."""
    name = "upsampling_bilinear"
    out = tmp_path / "out.h5"
    convert(GOLDEN / f"{name}.h5", out, "tf1.12")
    with pytest.raises(ProbeError) as caught:
        smoke(out, TF112, runtimes)
    assert "--inputs" in caught.value.hint
    found = smoke(out, TF112, runtimes, inputs=GOLDEN / f"{name}.npz")
    assert (found.opened, found.seed) == (True, None)
    wrong = tmp_path / "x.npz"
    np.savez(wrong, mine=np.zeros(3))
    with pytest.raises(UsageError, match="holds mine"):
        smoke(out, TF112, runtimes, inputs=wrong)


DEADLY = "import os\nos._exit(7)\n"


@needs_tf112
def test_own_code_that_ends_the_process(runtimes: RuntimePool, tmp_path: Path) -> None:
    out, deadly = tmp_path / "out.h5", tmp_path / "deadly.py"
    convert(CUSTOM, out, "tf1.12", options=Options(objects=(MY_LAYERS,)))
    deadly.write_text(DEADLY)
    with pytest.raises(ProbeError, match="ended with exit status 7") as caught:
        smoke(out, TF112, runtimes, objects=[deadly])
    assert "runtimes remove" not in caught.value.hint
    assert smoke(out, TF112, runtimes, objects=[MY_LAYERS]).opened


def test_what_would_run_is_not_opened(tmp_path: Path) -> None:
    bad = save_model(tmp_path / "bad.h5", [LAMBDA])
    with pytest.raises(NotTrustedError):
        smoke(bad, TF112, Unstarted())


def test_nothing_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(tmp_path / "cache"))
    absent = not_installed(TF112)
    assert absent is not None
    assert not absent.opened
    assert "keraport runtimes install tf1.12" in absent.remark
    with RuntimePool(install=False) as pool, pytest.raises(RuntimeUnavailableError):
        pool[TF112]
    assert not (tmp_path / "cache").exists()
