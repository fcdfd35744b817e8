"""Train models with every optimizer of the Keras of the Python that runs this, and save them.

::

    PYTHON tools/build_training_models.py MODULE FOLDER

MODULE is ``keras`` (standalone 2.x, or 3) or ``tensorflow.keras``. For each case of
`training_models.cases` that the release has it writes ``<case>.h5``, since Keras 2.12 also
``<case>.keras``, for some also a SavedModel ``<case>``, and into ``losses.json`` the losses of
20 steps, those of 20 more of the model in memory, and of each file as the release itself loads it.

Python 3.6 to 3.13: every release runs this file.
"""

import argparse
import importlib
import json
import os
import sys
import warnings
from typing import Any, Dict, List

from training_models.cases import CASES, DIRECTORIES, EMBEDDED, Case
from training_models.train import STEPS, batches, build, goes_on, losses, reset


def main() -> None:
    """Build every case."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("module")
    parser.add_argument("folder")
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    keras = importlib.import_module(arguments.module)
    os.makedirs(arguments.folder, exist_ok=True)
    index = os.path.join(arguments.folder, "losses.json")
    rows: Dict[str, Any] = {}
    if arguments.cases and os.path.exists(index):
        with open(index) as file:
            rows = json.load(file)
    for where, found in (("", keras.optimizers), ("legacy_", legacy_of(keras))):
        for case in CASES if found is not None else ():
            for kind in kinds_of(case):
                name = where + case.name + ("" if kind == "dense" else "_" + kind)
                if arguments.cases and name not in arguments.cases:
                    continue
                try:
                    rows[name] = save(
                        keras, found, case, kind, os.path.join(arguments.folder, name)
                    )
                except Exception as error:
                    rows[name] = {"unavailable": str(error)[:200]}
                print(name, sorted(rows[name]), rows[name].get("unavailable", ""))
    with open(index, "w") as file:
        json.dump(rows, file, indent=1, sort_keys=True)
        file.write("\n")


def kinds_of(case: Case) -> List[str]:
    """The models that a case is trained with."""
    found = ["dense"]
    return found + ["embedded"] * (case.name in EMBEDDED) + ["structured"] * (case.name == "adam")


def legacy_of(keras: Any) -> Any:
    """The optimizers before Keras 2.11, where newer ones are beside them; else None."""
    # Keras 3 has the name, and nothing in it that works.
    found = getattr(keras.optimizers, "legacy", None)
    return found if hasattr(found, "Adam") and keras_version(keras) < (3,) else None


def keras_version(keras: Any) -> Any:
    """The version as numbers."""
    # TensorFlow 2.13 and newer lead to a package that has no version of its own.
    found = getattr(keras, "__version__", None) or importlib.import_module("keras").__version__
    return tuple(int(part) for part in found.split("-")[0].split(".")[:2])


def optimizer_of(keras: Any, found: Any, case: Case) -> Any:
    """The optimizer of a case.

    Raises:
        Exception: the release has none such.
    """
    arguments = dict(case.arguments)
    if case.schedule:
        name, given = case.schedule
        arguments["learning_rate"] = getattr(keras.optimizers.schedules, name)(**given)
    maker = getattr(found, case.optimizer)
    if keras_version(keras) < (3,) and "learning_rate" not in known_by(maker):
        arguments["lr"] = arguments.pop("learning_rate")
    optimizer = maker(**arguments)
    if not case.scaled:
        return optimizer
    if keras_version(keras) >= (3,):
        return keras.optimizers.LossScaleOptimizer(optimizer)
    try:
        return keras.mixed_precision.LossScaleOptimizer(optimizer)
    except AttributeError:
        return keras.mixed_precision.experimental.LossScaleOptimizer(optimizer, "dynamic")


def known_by(maker: Any) -> List[str]:
    """The names of its arguments."""
    code = maker.__init__.__code__
    return list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


def save(keras: Any, found: Any, case: Case, kind: str, path: str) -> Dict[str, Any]:
    """Train and save; one object for each file."""
    steps = batches(kind)
    row: Dict[str, Any] = {"kind": kind, "class": case.optimizer, "files": {}}
    for suffix in suffixes_of(keras, case, kind):
        reset(keras)
        model = build(keras, kind)
        loss = "mse" if keras_version(keras) < (3,) else keras.losses.MeanSquaredError()
        model.compile(optimizer_of(keras, found, case), loss=loss, metrics=["mae"])
        row["first"] = losses(model, steps[:STEPS])
        if "variables" not in row:
            row["variables"] = [
                [str(getattr(item, "path", item.name)), [int(size) for size in item.shape]]
                for item in variables_of(model.optimizer)
            ]
        model.save(path + suffix)
        row["memory"] = losses(model, steps[STEPS:])
        try:
            own = goes_on(keras, keras.models.load_model, path + suffix, kind)
        except Exception as error:
            own = {"error": str(error)[:300]}
        row["files"][suffix or "directory"] = own
    return row


def suffixes_of(keras: Any, case: Case, kind: str) -> List[str]:
    """Of the formats that the release saves optimizers in; nothing for a directory."""
    found = [".h5"]
    if keras_version(keras) >= (2, 12):
        found.append(".keras")
    has_directories = keras_version(keras) < (3,) and hasattr(keras.optimizers, "schedules")
    return found + [""] * (has_directories and kind == "dense" and case.name in DIRECTORIES)


def variables_of(optimizer: Any) -> Any:
    """In the order in which they are saved."""
    found = getattr(optimizer, "weights", None) or optimizer.variables
    return found() if callable(found) else found


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    warnings.simplefilter("ignore")
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    main()
