"""Changes in the order in which a conversion undoes them, looked up by what they are about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.site import Expansion, Site
from keraport.model import Model
from keraport.records import dataclass

Name = tuple[Kind, str]

_MOST_REMEMBERED: Final = 10_000
"""Names whose steps are remembered; those in a file may be any, and without end."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change, and the way in which it is applied.

    Args:
        change: what differs.
        to_hub: towards the hub's words; else towards those of a release.
    """

    change: Change
    to_hub: bool

    def apply(self, subject: Subject, site: Site) -> Subject | Expansion:
        """The subject in the words of where the step leads.

        Raises:
            Refused: they cannot express it.
        """
        what = self.change.effect
        way = what.to_hub if self.to_hub else what.to_release
        return way(self.change, subject, site)

    def apply_to_model(self, model: Model, site: Site) -> Model:
        """The model in the words of where the step leads, beyond what its layers tell."""
        what = self.change.effect
        return what.model_to_hub(model, site) if self.to_hub else what.model_to_release(model, site)

    @property
    def names(self) -> tuple[str, ...]:
        """Class names as they are where the step comes from."""
        change = self.change
        return (*change.names, *change.effect.spelt_without()) if self.to_hub else change.names

    @property
    def concerns_models(self) -> bool:
        """True if it has something to do to models as a whole."""
        mine, plain = type(self.change.effect), Effect
        if self.to_hub:
            return mine.model_to_hub is not plain.model_to_hub
        return mine.model_to_release is not plain.model_to_release


class Steps:
    """Steps in their order. What concerns a class is found without looking at the others."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = tuple(steps)
        self._by_name: dict[Name, list[int]] = {}
        for position, step in enumerate(self._steps):
            for name in dict.fromkeys(step.names):
                self._by_name.setdefault((step.change.kind, name), []).append(position)
        self.of_models = tuple(step for step in self._steps if step.concerns_models)
        self._undone = tuple(step.change for step in self._steps if not step.to_hub)
        # Asked for every model of a run, and always the same.
        self._undone_of: dict[type[Effect], tuple[Change, ...]] = {}
        # Likewise for every layer: a model has few classes.
        self._positions: dict[tuple[Name, ...], tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._steps)

    def __getitem__(self, position: int) -> Step:
        return self._steps[position]

    def after(self, position: int) -> tuple[Step, ...]:
        """The steps behind that one."""
        return self._steps[position + 1 :]

    def __iter__(self) -> Iterator[Step]:
        return iter(self._steps)

    def undone(self, what: type[Effect]) -> tuple[Change, ...]:
        """The changes of that sort that a release lacks, and that the steps undo for it."""
        found = self._undone_of.get(what)
        if found is None:
            found = tuple(change for change in self._undone if isinstance(change.effect, what))
            self._undone_of[what] = found
        return found

    def crossed(self, what: type[Effect]) -> tuple[Change, ...]:
        """The changes of that sort that are undone or made, in either direction."""
        return tuple(step.change for step in self._steps if isinstance(step.change.effect, what))

    def following(self, position: int, names: Iterable[Name]) -> int | None:
        """The next step behind `position` that concerns one of `names`; None if there is none.

        Args:
            position: of the last step that was taken; -1 before the first.
            names: kinds and class names; what concerns every class of a kind is found as well.
        """
        wanted = tuple(names)
        positions = self._positions.get(wanted)
        if positions is None:
            positions = self._positions_of(wanted)
            if len(self._positions) < _MOST_REMEMBERED:
                self._positions[wanted] = positions
        after = bisect_right(positions, position)
        return positions[after] if after < len(positions) else None

    def _positions_of(self, names: tuple[Name, ...]) -> tuple[int, ...]:
        """Where the steps that concern one of `names` are, in their order."""
        found: set[int] = set()
        for kind, name in names:
            found.update(self._by_name.get((kind, name), ()), self._by_name.get((kind, "*"), ()))
        return tuple(sorted(found))

    def concerning(self, names: Iterable[Name]) -> tuple[Step, ...]:
        """All steps that concern one of `names`, in their order, and those that concern models."""
        wanted = self._positions_of(tuple(names))
        return tuple(self._steps[position] for position in wanted) + self.of_models

    def about(self, kind: Kind, name: str) -> Iterator[Step]:
        """The steps that concern a class, in their order."""
        position = self.following(-1, [(kind, name)])
        while position is not None:
            yield self._steps[position]
            position = self.following(position, [(kind, name)])
