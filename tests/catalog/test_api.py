"""What the catalog says about releases, against facts known from those releases."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest

from keraport.catalog.api import MISSING, Api, ClassSpec, Expression, Kind, corrections, load_api
from keraport.catalog.bare import lacks
from keraport.catalog.public_names import public_names
from keraport.catalog.releases import all_releases, get_release
from keraport.catalog.windows import held
from keraport.errors import UnknownReleaseError


def accepts(release: str, class_name: str, keyword: str, kind: Kind = Kind.LAYER) -> bool:
    spec = load_api(release).find(kind, class_name)
    assert spec is not None, f"{class_name} in {release}"
    return spec.accepts(keyword)


def every(api: Api, kind: Kind) -> Iterator[ClassSpec]:
    yield from api.exported(kind).values()
    yield from (spec for name in api.names(kind) if (spec := api.find(kind, name)) is not None)


CONVOLUTIONS = ["Conv1D", "Conv2D", "Conv3D", "DepthwiseConv2D", "SeparableConv1D"]


@pytest.mark.parametrize(
    ("class_name", "keyword"),
    [
        *((name, "groups") for name in [*CONVOLUTIONS, "SeparableConv2D"]),
        ("Conv2DTranspose", "output_padding"),
        ("Conv3DTranspose", "output_padding"),
        *((name, "time_major") for name in ("RNN", "SimpleRNN", "GRU", "LSTM", "ConvLSTM2D")),
        ("GlobalAveragePooling1D", "data_format"),
        ("GlobalMaxPooling1D", "data_format"),
        ("UpSampling2D", "interpolation"),
        ("InputLayer", "ragged"),
        ("Dense", "dynamic"),
        ("LSTM", "zero_output_for_mask"),
        ("Bidirectional", "backward_layer"),
    ],
)
def test_keys_that_tf_2_3_takes_and_tf_1_12_rejects(class_name: str, keyword: str) -> None:
    assert accepts("tf2.3", class_name, keyword)
    assert not accepts("tf1.12", class_name, keyword)


@pytest.mark.parametrize("keyword", ["function_type", "module", "output_shape_type"])
def test_keys_that_from_config_takes_out_are_accepted(keyword: str) -> None:
    assert accepts("tf1.12", "Lambda", keyword)


@pytest.mark.parametrize(
    ("kind", "name", "releases"),
    [
        (Kind.LAYER, "Dense", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.LAYER, "Sequential", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.LAYER, "Model", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.LAYER, "Functional", "tf2.3 tf2.15"),
        (Kind.LAYER, "LayerNormalization", "tf1.15 tf2.3 tf2.15"),
        (Kind.LAYER, "MultiHeadAttention", "tf2.15"),
        (Kind.LAYER, "Add", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.LAYER, "Rescaling", "tf2.3 tf2.15"),
        (Kind.LAYER, "Conv1DTranspose", "tf2.3 tf2.15"),
        (Kind.LAYER, "RandomFourierFeatures", ""),
        (Kind.LAYER, "BatchNormalizationV1", "tf1.15 tf2.3 tf2.15"),
        (Kind.LAYER, "MyLayer", ""),
        (Kind.ACTIVATION, "relu", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.ACTIVATION, "exponential", "tf1.15 tf2.3 tf2.15"),
        (Kind.ACTIVATION, "swish", "tf2.3 tf2.15"),
        (Kind.ACTIVATION, "gelu", "tf2.15"),
        (Kind.ACTIVATION, "get", ""),
        (Kind.INITIALIZER, "GlorotUniform", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.INITIALIZER, "HeNormal", "tf2.3 tf2.15"),
        (Kind.INITIALIZER, "he_normal", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.INITIALIZER, "LecunUniform", "tf2.3 tf2.15"),
        (Kind.REGULARIZER, "L1L2", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.REGULARIZER, "L2", "tf2.3 tf2.15"),
        (Kind.CONSTRAINT, "MaxNorm", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.CONSTRAINT, "RadialConstraint", "tf1.15 tf2.3 tf2.15"),
        (Kind.LOSS, "mse", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.LOSS, "MeanSquaredError", "tf1.15 tf2.3 tf2.15"),
        (Kind.LOSS, "huber", "tf2.3 tf2.15"),
        (Kind.LOSS, "kl_divergence", "tf2.3 tf2.15"),
        (Kind.METRIC, "acc", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.METRIC, "ce", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.METRIC, "AUC", "tf1.15 tf2.3 tf2.15"),
        (Kind.OPTIMIZER, "Adam", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.OPTIMIZER, "ADAM", "tf1.12 tf1.15 tf2.3 tf2.15"),
        (Kind.OPTIMIZER, "Ftrl", "tf1.15 tf2.3 tf2.15"),
        (Kind.OPTIMIZER, "TFOptimizer", "tf1.12"),
        (Kind.LEGACY_OPTIMIZER, "Adam", "tf2.15"),
        (Kind.SCHEDULE, "ExponentialDecay", "tf1.15 tf2.3 tf2.15"),
        (Kind.POLICY, "Policy", "tf2.3 tf2.15"),
    ],
)
def test_who_resolves_a_name(kind: Kind, name: str, releases: str) -> None:
    known = [r for r in ("tf1.12", "tf1.15", "tf2.3", "tf2.15") if load_api(r).find(kind, name)]
    assert known == releases.split()


@pytest.mark.parametrize(
    ("kind", "name", "before", "since"),
    [
        (Kind.LAYER, "AddLoss", "tf1.13", "tf1.14"),
        (Kind.LAYER, "Normalization", "tf2.1", "tf2.2"),
        (Kind.LAYER, "MultiHeadAttention", "tf2.3", "tf2.4"),
        (Kind.LAYER, "ConvLSTM1D", "tf2.5", "tf2.6"),
        (Kind.LAYER, "UnitNormalization", "tf2.8", "tf2.9"),
        (Kind.LAYER, "GroupNormalization", "tf2.10", "tf2.11"),
        (Kind.LAYER, "Identity", "tf2.11", "tf2.12"),
        (Kind.ACTIVATION, "gelu", "tf2.3", "tf2.4"),
        (Kind.ACTIVATION, "mish", "tf2.12", "tf2.13"),
        (Kind.OPTIMIZER, "Custom>Lion", "tf2.12", "tf2.13"),
        (Kind.OPTIMIZER, "AdamW", "tf2.15", "tf_keras2.16"),
    ],
)
def test_the_release_that_a_name_came_with(kind: Kind, name: str, before: str, since: str) -> None:
    assert load_api(before).find(kind, name) is None
    assert load_api(since).find(kind, name) is not None


@pytest.mark.parametrize(
    ("release", "class_name", "accepted", "rejected"),
    [
        ("tf1.12", "Adam", "lr clipnorm clipvalue amsgrad", "learning_rate name global_clipnorm"),
        ("tf1.12", "Nadam", "schedule_decay", "decay"),
        ("tf1.12", "RMSprop", "rho decay", "centered momentum"),
        ("tf1.12", "Adagrad", "epsilon", "initial_accumulator_value"),
        ("tf2.3", "Adam", "lr learning_rate name decay clipvalue", "global_clipnorm weight_decay"),
        ("tf2.15", "Adam", "learning_rate weight_decay is_legacy_optimizer lr", "decay"),
    ],
)
def test_keywords_of_optimizers(
    release: str, class_name: str, accepted: str, rejected: str
) -> None:
    for keyword in accepted.split():
        assert accepts(release, class_name, keyword, Kind.OPTIMIZER), keyword
    for keyword in rejected.split():
        assert not accepts(release, class_name, keyword, Kind.OPTIMIZER), keyword


def test_parameters_keep_their_order_and_defaults() -> None:
    gru = load_api("tf1.12").find(Kind.LAYER, "GRU")
    conv = load_api("tf2.3").find(Kind.LAYER, "Conv2D")
    zeros = load_api("tf1.12").find(Kind.INITIALIZER, "Zeros")
    assert gru is not None
    assert conv is not None
    assert zeros is not None
    assert list(gru.parameters)[:3] == ["units", "activation", "recurrent_activation"]
    assert gru.required() == ("units",)
    assert gru.parameters["units"].default is MISSING
    assert gru.parameters["recurrent_activation"].default == "hard_sigmoid"
    assert gru.parameters["reset_after"].default is False
    assert conv.required() == ("filters", "kernel_size")
    assert conv.parameters["strides"].default == [1, 1]
    assert conv.parameters["data_format"].default is None
    assert conv.parameters["activation"].default is None
    assert zeros.parameters["dtype"].default == Expression("dtypes.float32")


@pytest.mark.parametrize(
    ("release", "class_name", "expected"),
    [
        ("tf1.12", "Dense", True),
        ("tf1.12", "Flatten", False),
        ("tf1.12", "Bidirectional", False),  # reset by the constructor of its base
        ("tf2.3", "Bidirectional", True),
        ("tf2.3", "Embedding", False),
        ("tf2.3", "LSTM", True),
    ],
)
def test_masking(release: str, class_name: str, expected: bool) -> None:
    spec = load_api(release).find(Kind.LAYER, class_name)
    assert spec is not None
    assert spec.supports_masking is expected


def test_config_keys_tell_always_from_sometimes() -> None:
    spec = load_api("tf2.3").find(Kind.LAYER, "Dense")
    assert spec is not None
    assert {"units", "name", "trainable", "dtype"} <= spec.config_keys - spec.optional_keys
    assert "batch_input_shape" in spec.optional_keys


def test_functions_and_models_are_marked() -> None:
    api = load_api("tf1.12")
    he_normal = api.find(Kind.INITIALIZER, "he_normal")
    model = api.find(Kind.LAYER, "Model")
    assert he_normal is not None
    assert he_normal.is_function
    assert list(he_normal.parameters) == ["seed"]
    assert model is not None
    assert model.accepts_anything


def test_a_public_class_that_files_cannot_name_is_exported_only() -> None:
    api = load_api("tf2.3")
    path = "layers.experimental.RandomFourierFeatures"
    assert api.exported(Kind.LAYER)[path].name == "RandomFourierFeatures"
    assert "RandomFourierFeatures" not in api.names(Kind.LAYER)


def test_unknown_release() -> None:
    with pytest.raises(UnknownReleaseError):
        load_api("tf0.1")


def test_every_release_has_a_catalog_and_nothing_else_is_there() -> None:
    folder = files("keraport.catalog").joinpath("api")
    assert {item.name for item in folder.iterdir()} == {
        f"{release.id}.json.xz" for release in all_releases()
    }


def test_every_correction_has_a_source_and_is_needed_by_a_known_release() -> None:
    for correction in corrections():
        assert ".py" in correction["source"]
        assert correction["objects"]
        having = [r for r in all_releases() if held(correction["held"], r)]
        found = {
            f"{spec.module}:{spec.name}".removeprefix(f"{release.catalog['package']}.")
            for release in having
            for kind in Kind
            for spec in every(load_api(release.id), kind)
        }
        assert found & {*correction["objects"]}
        assert {"set", "add", "remove", "names"} & correction.keys()


def test_a_release_without_a_table_of_names_has_what_its_neighbours_have() -> None:
    older, between, newer = (public_names(name) for name in ("tf2.9", "tf2.10", "tf2.12"))
    assert between.keys() == older.keys() & newer.keys()
    assert {"math.tanh", "keras.layers.Dense"} <= between.keys()
    assert not public_names("tf_keras2.18")


def test_what_is_not_known_is_not_said_to_be_missing() -> None:
    assert lacks("tensorflow.keras.layers", "Dense", get_release("tf_keras2.18")) == ""
    assert lacks("tensorflow", "no_such_name", get_release("tf2.10"))
