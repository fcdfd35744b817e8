"""What the source predicts, and whether a comparison with it can fail at all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from keraport.errors import InputsDifferError, ProbeError, UsageError
from keraport.records import dataclass
from keraport.verify.compare import Array, Tolerance, all_finite, compare, constant_rows
from keraport.verify.fit import fitting
from keraport.verify.inputs import ModelInput, attempts, draw, from_description, read_inputs
from keraport.verify.models import Prediction, RunningModel


@dataclass(frozen=True, slots=True)
class Reference:
    """The source's predictions and what they were made from.

    Args:
        model: the source in its release.
        weights: how many numbers its weights hold.
        inputs: with the shapes that were fed.
        seed: what `arrays` were drawn from; None if the user gave them.
        arrays: what was fed, in the order of the model.
        prediction: what came out.
    """

    model: RunningModel
    weights: int
    inputs: tuple[ModelInput, ...]
    seed: int | None
    arrays: list[Array]
    prediction: Prediction


def run_reference(
    model: RunningModel, given: Path | None, *, layers: bool, seed: int, samples: int
) -> Reference:
    """Run the source on the user's inputs, or on drawn ones of the first sizes that it accepts.

    Raises:
        UsageError: the user's inputs do not fit, or none can be drawn.
        ProbeError: the release cannot open or run the model.
        WeightsDoNotFitError: a layer builds other weights than the file has for it.
    """
    try:
        about = model.describe()
    except ProbeError as problem:
        raise fitting(model, problem) from problem
    declared = from_description(about["inputs"])
    fed = predict(model, declared, given, layers=layers, seed=seed, samples=samples)
    return Reference(model, about["weights"], fed.inputs, fed.seed, fed.arrays, fed.prediction)


@dataclass(frozen=True, slots=True)
class Fed:
    """A prediction, and what it was made from.

    Args:
        inputs: with the shapes that were fed.
        seed: what `arrays` were drawn from; None if the user gave them.
        arrays: what was fed, in the order of the model.
        prediction: what came out.
    """

    inputs: tuple[ModelInput, ...]
    seed: int | None
    arrays: list[Array]
    prediction: Prediction


def predict(
    model: RunningModel,
    declared: Sequence[ModelInput],
    given: Path | None,
    *,
    layers: bool,
    seed: int,
    samples: int,
) -> Fed:
    """Run a model on the user's inputs, or on drawn ones of the first sizes that it accepts.

    Raises:
        UsageError: the user's inputs do not fit, or none can be drawn.
        ProbeError: the release cannot run the model on them.
    """
    if not declared:
        raise UsageError(
            f"{model.path}: the model does not say what goes in",
            hint="save it after it was called or built with an input shape",
        )
    if given is not None:
        used, arrays = read_inputs(given, declared)
        return Fed(used, None, arrays, model.predict(arrays, layers=layers))
    first: ProbeError | None = None
    ways = attempts(declared, samples)
    for used in ways:
        arrays = draw(used, seed)
        try:
            return Fed(used, seed, arrays, model.predict(arrays, layers=layers))
        except ProbeError as problem:
            if model.runtime.pid is None:
                # It died or ran out of time: other sizes would not help.
                raise
            first = first or problem
    if first is not None and len(ways) > 1:
        first.hint = f"the model leaves sizes open, and the {len(ways)} that were tried do not fit"
        first.hint += ": give values of sizes that it takes with --inputs X.npz"
    raise first or ProbeError(f"{model.path}: no sizes to try")


def require_same_inputs(
    reference: Reference, other: RunningModel, inputs: Sequence[ModelInput]
) -> None:
    """Refuse to feed another model what it does not take.

    Args:
        reference: the model that was run.
        other: the model that is to be run on the same arrays.
        inputs: those of `other`.

    Raises:
        InputsDifferError: it takes other inputs; the message names each that differs.
    """
    mine = list(reference.inputs)
    pairs = list(zip_longest(mine, inputs))
    told = [
        f"  input {number}: {_told(one, reference.model)}; {_told(two, other)}"
        for number, (one, two) in enumerate(pairs, start=1)
        if one is None or two is None or not _takes(two, one.shape, one.dtype)
    ]
    if not told:
        return
    hint = "verify compares a model with what was made of it: give two files of the same model"
    if all(one and two and _may_take(one, two) for one, two in pairs):
        hint = "give values that fit both with --inputs X.npz"
    raise InputsDifferError(
        "\n".join([f"{reference.model.path} and {other.path} take different inputs:", *told]),
        hint=hint,
    )


def _takes(item: ModelInput, shape: Sequence[int], dtype: str) -> bool:
    """True if an input takes an array of that shape, made for an input of that dtype."""
    declared = item.declared
    return (item.dtype == "string") == (dtype == "string") and (
        declared is None
        or (
            len(declared) == len(shape)
            and all(known in (None, size) for known, size in zip(declared, shape, strict=True))
        )
    )


def _may_take(one: ModelInput, two: ModelInput) -> bool:
    """True if some array fits both inputs."""
    if one.declared is None or two.declared is None:
        return (one.dtype == "string") == (two.dtype == "string")
    open_ones = [1 if size is None else size for size in one.declared]
    fitting = [
        mine if theirs is None else theirs if known is None else known
        for known, mine, theirs in zip(one.declared, open_ones, two.declared, strict=False)
    ]
    fits = len(one.declared) == len(two.declared)
    return fits and _takes(two, fitting, one.dtype)


def _told(item: ModelInput | None, model: RunningModel) -> str:
    where = f"{model.path.name} in {model.runtime.name}"
    if item is None:
        return f"none of {where}"
    shape = (
        "?"
        if item.declared is None
        else ", ".join("?" if size is None else str(size) for size in item.declared)
    )
    fed = f", fed {list(item.shape)}" if item.shape and item.chosen else ""
    return f"{item.name!r} ({shape}) {item.dtype} of {where}{fed}"


def doubts(reference: Reference, tolerance: Tolerance) -> tuple[list[str], list[str]]:
    """Why agreement would prove nothing, and remarks that fall short of that; sentences."""
    outputs = reference.prediction.outputs
    reasons, remarks = [], []
    if not all_finite(outputs):
        remarks.append("outputs of the source hold NaN or infinity")
    constant = _constant_outputs(reference, tolerance)
    if len(constant) == len(outputs):
        reasons.append("the outputs are the same for different inputs")
    elif constant:
        remarks.append(f"the same for different inputs: {', '.join(constant)}")
    if reference.weights == 0:
        return reasons, remarks
    try:
        fresh = reference.model.predict(reference.arrays, fresh=True).outputs
    except ProbeError as problem:
        remarks.append(f"not known whether the weights matter: {problem.message}")
        return reasons, remarks
    same = _agreeing(outputs, fresh, tolerance)
    if len(same) == len(outputs):
        reasons.append("the outputs are the same with freshly initialised weights")
    elif same:
        remarks.append(f"the same with freshly initialised weights: {', '.join(same)}")
    return reasons, remarks


def _constant_outputs(reference: Reference, tolerance: Tolerance) -> list[str]:
    """Names of the outputs that do not depend on the inputs."""
    outputs = reference.prediction.outputs
    rows = len(reference.arrays[0])
    if rows < 2:
        if reference.seed is None:
            return []
        other = reference.model.predict(draw(reference.inputs, reference.seed + 1)).outputs
        return _agreeing(outputs, other, tolerance)
    if all(constant_rows(array, Tolerance(0.0, 0.0)) for array in reference.arrays):
        return []
    return [
        name
        for name, array in outputs.items()
        if array.ndim > 0 and len(array) == rows and constant_rows(array, tolerance)
    ]


def _agreeing(
    outputs: dict[str, Array], others: dict[str, Array], tolerance: Tolerance
) -> list[str]:
    pairs = zip(outputs.items(), others.values(), strict=True)
    return [name for (name, array), other in pairs if compare(array, other, tolerance).agrees]
