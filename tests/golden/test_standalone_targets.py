"""Models for standalone Keras 2.2 and 2.3.

What they open and predict is measured with ``tools/measure_matrix.py --to keras2.2``; a slice of it
runs here in Keras 2.2, and in 2.3 where ``KERAPORT_MORE_RELEASES`` names it.
"""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import pytest
from tests.golden.predicted import assert_predicts
from tests.more_releases import with_named

from keraport.catalog.releases import get_release
from keraport.convert import convert
from keraport.errors import RefusedError, UsageError
from keraport.runtimes import RuntimePool

HERE = Path(__file__).parent
TARGETS = tuple(
    name
    for name in with_named("keras2.2", lines=frozenset({"keras2"}))
    if not get_release(name).has("is-source-only")
)
SOURCES = [
    *sorted((HERE / "keras1.2").glob("*.h5"))[::4],
    *sorted((HERE / "keras2.0").glob("*.h5"))[::4],
]
REFUSED = {
    "batch_normalization_of_samples": "it normalises each sample",
    "transposed_2d_of_another_shape": "what follows from the input of the layer",
}
"""Model: why it is refused, as it is for every target."""


def _config(path: Path) -> dict[str, dict[str, object]]:
    """The configs of the layers of a model, by name."""
    with h5py.File(path) as file:
        document = json.loads(file.attrs["model_config"])
    return {layer["config"]["name"]: layer["config"] for layer in document["config"]["layers"]}


def test_it_is_opened_by_standalone_keras(tmp_path: Path) -> None:
    source = HERE / "keras1.2" / "channels_first.h5"
    report = convert(source, tmp_path / "out.h5", "keras2.2")
    assert report.load == 'keras.models.load_model("out.h5")'
    assert _config(tmp_path / "out.h5")["convolution2d_1"]["kernel_size"] == [3, 2]


