"""What the user decided, resolved to layers and weights of the two files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace

from keraport.errors import UsageError
from keraport.records import dataclass
from keraport.transfer.units import Unit, UnitWeight


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user decided.

    Args:
        maps: layers or weights of the architecture by those of the trained file.
        leave_out: trained layers that go nowhere.
        keep_initial: layers of the architecture that keep the values they have.
        allow_different: layers of the architecture that may compute something else than the
            trained ones.
        trust_names: names that Keras made up mean the same layers in both files.
    """

    maps: Mapping[str, str] = field(default_factory=dict)
    leave_out: frozenset[str] = frozenset()
    keep_initial: frozenset[str] = frozenset()
    allow_different: frozenset[str] = frozenset()
    trust_names: bool = False


@dataclass(frozen=True, slots=True)
class Resolved:
    """The same as paths and weights.

    Args:
        layers: paths of the architecture by paths of the trained file.
        weights: single weights that the user put together.
        left_out: trained layers, or rests of them, that go nowhere.
        kept: layers of the architecture that keep their values.
        trained: the layers that are left to be matched.
        rebuilt: likewise.
    """

    layers: Mapping[str, str]
    weights: tuple[tuple[Unit, UnitWeight, Unit, UnitWeight], ...]
    left_out: tuple[Unit, ...]
    kept: tuple[Unit, ...]
    trained: tuple[Unit, ...]
    rebuilt: tuple[Unit, ...]


def resolve(choices: Choices, trained: tuple[Unit, ...], rebuilt: tuple[Unit, ...]) -> Resolved:
    """Find what the choices name.

    Raises:
        UsageError: there is no such layer or weight, or two choices contradict each other.
    """
    left_out = _named(choices.leave_out, trained, "--leave-out", "the trained file")
    kept = _named(choices.keep_initial, rebuilt, "--keep-initial", "the architecture")
    layers: dict[str, str] = {}
    weights: list[tuple[Unit, UnitWeight, Unit, UnitWeight]] = []
    for source, target in choices.maps.items():
        found = _weight(source, trained), _weight(target, rebuilt)
        if found[0] is not None and found[1] is not None:
            weights.append((*found[0], *found[1]))
            continue
        layers.update(_mapped(source, target, trained, rebuilt))
    _require_once(layers, weights)
    gone = {id(place) for _, place, _, other in weights for place in (place, other)}
    return Resolved(
        layers,
        tuple(weights),
        left_out,
        kept,
        _rest(trained, {unit.path for unit in left_out}, gone),
        _rest(rebuilt, {unit.path for unit in kept}, gone),
    )


def _rest(units: Iterable[Unit], without: set[str], gone: set[int]) -> tuple[Unit, ...]:
    """The layers less some, and less some of their weights."""
    found = []
    for unit in units:
        places = tuple(place for place in unit.places if id(place) not in gone)
        if unit.path not in without and places:
            found.append(replace(unit, places=places))
    return tuple(found)


def _mapped(
    source: str, target: str, trained: Sequence[Unit], rebuilt: Sequence[Unit]
) -> Mapping[str, str]:
    """One layer to one layer, or what is in a model to what has the same names in another."""
    option = f"--map {source}={target}"
    ones = _under(source, trained, option, "the trained file")
    others = _under(target, rebuilt, option, "the architecture")
    if len(ones) == len(others) == 1:
        return {ones[0].path: others[0].path}
    by_rest = {unit.path.removeprefix(target): unit.path for unit in others}
    rests = {unit.path.removeprefix(source): unit.path for unit in ones}
    if rests.keys() != by_rest.keys():
        raise UsageError(
            f"{option}: the two do not hold layers of the same names: "
            f"{_listed(rests)} and {_listed(by_rest)}",
            hint=f"name the layers inside: --map {ones[0].path}={others[0].path}",
        )
    return {path: by_rest[rest] for rest, path in rests.items()}


def _named(
    names: Iterable[str], units: Sequence[Unit], option: str, where: str
) -> tuple[Unit, ...]:
    found: dict[str, Unit] = {}
    for name in names:
        for unit in _under(name, units, f"{option} {name}", where):
            found[unit.path] = unit
    return tuple(found.values())


def _under(name: str, units: Sequence[Unit], option: str, where: str) -> list[Unit]:
    """The layer of that path, those in the model of that path, or the only one of that name."""
    for found in (
        [unit for unit in units if name in (unit.path, unit.alias)],
        [unit for unit in units if unit.path.startswith(f"{name}/")],
        [unit for unit in units if unit.name == name],
    ):
        if found:
            break
    if len(found) > 1 and all(unit.name == name for unit in found):
        raise UsageError(
            f"{option}: {where} has {len(found)} layers {name!r}",
            hint=f"write the whole path, e.g. {found[0].path}",
        )
    if not found:
        near = difflib.get_close_matches(name, [unit.path for unit in units], n=3, cutoff=0.4)
        raise UsageError(
            f"{option}: {where} has no layer with weights {name!r}",
            hint=f"did you mean {' or '.join(near)}?" if near else "--dry-run lists the layers",
        )
    return found


def _weight(name: str, units: Sequence[Unit]) -> tuple[Unit, UnitWeight] | None:
    """The weight of that name, with or without the layer of the outermost model before it."""
    if any(name in (unit.path, unit.alias) for unit in units):
        return None
    found = [(unit, place) for unit in units for place in unit.places if name in _names_of(place)]
    return found[0] if len(found) == 1 else None


def _names_of(place: UnitWeight) -> tuple[str, ...]:
    short = place.name.partition(":")[0]
    return (place.name, short, f"{place.group}/{place.name}", f"{place.group}/{short}")


def _require_once(
    layers: Mapping[str, str], weights: Sequence[tuple[Unit, UnitWeight, Unit, UnitWeight]]
) -> None:
    targets = [*layers.values(), *(f"{unit.path}: {place.name}" for _, _, unit, place in weights)]
    twice = sorted({target for target in targets if targets.count(target) > 1})
    if twice:
        raise UsageError(
            f"--map: {', '.join(twice)} would be filled twice",
            hint="map one trained layer to each layer of the architecture",
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name.strip("/") for name in names)
