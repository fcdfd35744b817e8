"""What rows say, asked of real releases."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest
from tests.hub.examples import EXAMPLES, Example

from keraport import hub
from keraport.analysis.shapes import Shape, infer_shapes
from keraport.analysis.variable_shapes import variable_shapes
from keraport.analysis.weights import flat_slots
from keraport.hub import Inputs, Mask, Row, keras3, legacy, third_party
from keraport.model import Call, Layer, Model, TensorRef

RELEASES = ("tf1.12", "tf1.15", "tf2.3", "tf2.15")
PROBE = Path(__file__).with_name("probe_classes.py")

LACKS = {
    ("tf1.12", "Attention"): "score_mode",
    ("tf1.15", "Attention"): "score_mode",
    ("tf2.3", "Attention"): "score_mode",
    ("tf1.12", "Conv2D"): "groups",
    ("tf1.15", "Conv2D"): "groups",
}
"""Keywords of examples that a release does not have."""

TAKES_TRAINING = {"CuDNNGRU", "CuDNNLSTM", "DepthwiseConv2D"}
"""Classes whose ``call`` has the argument in some release and ignores it."""


class Asked(NamedTuple):
    """An example, its row, and what a release says of it."""

    example: Example
    row: Row
    answer: dict[str, Any]

    @property
    def label(self) -> str:
        return self.example.label

    @property
    def has_other_variables(self) -> bool:
        """True where the release keeps others than the row says (``varies_with``)."""
        varies = bool(self.row.varies_with and self.example.config.get(self.row.varies_with))
        return varies and len(self.answer["variables"]) != len(self.row.variables or ())


Ask: TypeAlias = Callable[[str], list[Asked]]


@pytest.fixture(scope="session")
def ask(runtime_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("classes")
    request = folder / "request.json"
    request.write_text(json.dumps(EXAMPLES))

    @cache
    def asked(release: str) -> list[Asked]:
        """All examples that the release has."""
        path = folder / f"{release}.json"
        command = [runtime_python(release), PROBE, request, path]
        run = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        assert run.returncode == 0, run.stderr[-3000:]
        answers = zip(EXAMPLES, json.loads(path.read_text()), strict=True)
        found = []
        for example, answer in answers:
            if answer is None or LACKS.get((release, example.class_name), "-") in example.config:
                continue
            assert "error" not in answer, answer
            found.append(Asked(example, hub.ROWS[example.class_name], answer))
        assert len(found) > 80
        return found

    return asked


EACH_RELEASE = [
    pytest.param(release, marks=pytest.mark.runtime(release), id=release) for release in RELEASES
]


def layer_of(asked: Asked) -> Layer:
    """The layer with the config that the release writes."""
    config = {
        key: Layer("inner", value["class_name"], value["config"])
        if key in ("cell", "layer")
        else value
        for key, value in asked.answer["config"].items()
    }
    return Layer("layer", asked.row.name, config)


def model_of(asked: Asked) -> Model:
    """The layer behind an input for each of its shapes."""
    entries = [
        Layer(f"in{at}", "InputLayer", {"batch_input_shape": shape})
        for at, shape in enumerate(asked.example.shapes)
    ]
    refs = [TensorRef(entry.name, 0, 0) for entry in entries]
    layer = replace(layer_of(asked), calls=(Call(refs),))
    return Model("model", "Functional", (*entries, layer), refs, [TensorRef("layer", 0, 0)])


def fits(told: Shape, real: list[int | None]) -> bool:
    """True if all sizes that the release tells are told, and are the same."""
    return (
        told is not None
        and len(told) == len(real)
        and all(size in (None, own) for own, size in zip(told, real, strict=True))
    )


@pytest.mark.parametrize("release", EACH_RELEASE)
def test_variables_are_those_of_the_class(release: str, ask: Ask) -> None:
    for asked in ask(release):
        row, layer, real = asked.row, layer_of(asked), asked.answer["variables"]
        if asked.has_other_variables:
            assert len(real) == row.most_weights, asked.label
            continue
        assert [name for _, name in flat_slots(layer)] == [item[0] for item in real], asked.label
        if not (row.holds or row.parts):
            made = hub.variables(row.name, layer.config) or ()
            told = {(variable.name, variable.trained) for variable in made}
            assert told == {(name, trained) for name, _, trained in real}, asked.label


@pytest.mark.parametrize("release", EACH_RELEASE)
def test_shapes_of_variables_are_those_of_the_class(release: str, ask: Ask) -> None:
    for asked in ask(release):
        row, given = asked.row, tuple(asked.example.shapes[0])
        told = variable_shapes(layer_of(asked), given)
        real = {name: tuple(shape) for name, shape, _ in asked.answer["variables"]}
        if not row.variable_shapes:
            assert told == {}, asked.label
        elif not asked.has_other_variables:
            assert {name: told.get(name) for name in real} == real, asked.label


@pytest.mark.parametrize("release", EACH_RELEASE)
def test_outputs_have_the_shape_that_the_rule_says(release: str, ask: Ask) -> None:
    for asked in ask(release):
        if asked.row.shape:
            (told,) = infer_shapes(model_of(asked))["layer"][0].outputs
            assert told is not None, asked.label
            assert fits(told, asked.answer["output"]), (asked.label, told)


@pytest.mark.parametrize("release", EACH_RELEASE)
def test_masks_go_where_the_class_lets_them(release: str, ask: Ask) -> None:
    for asked in ask(release):
        found, config = asked.answer["masks"], asked.example.config
        inner = config["layer"]["config"] if "layer" in config else config
        rest = ["none"] * (len(found) - 1)
        match asked.row.mask:
            case Mask.PASSES | Mask.MADE:
                fits = set(found) == {"mask"}
            case Mask.STOPS:
                fits = set(found) <= {"refused", "none"}
            case Mask.USED_UP:
                # GlobalAveragePooling1D takes none in TF 1.12.
                fits = set(found) <= ({"none"} if release != "tf1.12" else {"none", "refused"})
            case Mask.OF_QUERIES:
                fits = found == ["mask", *rest]
            case Mask.OF_SEQUENCE:
                fits = found == ["mask" if inner.get("return_sequences") else "none"]
            case Mask.MADE_IF_ASKED:
                fits = found == ["mask" if inner.get("mask_zero") else "none"]
            case Mask.BY_RELEASE:
                fits = True  # the catalog of each says (`test_rows`)
        assert fits, (asked.label, found)


@pytest.mark.parametrize("release", EACH_RELEASE)
def test_inputs_are_those_of_the_class(release: str, ask: Ask) -> None:
    for asked in ask(release):
        if asked.row.inputs is not Inputs.ANY:
            takes_two = asked.row.inputs is Inputs.SEVERAL
            assert asked.answer["takes two"] == takes_two, asked.label


@pytest.mark.parametrize("release", EACH_RELEASE)
def test_training_is_told_to_classes_that_act_on_it(release: str, ask: Ask) -> None:
    for asked in ask(release):
        acts = asked.row.tells_training or asked.row.name in TAKES_TRAINING
        # Attention has no dropout in TF 1.15, and DepthwiseConv2D no such argument in TF 2.3.
        assert acts or not asked.answer["training"], asked.label
        if release in ("tf2.3", "tf2.15"):
            assert asked.answer["training"] or not asked.row.tells_training, asked.label


def classes(holds: Callable[[Row], object]) -> set[str]:
    return {name for name, row in hub.ROWS.items() if holds(row)}


def test_every_class_with_facts_is_asked() -> None:
    """Guards the tests above: a new row gets an example."""
    asked = {example.class_name for example in EXAMPLES}
    facts = classes(lambda row: row.variables is not None or row.cell or row.tells_training)
    made_by_others = classes(lambda row: row.states) | {"ConvLSTM2DCell", "ConvLSTMCell"}
    no_public = {"BatchNormalizationV1", "BatchNormalizationV2", "ConvRNN2D", "InputLayer"}
    called_otherwise = {"MultiHeadAttention", "StackedRNNCells"}
    # Classes of other packages are asked in `tests/golden/test_addons.py`.
    facts -= {row.name for row in third_party.ROWS}
    # Keras 3 runs its own in `tests/matrix/test_brought.py`.
    facts -= {row.name for row in keras3.ROWS}
    facts -= {"GroupedQueryAttention", "RMSNormalization", "ReversibleEmbedding"}
    facts -= {"BatchRenormalization"}
    facts -= {
        "MultiHeadAttentionByEinsum",
        "MultiHeadAttentionOfKeras3",
        "NormalizationV2",
        "ScaledByDeviation",
    }
    # Those of Keras 1 are asked in `tests/golden/test_keras1.py`.
    facts -= {row.name for row in legacy.ROWS}
    assert facts - asked <= made_by_others | no_public | called_otherwise