def test_classes_of_keras_1_are_its_own(tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    convert(HERE / "keras1.2" / "highway_alone.h5", out, "keras2.3")
    assert not (tmp_path / "out_objects.py").exists()
    convert(HERE / "keras1.2" / "s_shaped.h5", tmp_path / "two.h5", "keras2.3")
    text = (tmp_path / "two_objects.py").read_text("utf-8")
    assert "import keras\n" in text
    assert "tf.keras" not in text


@pytest.mark.parametrize("name", ["out.keras", "out.weights.h5"])
def test_newer_formats_are_none_of_it(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"keras2\.2 cannot read"):
        convert(HERE / "keras1.2" / "gru.h5", tmp_path / name, "keras2.2")


def test_older_ones_are_no_targets_yet(tmp_path: Path) -> None:
    source = HERE / "keras2.2" / "compiled.h5"
    with pytest.raises(UsageError, match="writing models for it is not supported yet"):
        convert(source, tmp_path / "out.h5", "keras2.1")


def _saved(path: Path, *layers: dict[str, object]) -> Path:
    """A Sequential of TensorFlow 2.15 without weights."""
    document = {
        "class_name": "Sequential",
        "config": {"name": "s", "layers": list(layers)},
        "keras_version": "2.15.0",
        "backend": "tensorflow",
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _layer(class_name: str, **config: object) -> dict[str, object]:
    return {"class_name": class_name, "config": {"name": class_name.lower(), **config}}


def test_one_axis_is_a_number(tmp_path: Path) -> None:
    given = _layer("InputLayer", batch_input_shape=[None, 4, 3], dtype="float32", sparse=False)
    source = _saved(tmp_path / "in.json", given, _layer("BatchNormalization", axis=[2]))
    convert(source, tmp_path / "out.json", "keras2.2")
    written = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert written["config"]["layers"][-1]["config"]["axis"] == 2
    source = _saved(tmp_path / "in.json", given, _layer("BatchNormalization", axis=[1, 2]))
    with pytest.raises(RefusedError, match="normalises along one axis"):
        convert(source, tmp_path / "2.json", "keras2.2")


def test_weights_have_the_float_of_all_of_keras(tmp_path: Path) -> None:
    given = _layer("InputLayer", batch_input_shape=[None, 3], dtype="float64", sparse=False)
    source = _saved(tmp_path / "in.json", given, _layer("Dense", units=2, dtype="float64"))
    with pytest.raises(RefusedError, match=r"weights of keras2\.2 are float32"):
        convert(source, tmp_path / "out.json", "keras2.2")
    convert(source, tmp_path / "out.json", "keras2.3")


def test_policies_are_no_floats_of_weights(tmp_path: Path) -> None:
    given = _layer("InputLayer", batch_input_shape=[None, 3], dtype="float32", sparse=False)
    policy = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    source = _saved(tmp_path / "in.json", given, _layer("Dense", units=2, dtype=policy))
    with pytest.raises(RefusedError, match="can only be approximated"):
        convert(source, tmp_path / "out.json", "keras2.2")


def test_flatten_of_rows_is_a_reshape(tmp_path: Path) -> None:
    """Keras 2.2.4 wants three dimensions (``largest_values`` of the golden models)."""
    given = _layer("InputLayer", batch_input_shape=[None, 3], dtype="float32", sparse=False)
    source = _saved(tmp_path / "in.json", given, _layer("Flatten", data_format="channels_last"))
    convert(source, tmp_path / "out.json", "keras2.2")
    written = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert written["config"]["layers"][-1]["class_name"] == "Reshape"


def test_a_base_called_with_training_is_taken_apart(tmp_path: Path) -> None:
    """Models of Keras 2.2.4 take no ``training`` (``frozen_nested`` of the golden models)."""
    convert(HERE / "tf2.3" / "frozen_nested.h5", tmp_path / "out.h5", "keras2.2")
    with h5py.File(tmp_path / "out.h5") as file:
        layers = json.loads(file.attrs["model_config"])["config"]["layers"]
    assert "Model" not in [layer["class_name"] for layer in layers]
    (told,) = [layer for layer in layers if layer["class_name"] == "BatchNormalization"]
    assert told["inbound_nodes"][0][0][3] == {"training": False}


def test_a_bare_wrapper_gives_what_it_is_given(tmp_path: Path) -> None:
    """Keras 2.2.4 does not build what is inside (``base_wrapper`` of the matrix)."""
    given = _layer("Dense", units=2, batch_input_shape=[None, 3], dtype="float32")
    source = _saved(tmp_path / "in.json", given, _layer("Wrapper", layer=_layer("Dense", units=5)))
    document = {**json.loads(source.read_text("utf-8")), "keras_version": "2.2.4"}
    source.write_text(json.dumps(document), encoding="utf-8")
    convert(source, tmp_path / "out.json", "tf2.15")
    written = json.loads((tmp_path / "out.json").read_text("utf-8"))
    last = written["config"]["layers"][-1]
    assert (last["class_name"], last["config"]["activation"]) == ("Activation", "linear")


def test_softmax_over_several_axes(tmp_path: Path) -> None:
    """TensorFlow 1.12 fails at a list of axes (``softmax_axes`` of the matrix)."""
    given = _layer("Permute", dims=[2, 1], batch_input_shape=[None, 3, 4], dtype="float32")
    source = _saved(tmp_path / "in.json", given, _layer("Softmax", axis=[1, 2]))
    document = {**json.loads(source.read_text("utf-8")), "keras_version": "2.2.4"}
    source.write_text(json.dumps(document), encoding="utf-8")
    convert(source, tmp_path / "out.json", "tf1.12")
    written = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert written["config"]["layers"][-1]["class_name"] == "SoftmaxV2"


@pytest.mark.runtime(*TARGETS)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_predicts_the_same(
    source: Path, target: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    out = tmp_path / "out.h5"
    if source.stem in REFUSED:
        with pytest.raises(RefusedError, match=REFUSED[source.stem]):
            convert(source, out, target)
        return
    convert(source, out, target)
    assert_predicts(out, source, target, runtimes, tmp_path)
