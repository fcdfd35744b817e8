"""Which release wrote a file, from hand-made files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from keraport.catalog.detect import detect
from keraport.errors import AmbiguousReleaseError, UnknownReleaseError
from keraport.model import Format, Layer, Model, ModelFile, Object, Producer

ZEROS_1 = Object("Zeros", {"dtype": "float32"})
ZEROS_2 = Object("Zeros", {})


def model_file(version: str, *layers: Layer, class_name: str = "Sequential") -> ModelFile:
    model = Model("m", class_name, layers)
    return ModelFile(Path("m.h5"), Format.HDF5, Producer(version, "tensorflow"), model)


def layer(class_name: str, **config: Any) -> Layer:
    return Layer(class_name.lower(), class_name, {"name": class_name.lower(), **config})


def dense(zeros: Object) -> Layer:
    return layer("Dense", units=2, bias_initializer=zeros)


@pytest.mark.parametrize(
    ("version", "layers", "release", "sure"),
    [
        ("2.1.6-tf", (), "tf1.12", True),
        ("2.15.0", (), "tf2.15", True),
        ("2.15.1", (), "tf2.15", True),  # no release writes it; its minor is that of 2.15.0
        ("2.4.0", (), "tf2.3", False),
        ("2.4.0", (layer("Conv2D", groups=1),), "tf2.3", False),
        ("2.4.0", (layer("TensorFlowOpLayer"),), "tf2.3", True),
        ("2.4.0", (layer("TFOpLambda"),), "tf2.4", True),
        ("2.4.0", (layer("SlicingOpLambda"),), "tf2.4", True),
        ("2.9.0", (), "tf2.9", True),
        ("2.9.2", (), "tf2.9", True),
        ("2.13.1", (), "tf2.13", True),
        ("2.16.0", (), "tf_keras2.16", True),
        ("2.2.4-tf", (dense(ZEROS_1),), "tf1.15", False),
        ("2.2.4-tf", (dense(ZEROS_2),), "tf2.1", False),
        ("2.2.4-tf", (layer("BatchNormalizationV1"),), "tf1.13", True),
        ("2.3.0-tf", (), "tf2.2", False),
        ("3.0.2", (), "keras3.0", True),
        ("3.5.0", (), "keras3.5", True),
        ("3.12.1", (), "keras3.12", True),
        ("2.2.4-tf", (dense(ZEROS_1), layer("InputLayer", ragged=False)), "tf1.15", True),
    ],
)
def test_version_and_evidence(
    version: str, layers: tuple[Layer, ...], release: str, sure: bool
) -> None:
    found = detect(model_file(version, *layers))
    assert (found.release.id, found.sure) == (release, sure)
    assert f"keras_version {version}" in found.evidence


def test_the_other_release_that_would_write_the_same_is_named() -> None:
    evidence = detect(model_file("2.4.0", class_name="Functional")).evidence
    assert "tf2.4 would write the same; assuming tf2.3" in evidence


@pytest.mark.parametrize(
    ("version", "layers", "named"),
    [
        ("2.2.4-tf", (), "tf1.13 to tf2.1"),  # nothing tells TF 1 from TF 2
        ("9.9.9", (), "9.9.9"),
        ("nonsense", (), "nonsense"),
    ],
)
def test_what_cannot_be_decided_asks_for_from(
    version: str, layers: tuple[Layer, ...], named: str
) -> None:
    with pytest.raises(AmbiguousReleaseError) as caught:
        detect(model_file(version, *layers))
    assert named in caught.value.message
    assert "m.h5" in caught.value.message
    assert "--from " in caught.value.hint


def test_marks_deep_inside_count() -> None:
    inner = Model("inner", "Sequential", (layer("TFOpLambda"),))
    nested = replace(layer("Sequential"), model=inner)
    wrapped = layer("TimeDistributed", layer=nested)
    assert detect(model_file("2.4.0", wrapped)).release.id == "tf2.4"


def test_a_contradiction_within_the_file_is_told() -> None:
    found = detect(model_file("2.1.6-tf", layer("Conv2D", groups=2)))
    assert (found.release.id, found.sure) == ("tf1.12", False)
    assert "Conv2D of conv2d has 'groups'" in found.evidence


def test_registered_names_beside_initializers_tell_new_from_old() -> None:
    """Keras 2.13.1 writes them, 2.12.0 does not; all of them write the same keys for Dense."""
    keys = ("kernel", "bias")
    plain: dict[str, Any] = {
        f"{key}_{part}": None for key in keys for part in ("regularizer", "constraint")
    }
    config = {**plain, "trainable": True, "dtype": "float32", "activation": "linear"}
    config |= {"use_bias": True, "activity_regularizer": None, "bias_initializer": ZEROS_2}
    new = replace(ZEROS_2, extra={"registered_name": None, "module": "keras.initializers"})
    for zeros, releases in ((ZEROS_2, "tf2.0 to tf2.12"), (new, "tf2.13, tf2.14, tf2.15 or")):
        inits = {"kernel_initializer": zeros, "bias_initializer": zeros}
        file = model_file("", layer("Dense", units=2, **{**config, **inits}))
        with pytest.raises(AmbiguousReleaseError, match=f"may be of {releases}"):
            detect(file)


def test_stated_release_wins_and_contradictions_are_told() -> None:
    file = model_file("2.1.6-tf", layer("Conv2D", groups=1))
    found = detect(file, stated="tf1.15")
    assert (found.release.id, found.sure) == ("tf1.15", False)
    assert "keras_version 2.1.6-tf" in found.evidence
    assert "'groups'" in found.evidence
    assert detect(model_file("2.4.0"), stated="TF2.3.0").sure
    with pytest.raises(UnknownReleaseError):
        detect(file, stated="tf1.99")


FLATTEN = {"trainable": True, "dtype": "float32", "data_format": "channels_last"}
CONV = {
    "trainable": True, "dtype": "float32", "filters": 2, "kernel_size": [3, 3], "strides": [1, 1],
    "padding": "valid", "data_format": "channels_last", "dilation_rate": [1, 1],
    "activation": "linear", "use_bias": True, "kernel_initializer": ZEROS_1,
    "bias_initializer": ZEROS_1, "kernel_regularizer": None, "bias_regularizer": None,
    "activity_regularizer": None, "kernel_constraint": None, "bias_constraint": None,
}  # fmt: skip
LSTM = {
    "trainable": True, "dtype": "float32", "return_sequences": False, "return_state": False,
    "go_backwards": False, "stateful": False, "unroll": False, "units": 2, "activation": "tanh",
    "recurrent_activation": "hard_sigmoid", "use_bias": True, "kernel_initializer": ZEROS_1,
    "recurrent_initializer": ZEROS_1, "bias_initializer": ZEROS_1, "unit_forget_bias": True,
    "kernel_regularizer": None, "recurrent_regularizer": None, "bias_regularizer": None,
    "activity_regularizer": None, "kernel_constraint": None, "recurrent_constraint": None,
    "bias_constraint": None, "dropout": 0.0, "recurrent_dropout": 0.0, "implementation": 1,
}  # fmt: skip


def test_without_a_version_the_config_tells() -> None:
    """The configs are those that TF 1.12.0 wrote."""
    found = detect(model_file("", layer("Conv2D", **CONV), layer("LSTM", **LSTM)))
    assert found.release.id == "tf1.12"
    assert not found.sure
    assert "no 'time_major'" in found.evidence


def test_without_a_version_a_class_of_the_users_own_does_not_count() -> None:
    layers = (layer("LSTM", **LSTM), layer("MyLayer", anything=1))
    assert detect(model_file("", *layers)).release.id == "tf1.12"


def test_without_a_version_what_fits_several_is_not_guessed() -> None:
    with pytest.raises(AmbiguousReleaseError, match=r"tf1\.12 to tf2\.15 or tf_keras2\.16 to"):
        detect(model_file("", layer("Flatten", **FLATTEN)))


def test_without_a_version_what_fits_none_is_not_guessed() -> None:
    with pytest.raises(AmbiguousReleaseError, match="fits none"):
        detect(model_file("", layer("Flatten", no_such_key=1)))


def test_weights_alone_have_their_version_or_nothing() -> None:
    weights = replace(model_file("2.1.6-tf"), model=None)
    assert detect(weights).release.id == "tf1.12"
    with pytest.raises(AmbiguousReleaseError):
        detect(replace(weights, producer=Producer()))


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("2.0.4", "keras2.0"),
        ("2.1.6", "keras2.1"),
        ("2.2.0", "keras2.2.2"),
        ("2.2.5", "keras2.2"),
        ("2.3.1", "keras2.3"),
    ],
)
def test_standalone_keras_is_told_by_its_version(version: str, release: str) -> None:
    """The suffix ``-tf`` is that of the Keras inside of TensorFlow; marks are of that one alone."""
    found = detect(model_file(version, layer("Conv2D"), layer("LSTM"), dense(ZEROS_2)))
    assert (found.release.id, found.sure) == (release, True)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.1.2", "standalone Keras 1.1.2"),
    ],
)
def test_other_products_are_named_and_not_read_as_something_else(version: str, said: str) -> None:
    """Their words mean other things: UpSampling2D of Keras 2.3.1 samples elsewhere."""
    with pytest.raises(AmbiguousReleaseError) as caught:
        detect(model_file(version, layer("Dense", units=2)))
    assert caught.value.message.endswith(f"saved by {said}, which is not supported yet")
    assert "--from" not in caught.value.hint
    assert caught.value.readings == ()
