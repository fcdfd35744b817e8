"""Which weight goes where, and what stands in the way."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

from keraport.changes import lacks
from keraport.changes.weights.nested import RestoresModelsInModels
from keraport.errors import UsageError
from keraport.model import Format, Model, Weight
from keraport.records import dataclass
from keraport.transfer.choices import Choices, Resolved, resolve
from keraport.transfer.computation import Computation
from keraport.transfer.differences import Difference, between, essences, frozen
from keraport.transfer.graph import Graph, Step, graph_of
from keraport.transfer.matching import Matching, Pair, Sides, match
from keraport.transfer.placing import place_all
from keraport.transfer.refine import Decoration
from keraport.transfer.refusals import OUTPUTS, refusals_of
from keraport.transfer.result import Loose, Refusal, Transfer
from keraport.transfer.sides import Rebuilt, Trained
from keraport.transfer.unchecked import unchecked
from keraport.transfer.units import Unit, UnitWeight
from keraport.transfer.wiring import FUSED, wiring_differences
from keraport.translate.restorable import is_restored


@dataclass(frozen=True, slots=True)
class Plan:
    """A transfer that has not been made.

    Args:
        transfer: what it would do.
        rebuilt: the architecture.
        filled: the weights of the output by group and position.
    """

    transfer: Transfer
    rebuilt: Rebuilt
    filled: Mapping[tuple[str, int], Weight]


def plan(trained: Trained, rebuilt: Rebuilt, output: Path, choices: Choices) -> Plan:
    """Decide where each weight goes.

    Raises:
        UsageError: a choice names something that is not there.
    """
    resolved = resolve(choices, trained.units, rebuilt.units)
    view = _View.of(rebuilt.model, rebuilt.units)
    source = None if trained.model is None else _View.of(trained.model, trained.units)
    _require_layers(choices.allow_different, source, view)
    matching = _match(resolved, source, view, trust_names=choices.trust_names)
    placed = place_all(matching.pairs, resolved.weights)
    found: tuple[Difference, ...] = ()
    if source is not None:
        found = _differences(source, view, matching.pairs, decided=matching.is_complete)
    differences = tuple((item, _is_allowed(item, choices)) for item in found)
    transfer = Transfer(
        weights=str(trained.file.path),
        architecture=str(rebuilt.file.path),
        output=str(output),
        trained_release=trained.release.id if trained.release else "",
        rebuilt_release=rebuilt.release.id,
        rows=tuple(placed.rows),
        left_over=tuple(_loose(resolved.left_out, matching.left_over, matching.ambiguous, 0)),
        unfilled=tuple(_loose(resolved.kept, matching.unfilled, matching.ambiguous, 1)),
        differences=differences,
        unchecked=unchecked(source is not None, view.essences, matching.pairs),
    )
    refusals = (
        *refusals_of(matching, transfer.differences, placed.refusals),
        *_nothing_to_keep(rebuilt, resolved.kept),
        *_not_restored(rebuilt),
    )
    filled = {**placed.weights, **_kept(resolved.kept)}
    return Plan(replace(transfer, refusals=refusals), rebuilt, filled)


@dataclass(frozen=True, slots=True)
class _View:
    """What is known of a file with an architecture."""

    graph: Graph
    essences: Mapping[str, Computation]

    @classmethod
    def of(cls, model: Model, units: Sequence[Unit]) -> _View:
        closed = frozenset(unit.path for unit in units)
        found = essences(model)
        for path in closed - found.keys():
            # A model whose weights cannot be told apart is taken for one layer.
            inside = (item for name, item in found.items() if name.startswith(f"{path}/"))
            found[path] = Computation(
                "Model", {str(number): item for number, item in enumerate(inside)}
            )
        return cls(graph_of(model, closed), found)


def _match(
    resolved: Resolved, trained: _View | None, rebuilt: _View, *, trust_names: bool
) -> Matching:
    decorations = (_decoration(trained or rebuilt), _decoration(rebuilt))
    sides = Sides(
        resolved.trained,
        resolved.rebuilt,
        trained.graph if trained else None,
        rebuilt.graph,
        decorations,
        trust_names,
    )
    return match(sides, resolved.layers)


def _decoration(view: _View) -> Decoration:
    keys = {path: frozen(item) for path, item in view.essences.items()}

    def decorate(step: Step) -> Hashable:
        return keys.get(step.path)

    return decorate


def _differences(
    trained: _View, rebuilt: _View, pairs: Sequence[Pair], *, decided: bool
) -> tuple[Difference, ...]:
    """What the layers of pairs compute differently; what they read, once all is `decided`."""
    paths = [(pair.trained.path, pair.rebuilt.path) for pair in pairs]
    found: list[Difference] = []
    for one, other in paths:
        mine, its = trained.essences[one], rebuilt.essences[other]
        for key, *values in between(mine, its):
            # Activations of these are compared with Activation layers behind them, below.
            if not (key == "activation" and mine.class_name in FUSED):
                found.append(Difference(one, other, key, *values))
    if decided:
        found += wiring_differences(
            (trained.graph, trained.essences), (rebuilt.graph, rebuilt.essences), paths
        )
    return tuple(found)


def _require_layers(names: AbstractSet[str], trained: _View | None, rebuilt: _View) -> None:
    known = {OUTPUTS, *rebuilt.essences, *(trained.essences if trained else ())}
    for name in sorted(names - known):
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        raise UsageError(
            f"--allow-different {name}: neither file has a layer {name!r}",
            hint=f"did you mean {' or '.join(near)}?" if near else "--dry-run lists the layers",
        )


def _is_allowed(item: Difference, choices: Choices) -> bool:
    return bool(choices.allow_different & ({item.rebuilt, item.trained} - {""} or {OUTPUTS}))


def _loose(
    allowed: Sequence[Unit],
    other: Sequence[Unit],
    ambiguous: Sequence[tuple[tuple[Unit, ...], tuple[Unit, ...]]],
    side: int,
) -> Iterator[Loose]:
    for unit in allowed:
        yield from (_one_loose(unit, place, allowed=True) for place in unit.places)
    for unit in (*other, *(unit for block in ambiguous for unit in block[side])):
        yield from (_one_loose(unit, place, allowed=False) for place in unit.places)


def _one_loose(unit: Unit, place: UnitWeight, *, allowed: bool) -> Loose:
    return Loose(place.name, unit.path, place.shape or (), allowed)


def _kept(kept: Sequence[Unit]) -> Mapping[tuple[str, int], Weight]:
    return {
        (place.group, place.index): place.weight
        for unit in kept
        for place in unit.places
        if place.weight is not None
    }


def _nothing_to_keep(rebuilt: Rebuilt, kept: Sequence[Unit]) -> Iterator[Refusal]:
    if rebuilt.file.format is Format.JSON and kept:
        yield Refusal(
            "unfilled",
            f"--keep-initial {kept[0].path}: an architecture in JSON has no values to keep",
            "give the architecture as an untrained file: model.save('untrained.h5')",
        )


def _not_restored(rebuilt: Rebuilt) -> Iterator[Refusal]:
    """Models in models whose weights the release itself mixes up when it loads them."""
    mixes_up = lacks(rebuilt.release, RestoresModelsInModels)
    model = rebuilt.file.model
    for layer in model.layers if mixes_up and model is not None else ():
        if not is_restored(layer):
            yield Refusal(
                "target",
                f"layer {layer.name!r}: {rebuilt.release} mixes up the weights of the models "
                "inside it when it loads a file: they are nested twice",
                "take the innermost model's layers into the model around it",
                layer.name,
            )
