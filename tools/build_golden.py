"""Build the golden models of TensorFlow 2.3.0 or 2.15.1: files, inputs and what it predicts.

Run it with the Python of the runtime that ``keraport runtimes install tf2.3`` (or ``tf2.15``)
builds::

    PYTHON tools/build_golden.py tests/golden/tf2.3 [CASE ...]

For each case it writes ``<case>.h5`` (``model.save``) and ``<case>.npz`` (``input_0`` ...,
``output_0`` ...), and for all of them ``cases.json``. A case that the release cannot build has a
row there that says why, and no files. Models that TensorFlow 1.12.0 cannot express go to
``refused/``. Every number comes from a seed made of the name of the case.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import h5py
import numpy as np
import tensorflow as tf

from golden import (
    architectures,
    convolutions,
    core,
    dtypes,
    graphs,
    largest,
    later,
    later_options,
    later_preprocessing,
    later_training,
    loading,
    merges,
    nesting,
    new_core,
    objects,
    operations,
    preprocessing,
    recurrent,
    recurrent_values,
    refused,
    rewritten,
    spatial,
    swish,
    values,
    wrappers,
)
from golden.case import Case, Model, layers_within
from golden.numbers import draw_inputs, draw_targets, generator, move_weights
from golden.prove import difference, predict, prove
from golden.training import RECIPES

TABLES = (
    core,
    convolutions,
    recurrent,
    recurrent_values,
    wrappers,
    merges,
    objects,
    swish,
    graphs,
    largest,
    architectures,
    rewritten,
    new_core,
    preprocessing,
    spatial,
    operations,
    nesting,
    values,
    loading,
    dtypes,
)
LATER = (later, later_options, later_preprocessing, later_training)
"""What TensorFlow 2.3.0 lacks."""

CONVERTED = {"2.3.0": TABLES, "2.15.1": (*TABLES, *LATER)}
"""The tables of cases of each release."""


def compile_model(model: Model, case: Case) -> None:
    """Compile by the recipe of the case, and take one training step where it asks for one."""
    recipe = RECIPES[case.training]()
    targets = recipe.pop("targets")
    model.compile(**recipe)
    if not case.fit:
        return
    inputs = draw_inputs(model, case)
    outputs = predict(model, inputs)
    if isinstance(targets, str):
        wanted = [draw_targets(targets, output, case.name) for output in outputs]
    elif isinstance(targets, list):
        wanted = [draw_targets(targets[i], output, case.name) for i, output in enumerate(outputs)]
    else:
        names = enumerate(model.output_names)
        wanted = [draw_targets(targets[name], outputs[i], case.name) for i, name in names]
    options = {"batch_size": len(inputs[0]), "epochs": 1, "verbose": 0, "shuffle": False}
    model.fit(inputs, wanted if len(wanted) > 1 else wanted[0], **options)


def save(case: Case, folder: Path) -> dict[str, Any]:
    """Build, move, prove and save one case; what ``cases.json`` says about it."""
    tf.keras.backend.clear_session()
    tf.random.set_seed(generator(case.name, "tensorflow").randint(1 << 30))
    model = case.build()
    if case.training:
        compile_model(model, case)
    move_weights(model, case.name)
    path = folder / f"{case.name}.h5"
    classes = {type(layer).__name__: type(layer) for layer in layers_within(model)}
    custom = {
        name: found
        for name, found in classes.items()
        if not found.__module__.startswith(("tensorflow.", "keras."))
    }
    model.save(str(path))
    facts = describe(case, model, path)
    if case.runs:
        inputs = draw_inputs(model, case)
        outputs = predict(model, inputs)
        arrays = {f"input_{index}": array for index, array in enumerate(inputs)}
        arrays.update({f"output_{index}": array for index, array in enumerate(outputs)})
        np.savez_compressed(str(path.with_suffix(".npz")), **arrays)
        facts["reload"] = reload(case, path, inputs, outputs, custom)
        prove(case, model, outputs, classes)
    return facts


def describe(case: Case, model: Model, path: Path) -> dict[str, Any]:
    """What a case covers, read off the model and the file."""
    facts: dict[str, Any] = {
        "name": case.name,
        "guards": case.guards,
        "layers": sorted({type(layer).__name__ for layer in layers_within(model)}),
        "tags": sorted(case.tags),
        "weights": len(model.weights),
        "inputs": len(model.inputs),
        "outputs": len(model.outputs),
        "runs": case.runs,
        "compiled": bool(case.training),
    }
    if case.training:
        with h5py.File(str(path), "r") as file:
            config = json.loads(file.attrs["training_config"])
            facts["optimizer"] = config["optimizer_config"]["class_name"]
            facts["loss"] = config["loss"]
            facts["optimizer_state"] = "optimizer_weights" in file
    return facts


def reload(
    case: Case,
    path: Path,
    inputs: list[np.ndarray],
    outputs: list[np.ndarray],
    custom: dict[str, Any],
) -> dict[str, Any]:
    """Whether the stock release opens its own file, compiled and not, and agrees."""
    answer: dict[str, Any] = {}
    misread = tf.__version__ in case.misread
    for compiled in (False, True) if case.training else (False,):
        key = f"compile={compiled}"
        try:
            model = tf.keras.models.load_model(str(path), custom_objects=custom, compile=compiled)
            found = predict(model, inputs)
        except Exception as error:
            if not misread:
                raise
            answer[key] = f"{type(error).__name__}: {error}".splitlines()[0]
        else:
            worst = max(map(difference, outputs, found))
            agrees = worst <= case.tolerance
            assert agrees or misread, f"the reloaded file differs by {worst}"
            answer[key] = "agrees" if agrees else f"differs by {worst:.3f}"
    assert misread == any(found != "agrees" for found in answer.values()), "it is not misread"
    return answer


def unavailable(case: Case) -> dict[str, Any]:
    """What ``cases.json`` says about a case that this release cannot build, once that is proven."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            save(case, Path(folder))
        except Exception as error:
            print(f"{case.name}: unavailable: {' '.join(str(error).split())[:150]}")
            reason = case.unavailable[tf.__version__]
            return {"name": case.name, "guards": case.guards, "unavailable": reason}
    raise AssertionError("it is said to be unavailable, and can be built")


