"""What rewriting a model needs to know, and what it finds out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from keraport.analysis.masks import MaskedLayers
from keraport.analysis.shapes import CallShapes
from keraport.catalog.api import Api, Kind
from keraport.catalog.releases import Release
from keraport.changes import Step, Steps
from keraport.changes.combinators import RenamedClass
from keraport.changes.site import CallDtypes, Shape, Site
from keraport.changes.steps import Name
from keraport.companion.sources_of import available
from keraport.model import Layer, Model
from keraport.records import dataclass
from keraport.report import Journal


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What rewriting a model needs to know.

    Args:
        source: the release that wrote the file.
        target: the release to be written for.
        steps: the changes to undo, in their order.
        api: what that release accepts.
        journal: takes the notes.
        custom: names of classes and functions that the user's own file defines; they win over
            built-in names and are left alone.
        shapes: static shapes of what layers take and give, by path and call.
        dtypes: what layers take, cast and give, by path and call.
        masks: where masks arrive, and where masked steps are looked at.
        stock_only: no companion is wanted.
        companions: filled with the names of objects that the companion must define.
        moved: filled with the new path of every layer that gets one, by its old path.
        words: filled with the names that steps were looked up by: no other step was considered.
        unheard: the last site whose notes are lost, behind the site that it was made of.
    """

    source: Release
    target: Release
    steps: Steps
    api: Api
    journal: Journal
    custom: frozenset[str] = frozenset()
    shapes: Mapping[str, tuple[CallShapes, ...]] = field(default_factory=dict)
    dtypes: Mapping[str, tuple[CallDtypes, ...]] = field(default_factory=dict)
    masks: MaskedLayers = field(default_factory=MaskedLayers)
    stock_only: bool = False
    companions: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    words: set[Name] = field(default_factory=set)
    unheard: list[tuple[Site, Site]] = field(default_factory=list)

    def following(self, position: int, names: Iterable[Name]) -> int | None:
        """The next step behind `position` that concerns one of `names`; None if there is none."""
        names = tuple(names)
        self.words.update(names)
        return self.steps.following(position, names)

    def about(self, class_name: str) -> Iterator[Step]:
        """The steps that concern a class of layers, in their order."""
        self.words.add((Kind.LAYER, class_name))
        return self.steps.about(Kind.LAYER, class_name)

    def noting(self, step: Step, site: Site) -> Site:
        """The site for a step: notes are lost where another step takes it back."""
        change = step.change
        crossed = change.held_by(self.source) != change.held_by(self.target)
        if not crossed and not change.effect.one_way:
            # Most steps of most layers: one site serves all steps of a layer.
            if not self.unheard or self.unheard[0][0] is not site:
                self.unheard[:] = [(site, replace(site, journal=Journal()))]
            return self.unheard[0][1]
        return replace(site, drift=change.drift) if change.drift else site

    @property
    def renames_models(self) -> bool:
        """True if source and target call a graph of layers by different names."""
        return any(
            isinstance(step.change.effect, RenamedClass)
            and step.change.held_by(self.source) != step.change.held_by(self.target)
            for step in self.steps
        )

    def site(
        self,
        path: str,
        model: Model | None = None,
        wrapper: Layer | None = None,
        prefix: str = "",
    ) -> Site:
        """A place in the model."""
        calls = self.shapes.get(path, ())
        return Site(
            path=path,
            source=self.source,
            target=self.target,
            api=self.api,
            journal=self.journal,
            model=model,
            wrapper=wrapper,
            input_shapes=tuple(call.inputs[0] if call.inputs else None for call in calls),
            all_input_shapes=tuple(shape for call in calls for shape in call.inputs),
            output_shapes=tuple(call.outputs[0] if call.outputs else None for call in calls),
            dtypes=tuple(self.dtypes.get(path, ())),
            masked=path in self.masks.reached,
            gives_mask=path in self.masks.giving,
            masked_steps_seen=path in self.masks.seen,
            companions=self.companions,
            stock_only=self.stock_only,
            prefix=prefix,
            offered=available(self.target.companion_api),
            shapes_given=self._shapes_given,
        )

    def _shapes_given(self, path: str) -> tuple[Shape, ...]:
        return tuple(shape for call in self.shapes.get(path, ()) for shape in call.inputs)
