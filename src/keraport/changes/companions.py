"""Layers and other objects that the target lacks, defined for it by the companion."""

from __future__ import annotations

from dataclasses import replace

from keraport.changes.change import Change, Effect, Subject
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Site
from keraport.model import Layer
from keraport.records import dataclass
from keraport.report import Verdict


@dataclass(frozen=True, slots=True)
class AsCompanion:
    """A lowering: the companion's class of that name takes the layer's config as it is.

    Args:
        name: of the class; that of the layer itself, or with ``V2`` behind it where the target has
            a class of that name which can do less.
        because: what the target lacks, for the report.
        verdict: how faithful the companion's arithmetic is.
    """

    name: str
    because: str
    verdict: Verdict = Verdict.EXACT

    def __call__(self, layer: Layer, site: Site) -> Layer:
        """The layer in the companion's class."""
        return as_companion(layer, site, self.name, self.because, verdict=self.verdict)


def as_companion(
    layer: Layer, site: Site, name: str, because: str, *, verdict: Verdict = Verdict.EXACT
) -> Layer:
    """The layer with its config and weights, in the companion's class `name`.

    Raises:
        Refused: no companion is wanted.
    """
    site.companion(name)
    site.note(verdict, f"{name} of the companion: {because}")
    return replace(layer, class_name=name)


@declared
class FromCompanion(Effect):
    """An object that the others lack, and that the companion defines for them."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Ask for the companion."""
        site.companion(subject.class_name)
        site.note(
            Verdict.EXACT,
            f"{subject.class_name} is defined by the companion file",
            source=change.source,
        )
        return subject
