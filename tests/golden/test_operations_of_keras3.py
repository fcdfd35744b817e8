"""Models of Keras 3 that call ``keras.ops``: the functions of TensorFlow that take their place.

And models whose calls say that there is no mask, where TensorFlow takes no such argument.

``tools/build_operations_of_keras3.py`` had Keras 3.15 save them, and told what they predict.
"""

from __future__ import annotations

import json
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from tests.cli.conftest import ROOT

from keraport.convert import convert
from keraport.errors import RefusedError
from keraport.runtimes import RuntimePool

GOLDEN = ROOT / "tests" / "golden" / "operations_of_keras3.tar.xz"
CASES = (
    *("arrays", "choosing", "images", "in_order", "moving", "of_integers", "of_one", "of_two"),
    *("other_resizing", "reducing", "wrapped_model", "model_of_dict"),
)
LACKS = {("tf1.12", "in_order")}
"""TensorFlow 1.12 has no public function that sorts."""


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operations")
    with tarfile.open(GOLDEN) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.mark.parametrize(
    ("target", "name"),
    [
        pytest.param(target, name, marks=pytest.mark.runtime(target), id=f"{target}-{name}")
        for target in ("tf2.15", "tf2.3", "tf1.12")
        for name in CASES
        if (target, name) not in LACKS
    ],
)
def test_operations(
    target: str, name: str, saved: Path, runtimes: RuntimePool, tmp_path: Path
) -> None:
    path, given, out = tmp_path / "m.h5", tmp_path / "in.npz", tmp_path / "out.npz"
    convert(saved / f"{name}.keras", path, target)
    companion = tmp_path / "m_objects.py"
    with np.load(saved / f"{name}.npz") as kept:
        wanted = dict(kept)
    np.savez(given, **{key: item for key, item in wanted.items() if key.startswith("input_")})
    request = {
        "op": "predict",
        "model": str(path),
        "inputs": str(given),
        "outputs": str(out),
        "objects": [str(companion)] if companion.exists() else [],
        "compile": False,
    }
    reply = runtimes[target].request(request)
    assert "error" not in reply, reply
    with np.load(out) as found:
        keys = [key for key in wanted if key.startswith("output_")]
        assert sorted(keys) == sorted(found)
        for key in keys:
            assert found[key].shape == wanted[key].shape, key
            assert found[key].dtype == wanted[key].dtype, key
            most = np.abs(wanted[key].astype("float64")).max()
            np.testing.assert_allclose(
                found[key], wanted[key], rtol=1e-5, atol=1e-5 * most, err_msg=key
            )


@pytest.mark.parametrize("target", ["tf2.15", "tf2.3", "tf1.12"])
def test_masks_of_parts_are_refused(target: str, saved: Path) -> None:
    with pytest.raises(RefusedError, match="is called with a tensor for query_mask"):
        _converted(saved / "masks_of_parts.keras", target)


def test_sorting_is_refused_where_nothing_sorts(saved: Path) -> None:
    with pytest.raises(RefusedError, match=r"tf\.argsort"):
        _converted(saved / "in_order.keras", "tf1.12")


@pytest.mark.parametrize(
    ("name", "class_name", "change"),
    [
        ("moving", "Tile", {"repeats": [1, 1, 1, 2]}),
        ("moving", "ExpandDims", {"axis": [1, -1]}),
        ("moving", "Tril", {"k": -1}),
        ("moving", "Split", {"indices_or_sections": [-1]}),
        ("moving", "Roll", {"axis": None}),
        ("moving", "Pad", {"mode": "edge"}),
        ("reducing", "Norm", {"ord": 3}),
        ("reducing", "Normalize", {"order": 1}),
        ("reducing", "Cumsum", {"dtype": "float16"}),
        ("reducing", "TopK", {"sorted": False}),
        ("images", "Resize", {"pad_to_aspect_ratio": True}),
        ("images", "Resize", {"data_format": "channels_first"}),
        ("of_one", "Round", {"decimals": 1}),
        ("of_integers", "OneHot", {"sparse": True}),
    ],
)
def test_what_no_function_does_is_refused(
    name: str, class_name: str, change: dict[str, object], saved: Path, tmp_path: Path
) -> None:
    """TensorFlow fails when it opens the file, or computes something else."""
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(saved / f"{name}.keras") as old, zipfile.ZipFile(path, "w") as new:
        for item in old.namelist():
            data = old.read(item)
            if item == "config.json":
                config = json.loads(data)
                layers = config["config"]["layers"]
                next(x for x in layers if x["class_name"] == class_name)["config"].update(change)
                data = json.dumps(config).encode()
            new.writestr(item, data)
    with pytest.raises(RefusedError, match=class_name):
        _converted(path, "tf2.15")


def _converted(path: Path, target: str) -> None:
    convert(path, path.with_suffix(".h5"), target)
