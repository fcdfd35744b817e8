"""Builds, trains, runs, saves and reloads one case.

Python 3.6 to 3.13.
"""

import hashlib
import inspect
import os
import re
from typing import Any, Dict, List, Optional

import numpy as np

from matrix.case import Case
from matrix.numbers import draw_inputs, generator, move_weights, nudged
from matrix.positions import build, flat
from matrix.training import RECIPES, can_be_trained, recipe_of, train

WIDE = 1e-6
"""How far an output may move, relative to its largest value, without being worth a word."""


class CaseError(Exception):
    """A case that the release cannot build, run or save; the stage and the release's own error."""

    def __init__(self, stage: str, error: BaseException) -> None:
        super().__init__(stage)
        self.row = {"stage": stage, "error": describe(error)}


def describe(error: BaseException) -> str:
    """An error on one line, without addresses and folders."""
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split())
    text = re.sub(r"/[^ '\"]*site-packages/", "", re.sub(r" at 0x[0-9a-f]+", "", text))
    # A trace of the source, from the outermost call to the line before the message.
    text = re.sub(r'Detected at node .*File "[^"]*", line \d+, in \S+ ', "", text)
    text = re.sub(r"\(?(defined|created) at .*", "", text)
    return ("%s: %s" % (type(error).__name__, text))[:300]


def at(stage: str, what: Any, *arguments: Any) -> Any:
    """Call something; what goes wrong there is of that stage."""
    try:
        return what(*arguments)
    except Exception as error:
        raise CaseError(stage, error) from error


def save(release: Any, case: Case, folder: str, formats: List[str]) -> Dict[str, Any]:
    """Write the files of a case; what ``cases.json`` says about it.

    Raises:
        CaseError: the release cannot do it.
    """
    inputs = draw_inputs(case)
    recipe = recipe_of(release, case)
    if case.twin:
        return save_with_twin(release, case, folder, inputs)
    model, problem = prepare(release, case, inputs, recipe)
    outputs = at("predict", predict, release, model, inputs)
    found = facts(release, case, model)
    if problem is not None:
        found["training_error"] = problem
    elif recipe and getattr(model, "optimizer", None) is not None:
        found["training"] = recipe
    write_arrays(release, model, inputs, outputs, os.path.join(folder, case.name + ".npz"))
    for suffix in formats:
        path = os.path.join(folder, case.name + "." + suffix)
        try:
            reset(release, model)
            model.save(path)
        except Exception as error:
            if os.path.exists(path):
                os.remove(path)
            found.setdefault("unsaved", {})[suffix] = describe(error)
            continue
        found["files"][os.path.basename(path)] = digest(path)
        found["reload"][suffix] = reload(release, path, inputs, outputs)
    if not found["files"]:
        os.remove(os.path.join(folder, case.name + ".npz"))
        raise CaseError("save", RuntimeError("; ".join(found["unsaved"].values())))
    return found


def save_with_twin(release: Any, case: Case, folder: str, inputs: List[Any]) -> Dict[str, Any]:
    """Write the file of a model that needs a GPU; its twin, which loads that file, predicts."""
    path = os.path.join(folder, case.name + ".h5")
    release.clear(0)
    release.run_without_gpu()
    model = at("build", build, release, case)
    at("weights", move_weights, release, model, case.name)
    found = facts(release, case, model)
    at("save", model.save, path)
    try:
        twin = fresh(release, case._replace(outputs=case.twin))
        at("twin", twin.load_weights, path)
        outputs = at("twin", predict, release, twin, inputs)
    except CaseError:
        os.remove(path)
        raise
    write_arrays(release, twin, inputs, outputs, os.path.join(folder, case.name + ".npz"))
    found["files"][os.path.basename(path)] = digest(path)
    found["predicted_by"] = sorted({type(one).__name__ for one in twin.layers})
    return found


def facts(release: Any, case: Case, model: Any) -> Dict[str, Any]:
    """The beginning of a row of ``cases.json``."""
    return {
        "name": case.name,
        "guards": case.guards,
        "layers": sorted({type(one).__name__ for one in release.layers_within(model)}),
        "classes": classes(release, model),
        "files": {},
        "reload": {},
    }


