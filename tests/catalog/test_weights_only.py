"""Weights that TensorFlow 2.3.0 saved without an architecture (``examples/own_code``)."""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.catalog.weights_only import subclassed_model
from keraport.convert import check, convert
from keraport.errors import UsageError
from keraport.formats import read
from keraport.inspection.inspect import inspect
from keraport.model import StoredBytes, Weight, WeightGroup

FOLDER = Path(__file__).parents[2] / "examples" / "own_code"
SUBCLASSED = FOLDER / "subclassed_weights_tf2.h5"
FUNCTIONAL = FOLDER / "functional_weights_tf2.h5"


def test_a_subclassed_model(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        convert(SUBCLASSED, tmp_path / "out.h5", "tf1.12")
    assert "of the subclassed model 'subclassed': its architecture is Python code" in (
        caught.value.message
    )
    assert "build the model anew in tf1.12" in caught.value.hint
    assert f"keraport transfer {SUBCLASSED} ARCHITECTURE.h5 OUT.h5" in caught.value.hint
    assert "model.to_json()" not in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_a_functional_model() -> None:
    with pytest.raises(UsageError) as caught:
        check(FUNCTIONAL, "tf1.12")
    assert "subclassed" not in caught.value.message
    line = f"keraport convert model.json OUT.h5 --to tf1.12 --weights {FUNCTIONAL};"
    assert line in caught.value.hint
    assert f"keraport transfer {FUNCTIONAL} ARCHITECTURE.h5 OUT.h5" in caught.value.hint


@pytest.mark.parametrize(("path", "name"), [(SUBCLASSED, "subclassed"), (FUNCTIONAL, "")])
def test_inspect_says_the_same(path: Path, name: str) -> None:
    found = inspect(path).weights_only
    assert found is not None
    assert found.subclassed == name
    assert found.hint in str(inspect(path).to_json())


def test_models_that_have_a_config() -> None:
    """Nested models and wrappers have longer names too, but not in one scope above their layer."""
    golden = Path(__file__).parents[1] / "golden" / "tf2.3"
    names = ("nested_functional", "bidirectional_lstm", "nested_sequential")
    paths = [golden / f"{name}.h5" for name in names if (golden / f"{name}.h5").exists()]
    paths += sorted(golden.glob("*nested*.h5"))
    assert len(paths) > 3
    for path in paths:
        assert subclassed_model(read(path).groups) == ""


def test_groups_that_say_nothing() -> None:
    assert subclassed_model(()) == ""
    place = StoredBytes(Path("m.h5"), "/")
    both = [
        WeightGroup(name, (Weight(f"{model}/{name}/kernel:0", (1,), "float32", place),))
        for model, name in (("one", "a"), ("two", "b"))
    ]
    assert subclassed_model(both) == ""
    assert subclassed_model(both[:1]) == "one"
