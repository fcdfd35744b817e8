"""Why nothing is written, in words, each with the line to type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keraport.hub.activations import FLATTER_HARD_SIGMOID
from keraport.transfer.differences import CLASS, Difference
from keraport.transfer.matching import Matching
from keraport.transfer.placing import described
from keraport.transfer.result import Refusal, json_value
from keraport.transfer.units import Unit
from keraport.transfer.wiring import INPUTS, NOTHING

OUTPUTS = "outputs"
"""What the user calls the outputs of the model where they may differ."""

_REBUILD = "rebuild the layer as it was trained"

_STEEPER, _FLATTER = "x / 5 + 0.5 between 0 and 1", "x / 6 + 0.5 between 0 and 1"
_HARD_SIGMOIDS = {
    "hard_sigmoid": f"'hard_sigmoid' of TensorFlow and Keras 2 ({_STEEPER})",
    FLATTER_HARD_SIGMOID: f"'hard_sigmoid' of Keras 3 ({_FLATTER})",
}
"""Functions that have one name, and are told apart where both sides are named."""


def refusals_of(
    matching: Matching,
    differences: Sequence[tuple[Difference, bool]],
    placing: Sequence[Refusal],
) -> tuple[Refusal, ...]:
    """Everything that stands in the way.

    Args:
        matching: tells what could not be decided, and what is left.
        differences: what differs, and whether the user allowed it.
        placing: weights that do not fit.
    """
    told = {item.layer for item in placing if item.kind == "layout"}
    return (
        *_undecided(matching),
        *placing,
        *(
            _difference(item)
            for item, allowed in differences
            if item.arithmetic
            and not allowed
            and not (item.key.endswith("reset_after") and item.rebuilt in told)
        ),
    )


def _undecided(matching: Matching) -> Iterator[Refusal]:
    clashing = {unit.path for pair in matching.clashes for unit in pair}
    for trained, rebuilt in matching.clashes:
        yield _clash(trained, rebuilt)
    for block in matching.ambiguous:
        yield _ambiguous(*block)
    for unit in matching.unfilled:
        if unit.path not in clashing:
            yield _unfilled(unit)
    for unit in matching.left_over:
        if unit.path not in clashing:
            yield _left_over(unit)


def _clash(trained: Unit, rebuilt: Unit) -> Refusal:
    path = trained.path
    if described(trained) != described(rebuilt) or _other_class(trained, rebuilt):
        return Refusal(
            "name",
            f"layer {path!r}: the trained one is {_what(trained)}, and the one of that name in "
            f"the architecture is {_what(rebuilt)}",
            f"{_REBUILD}, or say which layers belong together: --map TRAINED={path}",
        )
    return Refusal(
        "name",
        f"layer {path!r}: both files have it, with the same shapes, but at different places in "
        "their graphs",
        f"if the names are right: --map {path}={path}; else map each of them",
    )


def _other_class(trained: Unit, rebuilt: Unit) -> bool:
    return bool(trained.class_name) and trained.class_name != rebuilt.class_name


def _what(unit: Unit) -> str:
    weights = described(unit)
    return f"{unit.class_name} with {weights}" if unit.class_name else weights


def _ambiguous(trained: Sequence[Unit], rebuilt: Sequence[Unit]) -> Refusal:
    ones, others = _listed(trained), _listed(rebuilt)
    same = {unit.path for unit in trained} == {unit.path for unit in rebuilt}
    trust = "; or --trust-names, if the same code built both models" if same else ""
    return Refusal(
        "ambiguous",
        f"the trained {ones} fit {others} equally well: {described(rebuilt[0])}; neither names "
        "nor graphs say which is which",
        f"decide, e.g. --map {trained[0].path}={rebuilt[0].path} or "
        f"--map {trained[0].path}={rebuilt[-1].path}{trust}",
    )


def _listed(units: Sequence[Unit]) -> str:
    return ", ".join(repr(unit.path) for unit in units)


def _unfilled(unit: Unit) -> Refusal:
    return Refusal(
        "unfilled",
        f"layer {unit.path!r} of the architecture stays unfilled: no trained layer is "
        f"{_what(unit)}",
        f"map one: --map TRAINED={unit.path}, or keep its values: --keep-initial {unit.path}",
    )


def _left_over(unit: Unit) -> Refusal:
    return Refusal(
        "left_over",
        f"the trained layer {unit.path!r} is left over: no layer of the architecture is "
        f"{_what(unit)}",
        f"map it: --map {unit.path}=LAYER, or leave it out: --leave-out {unit.path}",
    )


def _difference(item: Difference) -> Refusal:
    name = item.rebuilt or item.trained or OUTPUTS
    where = f"layer {item.trained!r}" if item.trained else "the outputs of the model"
    if item.rebuilt and item.rebuilt != item.trained:
        where += f", in the architecture {item.rebuilt!r}"
    way_out = _REBUILD
    if item.key not in (INPUTS, CLASS):
        way_out = f"rebuild it with {item.key}={_shown(item.trained_value)}"
    if FLATTER_HARD_SIGMOID in (item.trained_value, item.rebuilt_value):
        computed = _FLATTER if item.trained_value == FLATTER_HARD_SIGMOID else _STEEPER
        if item.trained_value in _HARD_SIGMOIDS:
            way_out = f"give it a function of your own, {computed}"
    if name == OUTPUTS:
        way_out = "connect the architecture as the trained model is"
    hint = f"{way_out}, or accept other predictions: --allow-different {name}"
    return Refusal("difference", f"{where}: {explained(item)}", hint, item.rebuilt)


def explained(item: Difference) -> str:
    """``recurrent_activation was 'sigmoid', and is 'hard_sigmoid' in the architecture``."""
    values = (item.trained_value, item.rebuilt_value)
    one, other = map(_shown, values)
    if FLATTER_HARD_SIGMOID in values:
        one, other = (_HARD_SIGMOIDS.get(str(value), _shown(value)) for value in values)
    if item.key == INPUTS:
        one, other = str(item.trained_value), str(item.rebuilt_value)
        if one == NOTHING:
            return f"reads through {other} in the architecture, and not in the trained model"
        if other == NOTHING:
            return f"reads through {one} in the trained model, and not in the architecture"
    if item.key == INPUTS and not item.rebuilt:
        return f"were {one}, and are {other} in the architecture"
    if item.key == INPUTS:
        return f"reads {one}, and in the architecture {other}"
    if item.key == CLASS:
        return f"was {one}, and is {other} in the architecture"
    return f"{item.key} was {one}, and is {other} in the architecture"


def _shown(value: object) -> str:
    return value if isinstance(value, str) and " " in value else repr(json_value(value))
