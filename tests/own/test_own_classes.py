"""Classes of a user's own in files that TensorFlow 2.3.0 saved: known, adapted, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.catalog.releases import get_release
from keraport.convert import Options, check, convert
from keraport.errors import RefusedError
from keraport.porting.files import port_objects
from keraport.report import Report
from keraport.verify.run import verify

HERE = Path(__file__).parent / "own_classes"
SOURCE = HERE / "layers_tf2.py"


def refusals(report: Report) -> dict[str, str]:
    return {
        row.path: note.text
        for row in report.layers
        for note in row.notes
        if note.verdict.name == "REFUSED"
    }


@pytest.mark.parametrize(
    ("name", "layer", "told"),
    [
        ("add", "add", "Add of tf2.3 is called on two tensors or more, and this one on a single"),
        ("add_of_one", "add_1", "Add of tf2.3 is called on two tensors or more"),
        ("dropout", "dropout", "Dropout of tf2.3 has no weights, and this one has 1: "),
        ("flatten", "flatten", "Flatten of tf2.3 is called on one tensor, and this one on 2"),
    ],
)
def test_a_class_with_the_name_of_a_built_in_one(name: str, layer: str, told: str) -> None:
    found = refusals(check(HERE / f"{name}.h5", "tf1.12"))
    assert found.keys() == {layer}
    assert told in found[layer]
    assert "is a custom class" in found[layer]


def test_weights_of_classes_inside_wrappers_and_models() -> None:
    found = refusals(check(HERE / "wrapped.h5", "tf1.12"))
    assert {path: text.partition("weights: ")[2] for path, text in found.items()} == {
        "time_distributed/mine": "time_distributed/Variable:0 [5, 3]",
        "rnn/own_cell": "rnn/own_cell/Variable:0 [3, 3]",
        "sequential/deep": "deep/Variable:0 [3, 2]",
    }


@pytest.mark.parametrize(
    ("name", "layers"), [("second", {"second"}), ("attend", {"both", "plain"})]
)
def test_tensors_in_keywords_are_refused_as_they_are(
    name: str, layers: set[str], tmp_path: Path
) -> None:
    """TensorFlow 1.12 would hand the layer a list of names."""
    options = Options(objects=(SOURCE,))
    found = refusals(check(HERE / f"{name}.h5", "tf1.12", options=options))
    assert found.keys() == layers
    assert all("loads tensors as inputs only" in text for text in found.values())
    with pytest.raises(RefusedError):
        convert(HERE / f"{name}.h5", tmp_path / "out.h5", "tf1.12", options=options)
    assert not list(tmp_path.iterdir())


def test_a_class_that_takes_one_list_is_given_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("class Second(Layer):\n    def call(self, inputs): pass\n", encoding="utf-8")
    options = Options(objects=(path,))
    assert not refusals(check(HERE / "second.h5", "tf1.12", options=options))


@pytest.mark.runtime("tf2.3", "tf1.12")
@pytest.mark.parametrize("name", ["second", "attend", "wrapped"])
def test_what_was_ported_predicts_the_same(name: str, tmp_path: Path) -> None:
    ported, output = tmp_path / "ported_layers.py", tmp_path / "out.h5"
    ported.write_text(port_objects(SOURCE, "tf1.12").code, encoding="utf-8")
    convert(HERE / f"{name}.h5", output, "tf1.12", options=Options(objects=(ported,)))
    result = verify(
        HERE / f"{name}.h5",
        output,
        source_release=get_release("tf2.3"),
        target_release=get_release("tf1.12"),
        objects=[SOURCE],
        output_objects=[ported],
    )
    assert result.passed
