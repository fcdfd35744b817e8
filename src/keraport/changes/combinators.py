"""The few kinds of change that cover nearly all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from keraport.changes.change import Change, Meaning, Subject, config_of, configured, shown, without
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Config, Layer, Object, Value
from keraport.report import Verdict

Lowering: TypeAlias = Callable[[Layer, Site], "Layer | Expansion"]
"""Says a layer in the words of a target that lacks something; raises `Refused` if it cannot."""

Test: TypeAlias = Callable[[Config], bool]


@dataclass(frozen=True, slots=True)
class Added:
    """A keyword that older releases do not know.

    Args:
        neutral: the value at which the newer release does what older ones always do.
        otherwise: how to say any other value in the older vocabulary.
        because: why another value cannot be said: what the older release always does.
        hint: the way out.
    """

    neutral: Value
    otherwise: Lowering | None = None
    because: str = ""
    hint: str = ""

    def up(self, change: Change, subject: Subject) -> Subject:  # noqa: ARG002
        """Nothing: without the keyword the newer release does what the older one did."""
        return subject

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Drop the keyword if it is neutral; else rewrite or refuse."""
        config = config_of(subject)
        if change.key not in config:
            return subject
        value = config[change.key]
        if value == self.neutral:
            site.note(
                Verdict.EXACT,
                f"{change.key}={value!r} left out: {site.target} always does that",
                source=change.source,
            )
            return configured(subject, without(config, change.key))
        if self.otherwise is not None and isinstance(subject, Layer):
            return self.otherwise(subject, site)
        raise Refused(
            f"{change.key}={shown(value)}: {site.target} has no such keyword"
            + (f"; {self.because}" if self.because else ""),
            hint=self.hint,
            source=change.source,
        )


@dataclass(frozen=True, slots=True)
class Honoured(Meaning):
    """A keyword that older releases accept, but do not act upon as the newer one does.

    Args:
        harmless: true for configs that mean the same in both.
        because: what the older release does instead.
        otherwise: how to say it in the older vocabulary.
        hint: the way out.
    """

    harmless: Test
    because: str
    otherwise: Lowering | None = None
    hint: str = ""

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse or rewrite values that the older release takes and misunderstands."""
        config = config_of(subject)
        if self.harmless(config):
            return subject
        if self.otherwise is not None and isinstance(subject, Layer):
            return self.otherwise(subject, site)
        raise Refused(
            f"{change.key}={shown(config.get(change.key))}: {self.because}",
            hint=self.hint,
            source=change.source,
        )

    def rise(self, change: Change, layer: Layer, site: Site) -> Layer:
        """Refuse values that the older release did not act upon as this one does."""
        if self.harmless(layer.config):
            return layer
        raise Refused(
            f"{change.key}={shown(layer.config.get(change.key))}: {site.target} acts upon it, "
            "and the release that wrote the file did not do the same",
            hint="rebuild the layer with the value that the older release really used",
            source=change.source,
        )


@dataclass(frozen=True, slots=True)
class Renamed:
    """A keyword that older releases spell differently.

    Args:
        old: the older spelling.
    """

    old: str

    def up(self, change: Change, subject: Subject) -> Subject:
        """To the newer spelling."""
        return self._move(subject, self.old, change.key)

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """To the older spelling."""
        if change.key in config_of(subject):
            site.note(
                Verdict.EXACT, f"{change.key} is called {self.old} there", source=change.source
            )
        return self._move(subject, change.key, self.old)

    @staticmethod
    def _move(subject: Subject, old: str, new: str) -> Subject:
        config = config_of(subject)
        if old not in config:
            return subject
        return configured(
            subject, {new if key == old else key: value for key, value in config.items()}
        )


@dataclass(frozen=True, slots=True)
class DefaultChanged:
    """A keyword whose default differs; it matters to configs that leave the keyword out.

    Args:
        older: the default before.
        newer: the default since.
    """

    older: Value
    newer: Value

    def up(self, change: Change, subject: Subject) -> Subject:
        """Write the older default out."""
        return configured(subject, {change.key: self.older, **config_of(subject)})

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the newer default out."""
        config = config_of(subject)
        if change.key in config:
            return subject
        site.note(Verdict.EXACT, f"{change.key}={self.newer!r} written out", source=change.source)
        return configured(subject, {**config, change.key: self.newer})


@dataclass(frozen=True, slots=True)
class Cosmetic:
    """A keyword that newer releases write, older ones reject, and no arithmetic depends on.

    Args:
        because: why nothing depends on it.
    """

    because: str

    def up(self, change: Change, subject: Subject) -> Subject:  # noqa: ARG002
        """Nothing."""
        return subject

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Drop it."""
        return configured(subject, without(config_of(subject), change.key))


@dataclass(frozen=True, slots=True)
class NewClass:
    """A class, or a named function, that older releases lack.

    Args:
        otherwise: how to say it with what they have.
        because: why it cannot be said.
        hint: the way out.
    """

    otherwise: Lowering | None = None
    because: str = ""
    hint: str = ""

    def up(self, change: Change, subject: Subject) -> Subject:  # noqa: ARG002
        """Nothing: no older file can hold it."""
        return subject

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Rewrite or refuse."""
        if self.otherwise is not None and isinstance(subject, Layer):
            return self.otherwise(subject, site)
        raise Refused(
            f"{site.target} has no {subject.class_name}"
            + (f"; {self.because}" if self.because else ""),
            hint=self.hint,
            source=change.source,
        )


@dataclass(frozen=True, slots=True)
class RenamedClass:
    """A class that older releases spell differently and that is the same otherwise.

    Args:
        old: the older spelling.
    """

    old: str

    def up(self, change: Change, subject: Subject) -> Subject:
        """To the newer spelling; `Change.names` holds it."""
        return _reclassed(subject, change.names[0]) if subject.class_name == self.old else subject

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """To the older spelling."""
        site.note(
            Verdict.EXACT,
            f"{subject.class_name} is called {self.old} there",
            source=change.source,
        )
        return _reclassed(subject, self.old)


@dataclass(frozen=True, slots=True)
class RespeltObject:
    """An object that older releases lack, and that another class of theirs says exactly.

    Args:
        older: makes the older spelling out of the newer one.
        newer: the way back, or None where the older spelling needs no change.
    """

    older: Callable[[Object], Object]
    newer: Callable[[Object], Object] | None = None

    def up(self, change: Change, subject: Subject) -> Subject:  # noqa: ARG002
        """To the newer spelling where there is one."""
        return self.newer(subject) if self.newer and isinstance(subject, Object) else subject

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """To the older spelling."""
        if not isinstance(subject, Object):
            return subject
        older = self.older(subject)
        site.note(
            Verdict.EXACT,
            f"{subject.class_name} is spelt {older.class_name} there",
            source=change.source,
        )
        return older


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A difference between the catalogs that makes none to a model.

    Args:
        because: why it can be ignored.
        keys: further keywords of the same class that the same reason covers.
    """

    because: str
    keys: tuple[str, ...] = field(default=())

    def up(self, change: Change, subject: Subject) -> Subject:  # noqa: ARG002
        """Nothing."""
        return subject

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Nothing."""
        return subject


def _reclassed(subject: Subject, class_name: str) -> Subject:
    if isinstance(subject, Object):
        return Object(class_name, subject.config, subject.extra)
    return Layer(
        subject.name,
        class_name,
        subject.config,
        subject.calls,
        subject.model,
        subject.weights,
        subject.extra,
    )
