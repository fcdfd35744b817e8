"""Constraints on weights during training."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Subject
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.report import Verdict


@dataclass(frozen=True, slots=True)
class FromCompanion:
    """An object that older releases lack and that the companion defines for them."""

    def up(self, change: Change, subject: Subject) -> Subject:  # noqa: ARG002
        """Nothing: no older file can hold it, unless with our companion."""
        return subject

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
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
        since="tf1.15",
        source=keras_file("1.15.5", "constraints.py"),
        what=FromCompanion(),
    ),
)
