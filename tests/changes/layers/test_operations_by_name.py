"""Operations that a graph names by a function of TensorFlow, in releases that lack such layers."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, run

from keraport.catalog.public_names import public_names
from keraport.catalog.releases import get_release
from keraport.changes.operations.functions import OLDER, arguments_of, own
from keraport.companion.sources_of import available, source_of

OWN = sorted(name for name in available("tf1") if name.startswith("_fn_"))


def called(function: str, node: Any, target: str, class_name: str = "TFOpLambda") -> Outcome:
    """What becomes of a function that is called so on the inputs ``in`` and ``other``."""
    layer = item(class_name, "layer", function=function, dtype="float32", trainable=True)
    layer["inbound_nodes"] = [node]
    document = graph(entry(shape=(3, 4)), entry("other", (3, 4)), layer)
    return run(document, "tf2.15", target)


def tensors(found: Outcome) -> list[str]:
    """The layers whose tensors it is called with."""
    (node,) = found.layers["layer"]["inbound_nodes"]
    return [ref[0] for ref in node]


ADDED = ["in", 0, 0, {"y": ["other", 0, 0], "name": None}]


def test_tensors_and_values_are_told_apart() -> None:
    found = called("math.add", ADDED, "tf1.12")
    assert found.translation.companions == {"TFOpLambda"}
    assert tensors(found) == ["in", "other"]
    assert found.config()["arguments"] == {
        "args": [{"tensor": 0}],
        "kwargs": {"y": {"tensor": 1}},
    }


def test_a_function_has_its_older_name() -> None:
    found = called("math.is_nan", ["in", 0, 0, {}], "tf1.12")
    assert found.config()["function"] == "is_nan"


def test_what_is_written_out_keeps_its_name() -> None:
    found = called("nn.silu", ["in", 0, 0, {}], "tf1.12")
    assert found.config()["function"] == "nn.silu"
    assert found.translation.companions == {"TFOpLambda", "_fn_nn_silu"}


def test_a_release_that_calls_functions_does_so_itself() -> None:
    found = called("math.add", ADDED, "tf2.3")
    assert not found.translation.companions
    assert found.layers["layer"]["class_name"] == "TFOpLambda"
    renamed = called("nn.silu", ["in", 0, 0, {}], "tf2.3")
    assert not renamed.translation.companions
    assert renamed.config()["function"] == "nn.swish"


@pytest.mark.parametrize("target", ["tf1.12", "tf2.3"])
def test_values_in_the_place_of_tensors(target: str) -> None:
    node = ["_CONSTANT_VALUE", -1, 2.0, {"y": ["in", 0, 0], "name": None}]
    found = called("math.subtract", node, target)
    assert tensors(found) == ["in"]
    assert found.config()["arguments"] == {"args": [2.0], "kwargs": {"y": {"tensor": 0}}}


@pytest.mark.parametrize("target", ["tf1.12", "tf2.3"])
def test_slices(target: str) -> None:
    whole = {"start": None, "stop": None, "step": None}
    spec = [whole, {"class_name": "__ellipsis__"}, 0]
    node = ["in", 0, 0, {"slice_spec": spec}]
    found = called("__operators__.getitem", node, target, "SlicingOpLambda")
    assert found.translation.companions == {"SlicingOpLambda"}
    given = found.config()["arguments"]["kwargs"]["slice_spec"]
    assert given == [whole, {"ellipsis": True}, 0]


def test_arguments_that_say_nothing_are_left_out() -> None:
    plain = called("compat.v1.gather", ["in", 0, 0, {"indices": [0], "batch_dims": 0}], "tf1.12")
    assert plain.config()["arguments"]["kwargs"] == {"indices": [0]}
    node = ["in", 0, 0, {"indices": [0], "batch_dims": 1}]
    note = called("compat.v1.gather", node, "tf1.12").refusal()
    assert note.text == (
        "tf.compat.v1.gather is called with batch_dims=1, which is unavailable in tf1.12"
    )


@pytest.mark.parametrize("function", ["io.write_file", "py_function", "math.unheard_of"])
def test_functions_that_are_not_listed_are_refused(function: str) -> None:
    note = called(function, ["in", 0, 0, {}], "tf1.12").refusal()
    assert "no function that is known to do" in note.text
    value = ["_CONSTANT_VALUE", -1, "a.txt", {"contents": ["in", 0, 0]}]
    assert called(function, value, "tf2.3").refusal()


@pytest.mark.parametrize("release", ["tf1.12", "tf1.15"])
def test_every_function_is_there(release: str) -> None:
    public = public_names(release)
    assert not [older for older in OLDER.values() if older not in public]
    assert all(arguments_of(name, get_release(release)) for name in OLDER)


@pytest.mark.parametrize("name", OWN)
def test_what_is_written_out_stands_for_one_function(name: str) -> None:
    (function,) = ast.parse(source_of(name).body).body
    assert isinstance(function, ast.FunctionDef)
    assert function.name == name
    assert not any(own(other) == name for other in OLDER)
