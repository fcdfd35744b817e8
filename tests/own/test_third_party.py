"""Classes of well-known packages are known by name and keywords; nothing else is taken for one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from keraport.convert import Options, check, convert
from keraport.errors import RefusedError
from keraport.inspection.inspect import inspect
from keraport.model import KERAS, Layer
from keraport.own.third_party.recognise import known_class
from keraport.own.third_party.table import CLASSES, FUNCTIONS
from keraport.report import Report, Verdict

GOLDEN = Path(__file__).parents[1] / "golden" / "addons"
CONTRIB = GOLDEN / "tf2.3" / "contrib_instance_normalization.h5"
WEIGHTS = GOLDEN / "tf2.15" / "weight_normalization.h5"


def edited(source: Path, out: Path, edit: Any) -> Path:
    """A copy of a model with another config."""
    shutil.copy(source, out)
    with h5py.File(out, "r+") as file:
        config = file.attrs["model_config"]
        model = json.loads(config if isinstance(config, str) else config.decode())
        for layer in model["config"]["layers"]:
            edit(layer)
        file.attrs["model_config"] = json.dumps(model).encode()
    return out


def notes_of(report: Report, path: str) -> list[str]:
    return [note.text for row in report.layers if row.path == path for note in row.notes]


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_other_keywords_make_another_class(name: str) -> None:
    known = CLASSES[name]
    config: dict[str, Any] = {"name": "x", "trainable": True, **dict.fromkeys(known.keys)}
    package = "Addons" if known.is_registered else KERAS
    assert known_class(name, Layer("x", name, config, package=package)) is known
    more = {**config, "mine": 1}
    assert known_class(name, Layer("x", name, more, package=package)) is None
    for key in known.keys:
        less = {k: v for k, v in config.items() if k != key}
        assert known_class(name, Layer("x", name, less, package=package)) is None


def test_the_module_decides_where_the_file_names_one() -> None:
    known = CLASSES["InstanceNormalization"]
    config = {"name": "x", **dict.fromkeys(known.keys)}
    inside = Layer("x", known.name, config, package="keras_contrib.layers.normalization")
    assert known_class(known.name, inside) is known
    for package in ("mine", "keras_contribution"):
        assert known_class(known.name, Layer("x", known.name, config, package=package)) is None
    of_keras = Layer("x", known.name, config, extra={"module": "keras.layers"})
    assert known_class(known.name, of_keras) is None


def test_functions_are_those_of_addons() -> None:
    assert all(name == f"Addons>{item.becomes[7:]}" for name, item in FUNCTIONS.items())


def test_a_class_of_the_users_with_other_keywords_is_refused(tmp_path: Path) -> None:
    def edit(layer: dict[str, Any]) -> None:
        if layer["class_name"] == "InstanceNormalization":
            layer["config"]["momentum"] = 0.9

    model = edited(CONTRIB, tmp_path / "mine.h5", edit)
    report = check(model, "tf2.15")
    assert report.verdict is Verdict.REFUSED
    assert "treated as a custom class" in notes_of(report, "instance_normalization")[0]


def test_a_file_of_the_users_wins(tmp_path: Path) -> None:
    objects = tmp_path / "mine.py"
    objects.write_text(
        "import tensorflow as tf\n\n\n"
        "class InstanceNormalization(tf.keras.layers.Layer):\n"
        "    def __init__(self, axis, epsilon, center, scale, beta_initializer,\n"
        "                 gamma_initializer,\n"
        "                 beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint,\n"
        "                 **kwargs):\n"
        "        super().__init__(**kwargs)\n",
        encoding="utf-8",
    )
    out = tmp_path / "out.h5"
    report = convert(CONTRIB, out, "tf2.15", options=Options(objects=(objects,)))
    assert not (tmp_path / "out_objects.py").exists()
    assert any("is defined in your file" in t for t in notes_of(report, "instance_normalization"))


def test_without_companions(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        convert(CONTRIB, tmp_path / "out.h5", "tf2.15", options=Options(stock_only=True))
    assert refused.value.report is not None
    texts = [note.text for row in refused.value.report.refusals for note in row.notes]
    assert any("--stock-only allows no companion" in text for text in texts)


def test_the_kernel_that_weight_normalization_uses(tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    convert(WEIGHTS, out, "tf2.15")
    with h5py.File(WEIGHTS) as old, h5py.File(out) as new:
        group = old["model_weights/weight_normalization"]
        names = [str(name) for name in group.attrs["weight_names"]]
        found = {name.rpartition("/")[2]: group[name][()] for name in names}
        written = new["model_weights/weight_normalization"]
        kernel, bias = (written[name][()] for name in written.attrs["weight_names"])
    direction = found["kernel:0"].astype("float64")
    length = np.sqrt(np.sum(direction**2, axis=(0, 1, 2)))
    assert np.allclose(kernel, direction / length * found["g:0"], atol=1e-6)
    assert np.array_equal(bias, found["bias:0"])


def test_weight_normalization_that_was_never_called(tmp_path: Path) -> None:
    model = tmp_path / "new.h5"
    shutil.copy(WEIGHTS, model)
    with h5py.File(model, "r+") as file:
        for name in ("weight_normalization", "weight_normalization_2"):
            file[f"model_weights/{name}/{name}/initialized:0"][()] = False
    with pytest.raises(RefusedError, match=r"weight_normalization_2.*was never called"):
        convert(model, tmp_path / "out.h5", "tf2.15")
    assert not (tmp_path / "out.h5").exists()


def test_axes_that_the_package_mixes_up(tmp_path: Path) -> None:
    def edit(layer: dict[str, Any]) -> None:
        if layer["class_name"] == "Addons>GroupNormalization":
            layer["config"]["axis"] = -2

    source = GOLDEN / "tf2.15" / "group_normalization_axis_1.h5"
    report = check(edited(source, tmp_path / "axes.h5", edit), "tf2.15")
    assert report.verdict is Verdict.REFUSED
    assert "axis=-2" in notes_of(report, "group_normalization")[0]


def test_inspect_names_the_package() -> None:
    told = [hazard.text for hazard in inspect(GOLDEN / "tf2.3" / "masks.h5").hazards]
    assert "class Addons>GELU is of the package tensorflow_addons, not of Keras" in told


def test_a_class_of_the_package_that_is_not_known() -> None:
    report = check(GOLDEN / "tf2.15" / "multi_head_attention.h5", "tf2.15")
    (note, *_) = notes_of(report, "multi_head_attention")
    assert "it belongs to tensorflow_addons: this class" in note
