"""The operations of the probe, in every release that there is."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from tests.more_releases import with_named

import keraport
from keraport.catalog.releases import all_releases
from keraport.errors import RuntimeUnavailableError
from keraport.runtimes import RuntimePool, find_interpreter
from matrix.archive import unpack

PACKAGE = Path(keraport.__file__).parent
SCRIPTS = [PACKAGE / "runtimes" / "serve.py", *sorted((PACKAGE / "verify" / "probe").glob("*.py"))]
every_release = pytest.mark.parametrize(
    "release",
    [
        pytest.param(release, marks=pytest.mark.runtime(release, "tf1.12"))
        # Those that open the files of the tests as they are.
        for release in ("tf1.12", "tf1.15", "tf2.3", "tf2.15")
    ],
)


def ask(runtimes: RuntimePool, release: str, **request: Any) -> dict[str, Any]:
    reply = runtimes[release].request(request)
    assert "error" not in reply, reply["error"]["trace"]
    return reply


@pytest.mark.runtime("keras3.15")
@pytest.mark.parametrize("name", ["embedding_masked", "merge_masked"])
def test_masks_of_a_graph_are_operations(runtimes: RuntimePool, tmp_path: Path, name: str) -> None:
    """Keras 3 has what makes a mask among the nodes of a graph; it is no layer, without weights."""
    model = unpack("keras3.15", tmp_path) / f"{name}.keras"
    described = ask(runtimes, "keras3.15", op="describe", model=str(model))
    assert len(described["inputs"]) == 1


@pytest.mark.parametrize(
    "release",
    [
        pytest.param(name, marks=pytest.mark.runtime(name))
        for name in with_named("keras2.2", lines=frozenset({"keras2"}))
    ],
)
def test_a_stack_that_starts_with_an_embedding(
    runtimes: RuntimePool, tmp_path: Path, release: str
) -> None:
    """A Sequential of Keras 2.0 has no graph until it is built."""
    model = unpack("keras2.0", tmp_path) / "sequential_embedding.h5"
    described = ask(runtimes, release, op="describe", model=str(model))
    assert described["inputs"][0]["input_dim"]


@every_release
def test_predicts_what_the_release_predicted_before_saving(
    runtimes: RuntimePool, old_models: Path, tmp_path: Path, release: str
) -> None:
    request = {
        "model": str(old_models / "selu.h5"),
        "inputs": str(old_models / "reference.npz"),
        "outputs": str(tmp_path / "out.npz"),
    }
    reply = ask(runtimes, release, op="predict", **request)
    expected = np.load(old_models / "reference.npz")["output_0"]
    found = np.load(tmp_path / "out.npz")["output_0"]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)
    assert reply["outputs"] == [{"name": "three", "shape": [5, 3], "dtype": "float32"}]
    ask(runtimes, release, op="fresh", **request)
    fresh = np.load(tmp_path / "out.npz")["output_0"]
    assert np.abs(fresh - expected).max() > 0.01


@every_release
def test_describe(runtimes: RuntimePool, old_models: Path, release: str) -> None:
    reply = ask(runtimes, release, op="describe", model=str(old_models / "selu.h5"))
    expected = next(row for row in all_releases() if row.id == release)
    assert reply["versions"]["tensorflow"] == expected.tensorflow
    assert reply["versions"]["keras"] == expected.keras
    assert reply["versions"]["python"].startswith(expected.python + ".")
    assert reply["weights"] == 6 * 16 + 16 + 16 * 16 + 16 + 16 * 3 + 3
    (about,) = reply["inputs"]
    assert (about["name"], about["shape"], about["dtype"]) == ("one_input", [None, 6], "float32")
    assert [(row["path"], row["activations"]["activation"]) for row in reply["layers"]] == [
        ("one", "selu"),
        ("two", "selu"),
        ("three", "softmax"),
    ]


@every_release
def test_layers_and_the_two_halves_of_a_model(
    runtimes: RuntimePool, old_models: Path, tmp_path: Path, release: str
) -> None:
    reply = ask(
        runtimes,
        release,
        op="predict",
        architecture=str(old_models / "selu.json"),
        weights=str(old_models / "selu_weights.h5"),
        inputs=str(old_models / "reference.npz"),
        outputs=str(tmp_path / "out.npz"),
        layers=True,
    )
    assert reply["skipped"] == []
    assert [row["path"] for row in reply["layers"]] == ["one", "two", "three"]
    with np.load(tmp_path / "out.npz") as stored:
        expected = np.load(old_models / "reference.npz")["output_0"]
        np.testing.assert_allclose(stored["output_0"], expected, rtol=1e-5, atol=1e-7)
        np.testing.assert_array_equal(stored["layer_2"], stored["output_0"])
        assert stored["layer_0"].shape == (5, 16)


@every_release
def test_ranges_of_inputs_that_feed_embeddings(
    runtimes: RuntimePool, old_models: Path, release: str
) -> None:
    reply = ask(runtimes, release, op="describe", model=str(old_models / "embedded.h5"))
    found = {row["name"]: (row["shape"], row["input_dim"]) for row in reply["inputs"]}
    # One lies behind a nested model and a layer in between, one is inside a wrapper.
    assert found == {
        "words": ([None, 5], 7),
        "other": ([None, None], 3),
        "rows": ([None, 3, 2], 2),
    }


@every_release
def test_layers_of_a_nested_model_that_is_called_twice(
    runtimes: RuntimePool, old_models: Path, tmp_path: Path, release: str
) -> None:
    np.savez(tmp_path / "in.npz", input_0=np.eye(4, dtype="float32"))
    reply = ask(
        runtimes,
        release,
        op="predict",
        model=str(old_models / "nested_tanh.h5"),
        inputs=str(tmp_path / "in.npz"),
        outputs=str(tmp_path / "out.npz"),
        layers=True,
    )
    rows = {(row["path"], row["outer_call"], row["call"]): row["key"] for row in reply["layers"]}
    with np.load(tmp_path / "out.npz") as stored:
        arrays = {place: stored[key] for place, key in rows.items()}
        output = stored["output_0"]
    once, twice = arrays["inner", 0, 0], arrays["inner", 0, 1]
    np.testing.assert_allclose(arrays["inner/b", 0, 0], once, rtol=1e-6)
    np.testing.assert_allclose(arrays["inner/b", 1, 0], twice, rtol=1e-6)
    np.testing.assert_allclose(once + twice, output, rtol=1e-6)
    assert np.abs(once - twice).max() > 0.01
    assert len(arrays) == 7


@every_release
def test_training_lowers_the_loss(
    runtimes: RuntimePool, old_models: Path, tmp_path: Path, release: str
) -> None:
    np.savez(tmp_path / "t.npz", target_0=np.eye(3, dtype="float32")[[0, 1, 2, 0, 1]])
    reply = ask(
        runtimes,
        release,
        op="train",
        model=str(old_models / "selu.h5"),
        inputs=str(old_models / "reference.npz"),
        targets=str(tmp_path / "t.npz"),
        steps=5,
        loss="mse",
    )
    assert len(reply["losses"]) == 6
    assert reply["losses"][-1] < reply["losses"][0]


@pytest.mark.runtime("tf2.3")
def test_errors_of_the_release_come_back_whole(runtimes: RuntimePool, tmp_path: Path) -> None:
    path = tmp_path / "empty.h5"
    path.write_bytes(b"")
    error = runtimes["tf2.3"].request({"op": "describe", "model": str(path)})["error"]
    assert error["type"] == "OSError"
    assert "load_model" in error["trace"]


@pytest.mark.runtime("tf2.3")
def test_a_file_that_changed_is_loaded_again(
    runtimes: RuntimePool, models: Path, tmp_path: Path
) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes((models / "selu.h5").read_bytes())
    first = ask(runtimes, "tf2.3", op="describe", model=str(path))
    path.write_bytes((models / "relu.h5").read_bytes())
    second = ask(runtimes, "tf2.3", op="describe", model=str(path))
    assert first["layers"][1]["activations"] == {"activation": "selu"}
    assert second["layers"][1]["activations"] == {"activation": "relu"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_keep_to_the_syntax_of_old_pythons(script: Path) -> None:
    tree = ast.parse(script.read_text(), feature_version=(3, 4))
    newer = (ast.AnnAssign, ast.JoinedStr, ast.NamedExpr, ast.YieldFrom, ast.Nonlocal, ast.Starred)
    found = [node for node in ast.walk(tree) if isinstance(node, newer)]
    assert found == []
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert all(node.returns is None and not node.args.kwonlyargs for node in functions)


@pytest.mark.parametrize("minor", ["2.7", "3.6", "3.13"])
def test_scripts_compile_in_real_pythons(
    minor: str, skip_without: Callable[[str, str], NoReturn]
) -> None:
    try:
        python = find_interpreter(minor)
    except RuntimeUnavailableError as problem:
        skip_without(f"Python {minor}", f"{problem.message}\nhint: {problem.hint}")
    compile_all = "import sys\nfor name in sys.argv[1:]: compile(open(name).read(), name, 'exec')"
    command: list[str] = [str(python), "-c", compile_all, *map(str, SCRIPTS)]
    subprocess.run(command, check=True)
