"""Constraints on weights during training."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.report import Verdict


@dataclass(frozen=True, slots=True)
class FromCompanion(Effect):
    """An object that older releases lack and that the companion defines for them."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Ask for the companion."""
        site.companion(subject.class_name)
        site.note(
            Verdict.EXACT,
            f"{subject.class_name} is defined by the companion file",
            source=change.source,
        )
        return subject


CHANGES = (
    Change(
        Kind.CONSTRAINT,
        ("RadialConstraint",),
        held="tf 1.15..",
        source=keras_file("1.15.5", "constraints.py"),
        effect=FromCompanion(),
    ),
)
