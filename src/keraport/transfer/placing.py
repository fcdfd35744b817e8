"""Puts each weight of a matched layer where it belongs, laid out as it has to be there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from keraport.model import Weight
from keraport.records import dataclass
from keraport.transfer.layouts import Layout, converted, converts, gated_layout, gates_of
from keraport.transfer.matching import BY_MAP, Pair
from keraport.transfer.result import Refusal, Row
from keraport.transfer.units import Unit, UnitWeight

_GRU_GATES = 3
_RESET_AFTER = {
    Layout.PLAIN: "reset_after=False",
    Layout.TWO_BIASES: "reset_after=True",
    Layout.CUDNN: "cuDNN's layer, which computes reset_after=True",
}


@dataclass(slots=True)
class Placed:
    """The weights of the output.

    Args:
        weights: by group and position in the architecture.
        rows: what goes where.
        refusals: what does not fit.
    """

    weights: dict[tuple[str, int], Weight] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def place_all(
    pairs: Sequence[Pair], weights: Sequence[tuple[Unit, UnitWeight, Unit, UnitWeight]]
) -> Placed:
    """The weights of all pairs, and those that the user put together one by one."""
    placed = Placed()
    for pair in pairs:
        _place_pair(pair, placed)
    for one, source, other, target in weights:
        _copy(Pair(one, other, BY_MAP), source, target, placed)
    return placed


def _place_pair(pair: Pair, placed: Placed) -> None:
    together = _together(pair.trained.places, pair.rebuilt.places)
    if together is None:
        placed.refusals.append(_other_weights(pair))
        return
    layouts, refusals = _layouts(pair, together)
    placed.refusals += refusals
    if refusals:
        return
    for source, target in together:
        layout = layouts.get(_owner(target))
        if layout is None:
            _copy(pair, source, target, placed)
        else:
            _convert(pair, source, target, layout, placed)


def _together(
    trained: Sequence[UnitWeight], rebuilt: Sequence[UnitWeight]
) -> list[tuple[UnitWeight, UnitWeight]] | None:
    """The weights side by side: of one role, or of one kind in the order of both files."""
    by_role = {place.role: place for place in trained}
    if by_role.keys() == {place.role for place in rebuilt}:
        return [(by_role[place.role], place) for place in rebuilt]
    if [place.variable for place in trained] == [place.variable for place in rebuilt]:
        return list(zip(trained, rebuilt, strict=True))
    if len(trained) == len(rebuilt) == 1:
        return [(trained[0], rebuilt[0])]
    return None


def _owner(place: UnitWeight) -> str:
    """The part of a layer that a weight belongs to: ``forward_``."""
    return place.role.rpartition("/")[0]


def _layouts(
    pair: Pair, together: Sequence[tuple[UnitWeight, UnitWeight]]
) -> tuple[Mapping[str, tuple[int, Layout]], list[Refusal]]:
    """For each gated part that is laid out anew: its number of gates, and the new layout."""
    parts: dict[str, dict[str, tuple[UnitWeight, UnitWeight]]] = {}
    for source, target in together:
        parts.setdefault(_owner(target), {})[target.variable] = (source, target)
    found: dict[str, tuple[int, Layout]] = {}
    refusals = []
    for owner, places in parts.items():
        if not {"kernel", "recurrent_kernel", "bias"} <= places.keys():
            continue
        old, new = (
            (places["recurrent_kernel"][side].shape or (), places["bias"][side].shape or ())
            for side in (0, 1)
        )
        gates = gates_of(old[0])
        was, wanted = gated_layout(gates, *old), gated_layout(gates, *new)
        if was is None or wanted is None or was is wanted:
            continue
        if converts(gates, was, wanted):
            found[owner] = (gates, wanted)
        else:
            refusals.append(_other_layout(pair, gates, was, wanted))
    return found, refusals


def _copy(pair: Pair, source: UnitWeight, target: UnitWeight, placed: Placed) -> None:
    if source.shape != target.shape or source.dtype != target.dtype:
        placed.refusals.append(_misfit(pair, source, target))
        return
    placed.weights[target.group, target.index] = replace(source.stored, name=target.name)
    placed.rows.append(_row(pair, source, target))


def _convert(
    pair: Pair, source: UnitWeight, target: UnitWeight, layout: tuple[int, Layout], placed: Placed
) -> None:
    weight = converted(source.stored, target, *layout)
    placed.weights[target.group, target.index] = weight
    to_cudnn = layout[1] is Layout.CUDNN
    placed.rows.append(
        _row(pair, source, target, "to cuDNN's layout" if to_cudnn else "from cuDNN's layout")
    )


def _row(pair: Pair, source: UnitWeight, target: UnitWeight, made: str = "") -> Row:
    return Row(
        source.name,
        pair.trained.path,
        source.shape or (),
        target.name,
        pair.rebuilt.path,
        target.shape or (),
        pair.why,
        made,
    )


def _names(pair: Pair) -> str:
    """``'lstm'``, or ``'lstm' (here 'rnn')``."""
    if pair.trained.path == pair.rebuilt.path:
        return f"layer {pair.trained.path!r}"
    return f"layer {pair.trained.path!r}, in the architecture {pair.rebuilt.path!r}"


def _other_layout(pair: Pair, gates: int, old: Layout, new: Layout) -> Refusal:
    if gates != _GRU_GATES:
        text = f"{_names(pair)}: biases of {old} do not become {new}"
        return Refusal("layout", text, "rebuild the layer as it was trained")
    return Refusal(
        "layout",
        f"{_names(pair)}: was trained with {_RESET_AFTER[old]}, and the architecture has "
        f"{_RESET_AFTER[new]}: the two compute different things, no weights make them equal",
        f"rebuild the layer with {_RESET_AFTER[old].rpartition(' ')[2]}",
        pair.rebuilt.path,
    )


def _misfit(pair: Pair, source: UnitWeight, target: UnitWeight) -> Refusal:
    found, wanted = _described(source), _described(target)
    return Refusal(
        "shape",
        f"{_names(pair)}: {source.name} is {found}, and {target.name} wants {wanted}",
        "rebuild the layer as it was trained, or map another one: --map TRAINED="
        f"{pair.rebuilt.path}",
    )


def _other_weights(pair: Pair) -> Refusal:
    return Refusal(
        "shape",
        f"{_names(pair)}: the trained one has {described(pair.trained)}, and the architecture "
        f"wants {described(pair.rebuilt)}",
        "rebuild the layer as it was trained (use_bias, scale, center, ...), or map another one",
    )


def described(unit: Unit) -> str:
    """``kernel (3, 3, 8, 16), bias (16,)``."""
    return ", ".join(f"{place.role} {_described(place)}" for place in unit.places)


def _described(place: UnitWeight) -> str:
    dtype = "" if place.dtype == "float32" else f" {place.dtype}"
    return f"{place.shape}{dtype}"
