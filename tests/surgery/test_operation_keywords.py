"""Operations of Keras 3 in the words of other releases of it."""

from __future__ import annotations

from typing import Any

import pytest

from keraport.catalog.operation_classes import operation_classes
from keraport.catalog.releases import get_release
from keraport.model import OPERATIONS, Call, Layer, Model, TensorRef
from keraport.report import Journal
from keraport.surgery.operation_keywords import in_words_of_target


def converted(
    class_name: str, config: dict[str, Any], source: str, target: str, module: str = "numpy"
) -> tuple[dict[str, Any], str]:
    """The config of an operation, and what it is refused for."""
    operation = Layer(
        "operation",
        class_name,
        config,
        (Call([TensorRef("in", 0, 0)]),),
        package=OPERATIONS,
        extra={"module": f"keras.src.ops.{module}"},
    )
    model = Model("model", "Functional", (operation,))
    journal = Journal()
    found = in_words_of_target(model, get_release(source), get_release(target), journal)
    refused = [note.text for notes in journal.layers.values() for note in notes]
    return dict(found.layers[0].config), " ".join(refused)


@pytest.mark.parametrize(
    ("class_name", "config", "target", "left"),
    [
        ("Mean", {"name": "mean", "axis": -1, "keepdims": True}, "keras3.10", {"name"}),
        ("Argmax", {"name": "a", "axis": -1, "keepdims": False}, "keras3.0", {"name", "keepdims"}),
        ("Mean", {"name": "mean", "axis": -1, "keepdims": True}, "keras3.11", set()),
        ("Multiply", {"name": "multiply"}, "keras3.0", set()),
    ],
)
def test_what_the_target_does_not_take_and_means_nothing_is_left_out(
    class_name: str, config: dict[str, Any], target: str, left: set[str]
) -> None:
    found, refused = converted(class_name, config, "keras3.15", target)
    assert found == {key: value for key, value in config.items() if key not in left}
    assert not refused


def test_what_has_a_meaning_is_refused() -> None:
    given = {"name": "a", "axis": -1, "keepdims": True}
    _, refused = converted("Argmax", given, "keras3.15", "keras3.0")
    assert "keepdims=True: operation numpy.Argmax of keras3.0 does not have this keyword" in refused


def test_an_operation_that_came_later_is_refused() -> None:
    later = operation_classes("keras3.15").keys() - operation_classes("keras3.0").keys()
    assert "numpy.Angle" in later
    _, refused = converted("Angle", {"name": "angle"}, "keras3.15", "keras3.0")
    assert "keras3.0 has no operation numpy.Angle" in refused


def test_releases_of_other_lines_have_none() -> None:
    assert operation_classes("tf2.15") == {}
    config = {"name": "mean", "axis": -1}
    assert converted("Mean", config, "keras3.15", "tf2.15") == (config, "")