def digest(path: str) -> str:
    """The SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def prepare(release: Any, case: Case, inputs: List[Any], recipe: str) -> Any:
    """The model of a case, trained for a step where there is a recipe, and with moved weights.

    Returns:
        It, and what went wrong in the training, after which it is made anew and not trained.
    """
    model = fresh(release, case)
    problem: Optional[str] = None
    if case.position == "sequential_open" or recipe:
        outputs = at("predict", predict, release, model, inputs)
        if recipe and can_be_trained(model, outputs):
            try:
                train(release, model, case.name, RECIPES[recipe], inputs, outputs)
            except Exception as error:
                problem = describe(error)
                model = fresh(release, case)
                predict(release, model, inputs)
    at("weights", move_weights, release, model, case.name)
    return model, problem


def fresh(release: Any, case: Case) -> Any:
    """The model of a case with its first weights, in a release that knows no other."""
    release.clear(int(generator(case.name, "seed").randint(1 << 30)))
    return at("build", build, release, case)


def classes(release: Any, model: Any) -> List[str]:
    """The public layers in a model, by their paths."""
    public = release.public()
    kinds = {type(one) for one in release.layers_within(model)}
    return sorted(name for name, one in public.items() if one in kinds)


def reset(release: Any, model: Any) -> None:
    """Stateful layers start anew."""
    for layer in release.layers_within(model):
        if getattr(layer, "stateful", False):
            again = getattr(layer, "reset_states", None) or getattr(layer, "reset_state", None)
            if again is not None:
                again()


def predict(release: Any, model: Any, inputs: List[Any]) -> List[Any]:
    """All outputs, as arrays in order."""
    reset(release, model)
    fed = [release.words(one) if one.dtype.kind in "US" else one for one in inputs]
    # Not `predict`, which takes the first dimension of an output for samples.
    found = model.predict_on_batch(fed if len(fed) > 1 else fed[0])
    return [np.asarray(one) for one in flat(found)]


def run(release: Any, model: Any, inputs: List[Any]) -> List[Any]:
    """All outputs, without the time that it takes to trace a graph where that can be had."""
    if not release.is_eager:
        return predict(release, model, inputs)
    reset(release, model)
    fed = [release.words(one) if one.dtype.kind in "US" else one for one in inputs]
    found = model(fed if len(fed) > 1 else fed[0], training=False)
    return [release.array(one) for one in flat(found)]


def write_arrays(release: Any, model: Any, inputs: Any, outputs: Any, path: str) -> None:
    """Inputs, outputs, and how far outputs move with the inputs, where that is far."""
    arrays = {"input_%d" % index: array for index, array in enumerate(inputs)}
    for index, output in enumerate(outputs):
        # Words as text: arrays of objects would be pickled.
        arrays["output_%d" % index] = output.astype("U") if output.dtype.kind == "O" else output
    if any(array.dtype.kind == "f" for array in inputs):
        moved = predict(release, model, nudged(inputs))
        for index, (one, other) in enumerate(zip(outputs, moved)):
            if one.dtype.kind != "f" or not one.size:
                continue
            far = float(np.max(np.abs(one.astype("float64") - other.astype("float64"))))
            if far > WIDE * float(np.max(np.abs(one))):
                arrays["ulp_%d" % index] = np.float64(far)
    np.savez_compressed(path, **arrays)


def reload(release: Any, path: str, inputs: List[Any], outputs: List[Any]) -> str:
    """Whether the release opens its own file, and agrees with itself."""
    load = release.keras.models.load_model
    options: Dict[str, Any] = {"compile": False}
    if "safe_mode" in inspect.signature(load).parameters:
        options["safe_mode"] = False
    try:
        found = run(release, load(path, **options), inputs)
    except Exception as error:
        return describe(error)
    if [one.shape for one in found] != [one.shape for one in outputs]:
        return "other shapes"
    worst = max(map(difference, outputs, found))
    return "agrees" if worst <= 1e-5 else "differs by %.2g" % worst


def difference(wanted: Any, got: Any) -> float:
    """The largest difference, relative to the largest value."""
    if wanted.dtype.kind not in "fiub":
        return 0.0 if np.array_equal(wanted, got) else float("inf")
    wanted, got = wanted.astype("float64"), got.astype("float64")
    if not wanted.size:
        return 0.0
    return float(np.max(np.abs(wanted - got)) / max(float(np.max(np.abs(wanted))), 1e-30))