def build(cases: tuple[Case, ...], folder: Path, chosen: list[str]) -> None:
    """Save all cases of a table, or those that were chosen, and their ``cases.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / "cases.json"
    known = {row["name"]: row for row in json.loads(index.read_text())} if index.exists() else {}
    if not chosen:
        remove_stale(cases, folder)
    failed = []
    for case in cases:
        if chosen and case.name not in chosen:
            continue
        try:
            if tf.__version__ in case.unavailable:
                known[case.name] = unavailable(case)
                continue
            known[case.name] = save(case, folder)
            print(f"{case.name}: {(folder / (case.name + '.h5')).stat().st_size} bytes")
        except Exception as error:
            failed.append(f"{case.name}: {type(error).__name__}: {error}")
            print(f"FAILED {failed[-1]}")
    rows = [known[case.name] for case in cases if case.name in known]
    index.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    if failed:
        raise SystemExit("\n".join(["", *failed]))


def remove_stale(cases: tuple[Case, ...], folder: Path) -> None:
    """Delete the files of cases that no table has any more."""
    names = {case.name for case in cases if tf.__version__ not in case.unavailable}
    for path in [*folder.glob("*.h5"), *folder.glob("*.npz")]:
        if path.stem not in names:
            path.unlink()


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("case", nargs="*", help="build these only")
    arguments = parser.parse_args()
    if tf.__version__ not in CONVERTED:
        releases = " and ".join(CONVERTED)
        raise SystemExit(f"this is TensorFlow {tf.__version__}; golden models are of {releases}")
    cases = tuple(case for table in CONVERTED[tf.__version__] for case in table.CASES)
    build(cases, arguments.out_dir, arguments.case)
    build(refused.CASES, arguments.out_dir / "refused", arguments.case)


if __name__ == "__main__":
    main()
