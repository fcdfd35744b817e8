"""Which weight goes where, and what stands in the way."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from keraport.catalog.detect import detect
from keraport.catalog.releases import Release
from keraport.errors import UsageError
from keraport.formats import read
from keraport.model import Format, Model, ModelFile, Weight
from keraport.passes.normalise import normalise
from keraport.transfer.choices import Choices, Resolved, resolve
from keraport.transfer.differences import Difference, between, essences, frozen
from keraport.transfer.essence import Essence
from keraport.transfer.expected import units_of_architecture
from keraport.transfer.graph import Graph, Step, graph_of
from keraport.transfer.matching import Matching, Pair, Sides, match
from keraport.transfer.placing import place_all
from keraport.transfer.refine import Decoration
from keraport.transfer.refusals import refusals_of
from keraport.transfer.result import Loose, Refusal, Transfer
from keraport.transfer.unchecked import unchecked
from keraport.transfer.units import Place, Unit, units_of_groups, units_of_model
from keraport.transfer.wiring import FUSED, wiring_differences


@dataclass(frozen=True, slots=True)
class Trained:
    """The file that the weights come from.

    Args:
        file: as read.
        units: its layers with weights.
        release: that wrote it; None for weights only.
        model: in the neutral form; None for weights only.
    """

    file: ModelFile
    units: tuple[Unit, ...]
    release: Release | None = None
    model: Model | None = None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The architecture.

    Args:
        file: as read.
        units: its layers with weights.
        release: that it is for.
        model: in the neutral form.
    """

    file: ModelFile
    units: tuple[Unit, ...]
    release: Release
    model: Model


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


def read_trained(path: Path, stated: str | None) -> Trained:
    """The file that the weights come from.

    Raises:
        UsageError: it is an architecture.
        InputFileError: it is damaged, foreign or unsafe.
    """
    file = read(path)
    if file.format is Format.JSON:
        raise UsageError(
            f"{path}: is an architecture without weights, expected a trained file",
            hint="give what model.save or model.save_weights wrote: keraport transfer "
            "WEIGHTS ARCHITECTURE OUT",
        )
    if file.model is None:
        return Trained(file, units_of_groups(file.groups))
    release = detect(file, stated=stated).release
    model, _ = normalise(file.model, None, release)
    return Trained(file, units_of_model(model), release, model)


def read_architecture(path: Path, stated: str | None) -> Rebuilt:
    """The file that says what is to be filled.

    Raises:
        UsageError: it is a file of weights, or does not tell which weights it wants.
        InputFileError: it is damaged, foreign or unsafe.
    """
    file = read(path)
    if file.model is None:
        raise UsageError(
            f"{path}: holds weights only, expected an architecture to fill",
            hint="give what model.save('untrained.h5') wrote, or the text of model.to_json()",
        )
    release = detect(file, stated=stated).release
    model, _ = normalise(file.model, None, release)
    units = (
        units_of_architecture(model, release.id)
        if file.format is Format.JSON
        else units_of_model(model)
    )
    return Rebuilt(file, units, release, model)


def plan(trained: Trained, rebuilt: Rebuilt, output: Path, choices: Choices) -> Plan:
    """Decide where each weight goes.

    Raises:
        UsageError: a choice names something that is not there.
    """
    resolved = resolve(choices, trained.units, rebuilt.units)
    view = _View.of(rebuilt.model, rebuilt.units)
    source = None if trained.model is None else _View.of(trained.model, trained.units)
    matching = _match(resolved, source, view)
    placed = place_all(matching.pairs, resolved.weights)
    found = () if source is None else _differences(source, view, matching.pairs)
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
    )
    filled = {**placed.weights, **_kept(resolved.kept)}
    return Plan(replace(transfer, refusals=refusals), rebuilt, filled)


@dataclass(frozen=True, slots=True)
class _View:
    """What is known of a file with an architecture."""

    graph: Graph
    essences: Mapping[str, Essence]

    @classmethod
    def of(cls, model: Model, units: Sequence[Unit]) -> _View:
        closed = frozenset(unit.path for unit in units)
        found = essences(model)
        for path in closed:
            # A model whose weights cannot be told apart is taken for one layer.
            found.setdefault(path, Essence("Model", {}))
        return cls(graph_of(model, closed), found)


def _match(resolved: Resolved, trained: _View | None, rebuilt: _View) -> Matching:
    decorations = (_decoration(trained or rebuilt), _decoration(rebuilt))
    sides = Sides(
        resolved.trained,
        resolved.rebuilt,
        trained.graph if trained else None,
        rebuilt.graph,
        decorations,
    )
    return match(sides, resolved.layers)


def _decoration(view: _View) -> Decoration:
    keys = {path: frozen(item) for path, item in view.essences.items()}

    def decorate(step: Step) -> Hashable:
        return keys.get(step.path)

    return decorate


def _differences(trained: _View, rebuilt: _View, pairs: Sequence[Pair]) -> tuple[Difference, ...]:
    paths = [(pair.trained.path, pair.rebuilt.path) for pair in pairs]
    found: list[Difference] = []
    for one, other in paths:
        mine, its = trained.essences[one], rebuilt.essences[other]
        for key, *values in between(mine, its):
            # Activations of these are compared with Activation layers behind them, below.
            if not (key == "activation" and mine.class_name in FUSED):
                found.append(Difference(one, other, key, *values))
    found += wiring_differences(
        (trained.graph, trained.essences), (rebuilt.graph, rebuilt.essences), paths
    )
    return tuple(found)


def _is_allowed(item: Difference, choices: Choices) -> bool:
    return bool(choices.allow_different & {item.rebuilt, item.trained} - {""})


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


def _one_loose(unit: Unit, place: Place, *, allowed: bool) -> Loose:
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
