"""``keraport.load_model`` in processes of real releases that are installed beside keraport."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from tests.inside.cases import (
    ACTIVATIONS,
    ALL,
    ARCHIVE,
    BILINEAR,
    CUSTOM,
    OWN,
    assert_loaded,
    assert_predicts,
    assert_the_others,
)
from tests.inside.conftest import run_jobs

import keraport

COMPANION = "UpSampling2DFromCorners"


@pytest.mark.runtime("tf2.15")
def test_tensorflow(beside_keraport: Callable[..., Path], tmp_path: Path) -> None:
    python = beside_keraport("tf2.15")
    jobs = [*ALL, OWN, {**ARCHIVE, "keras": "tensorflow"}]
    run = run_jobs(python, jobs, tmp_path, module="keraport", imports=["tensorflow"])
    assert_loaded(run, 3, package="keras.", bilinear=COMPANION)
    assert_the_others(run, "RefusedError", "ForeignFileError")
    without, given = run.results[len(ALL) :]
    assert without["error"] == "RefusedError"
    assert "MyCustomLayer" in without["text"]
    assert_predicts(given)


@pytest.mark.runtime("keras3.15")
def test_keras_3(beside_keraport: Callable[..., Path], tmp_path: Path) -> None:
    """It is imported if no Keras is."""
    python = beside_keraport("keras3.15", "tf_keras==2.21.0")
    jobs = [ACTIVATIONS, BILINEAR]
    run = run_jobs(python, jobs, tmp_path, module="keraport", imports=[])
    assert_loaded(run, 2, package="keras.", bilinear=COMPANION)


@pytest.mark.runtime("keras3.15")
def test_tf_keras_goes_before_keras(beside_keraport: Callable[..., Path], tmp_path: Path) -> None:
    """It imports Keras 3 itself; that one is taken where it is given."""
    python = beside_keraport("keras3.15", "tf_keras==2.21.0")
    jobs = [ACTIVATIONS, BILINEAR, {**BILINEAR, "keras": "tensorflow"}]
    run = run_jobs(python, jobs, tmp_path, module="keraport", imports=["keras", "tf_keras"])
    assert_loaded(run, 2, package="tf_keras.", bilinear=COMPANION)
    assert_predicts(run.results[2])
    assert run.results[2]["model"].startswith("keras.")


def keras(version: str, backend: str = "tensorflow") -> ModuleType:
    """A Keras of which nothing but its name, version and backend is looked at."""
    module = ModuleType("keras")
    dense = type("Dense", (), {"__module__": "keras.src.layers.core.dense"})
    found = {"layers": SimpleNamespace(Dense=dense), "__version__": version}
    vars(module).update(found, backend=SimpleNamespace(backend=lambda: backend))
    return module


@pytest.mark.parametrize(
    ("version", "backend", "kind", "told"),
    [
        ("3.99.0", "tensorflow", keraport.UnknownReleaseError, "keras 3.99.0 runs here, which is "),
        ("3.15.1", "numpy", keraport.UsageError, "does not run on the backend 'numpy'"),
    ],
)
def test_what_is_not_supported_is_named(
    version: str,
    backend: str,
    kind: type[Exception],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = keras(version, backend)
    monkeypatch.setitem(sys.modules, "keras", module)
    with pytest.raises(kind, match=told):
        keraport.load_model(BILINEAR["path"], keras=module)


def test_no_keras_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tf_keras", "keras", "tensorflow"):
        assert name not in sys.modules
    with pytest.raises(keraport.UsageError, match="no Keras is installed") as caught:
        keraport.load_model(BILINEAR["path"])
    assert "emit-loader" in caught.value.hint


@pytest.mark.parametrize(
    ("keywords", "told"),
    [({"backend": "jax"}, "backend: the Keras"), ({"accept_marks": True}, "accept_marks: ")],
)
def test_options_that_are_not_taken(keywords: dict[str, Any], told: str) -> None:
    with pytest.raises(TypeError, match=f"no keyword {told}"):
        keraport.load_model(BILINEAR["path"], **keywords)


@pytest.mark.parametrize(
    ("path", "keywords", "told"),
    [
        (None, {}, "takes the path of a model, not None"),
        (3, {}, "takes the path of a model, not 3"),
        ("x.h5", {"custom_objects": {1: len}}, "has the key 1, expected the name"),
        ("x.h5", {"custom_objects": [len]}, "expected a dict of classes"),
        ("x.h5", {"translate_lambda": True}, r"load_model\(\) got an .* 'translate_lambdas'\?"),
        ("x.h5", {"port": True, "custom_objects": {"a": len}}, "rewrites the files of objects="),
    ],
)
def test_arguments_of_the_wrong_kind(path: Any, keywords: dict[str, Any], told: str) -> None:
    with pytest.raises(TypeError, match=told):
        keraport.load_model(path, **keywords)


@pytest.mark.runtime("tf2.15")
def test_source_of_another_release_is_rewritten(
    beside_keraport: Callable[..., Path], tmp_path: Path
) -> None:
    python = beside_keraport("tf2.15")
    source = str(CUSTOM / "my_layers.py")
    jobs = [{**OWN, "own": None, "keywords": {"objects": [source], "port": True}}]
    run = run_jobs(python, jobs, tmp_path, module="keraport", imports=["tensorflow"])
    assert_predicts(run.results[0])


@pytest.mark.parametrize("given", ["tf.keras", json])
def test_what_is_no_keras(given: Any) -> None:
    with pytest.raises(TypeError, match=r"expected tf\.keras, tf_keras or keras"):
        keraport.load_model(BILINEAR["path"], keras=given)
