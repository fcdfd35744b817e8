"""The few kinds of change that cover nearly all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TypeAlias

from keraport.changes.change import Change, Effect, Subject, config_of, configured, shown, without
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Config, Layer, Object, Value
from keraport.report import Verdict

Rewrite: TypeAlias = Callable[[Layer, Site], "Layer | Expansion"]
"""Rewrites a layer for a target that lacks something; raises `Refused` if it cannot."""

Test: TypeAlias = Callable[[Config], bool]


@declared
class Added(Effect):
    """A keyword that releases without the change do not know, be they older or newer.

    Args:
        neutral: the value that stands for what those releases always do.
        otherwise: how to rewrite any other value for them.
        because: why another value cannot be expressed: what they always do.
        hint: the workaround.
    """

    neutral: Value
    otherwise: Rewrite | None = None
    because: str = ""
    hint: str = ""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
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
            f"{change.key}={shown(value)}: {site.target} does not have this keyword"
            + (f"; {self.because}" if self.because else ""),
            hint=self.hint,
            source=change.source,
        )


@declared
class ActedUpon(Effect):
    """A keyword that releases without the change accept, but act upon otherwise or not at all.

    Args:
        harmless: true for configs that mean the same in both.
        because: what a release without the change does instead.
        otherwise: how to rewrite it for such a release.
        hint: the workaround.
    """

    alters_meaning = True

    harmless: Test
    because: str
    otherwise: Rewrite | None = None
    hint: str = ""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse or rewrite values that the release takes and acts upon otherwise."""
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

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse values that the source did not act upon as the target does."""
        config = config_of(subject)
        if self.harmless(config):
            return subject
        raise Refused(
            f"{change.key}={shown(config.get(change.key))}: {site.target} applies it, "
            "and the release that wrote the file did not",
            hint="rebuild the layer with the value that the older release really used",
            source=change.source,
        )


@declared
class Renamed(Effect):
    """A keyword that releases without the change call otherwise.

    Args:
        other: what they call it.
    """

    other: str

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """To the hub's name."""
        if self.other in config_of(subject):
            site.note(Verdict.EXACT, f"{self.other} renamed to {change.key}", source=change.source)
        return self._move(subject, self.other, change.key)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """To their name."""
        if change.key in config_of(subject):
            site.note(Verdict.EXACT, f"{change.key} renamed to {self.other}", source=change.source)
        return self._move(subject, change.key, self.other)

    @staticmethod
    def _move(subject: Subject, old: str, new: str) -> Subject:
        config = config_of(subject)
        if old not in config:
            return subject
        return configured(
            subject, {new if key == old else key: value for key, value in config.items()}
        )


@declared
class DefaultChanged(Effect):
    """A keyword whose default differs; it matters to configs that leave the keyword out.

    Args:
        without: the default of releases without the change.
        since: the default of those that have it.
    """

    without: Value
    since: Value

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write their default out."""
        return self._written_out(change, subject, site, self.without)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the hub's default out."""
        return self._written_out(change, subject, site, self.since)

    @staticmethod
    def _written_out(change: Change, subject: Subject, site: Site, value: Value) -> Subject:
        config = config_of(subject)
        if change.key in config:
            return subject
        site.note(Verdict.EXACT, f"{change.key}={value!r} written out", source=change.source)
        return configured(subject, {**config, change.key: value})


@declared
class Cosmetic(Effect):
    """A keyword that some releases write, others reject, and no arithmetic depends on.

    Args:
        because: why nothing depends on it.
    """

    because: str

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Drop it."""
        config = config_of(subject)
        if change.key not in config:
            return subject
        if isinstance(subject, Layer):
            # What an optimizer or a loss is called would only fill the report.
            text = f"{change.key} left out: {self.because}"
            site.note(Verdict.EXACT, text, source=change.source)
        return configured(subject, without(config, change.key))


@declared
class NewClass(Effect):
    """A class, or a named function, that releases without the change lack.

    Those may be older, or newer ones that dropped it.

    Args:
        otherwise: how to rewrite it with what they have.
        because: why it cannot be expressed.
        hint: the workaround.
    """

    otherwise: Rewrite | None = None
    because: str = ""
    hint: str = ""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Rewrite or refuse."""
        if self.otherwise is not None and isinstance(subject, Layer):
            return self.otherwise(subject, site)
        name = subject.class_name if change.concerns(change.kind, subject.class_name) else ""
        raise Refused(
            f"{site.target} has no {name or change.names[0]}"
            + (f"; {self.because}" if self.because else ""),
            hint=self.hint,
            source=change.source,
        )


@declared
class UnloadableClass(NewClass):
    """A class that no loader can build from its config, whatever release wrote it."""

    one_way = True


@declared
class RenamedClass(Effect):
    """A class that releases without the change call otherwise, and that is the same.

    Args:
        other: what they call it.
        alias: releases that have the change still know that name as well.
    """

    other: str
    alias: bool = False

    def spelt_without(self) -> tuple[str, ...]:
        """Their name of it, where the hub does not keep it."""
        return () if self.alias else (self.other,)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """To the hub's name, the first of `Change.names`."""
        if subject.class_name != self.other or self.alias:
            return subject
        name = change.names[0]
        site.note(Verdict.EXACT, f"{self.other} is called {name} there", source=change.source)
        return _reclassed(subject, name)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """To their name."""
        site.note(
            Verdict.EXACT,
            f"{subject.class_name} renamed to {self.other}",
            source=change.source,
        )
        return _reclassed(subject, self.other)


@declared
class RespeltObject(Effect):
    """An object that releases without the change lack, and that another class of theirs is.

    Args:
        other: makes their object out of the hub's.
        back: the way back, or None where the hub keeps their object as well.
    """

    other: Callable[[Object], Object]
    back: Callable[[Object], Object] | None = None

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """To the hub's object where there is a way back."""
        return self.back(subject) if self.back and isinstance(subject, Object) else subject

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """To their object."""
        if not isinstance(subject, Object):
            return subject
        other = self.other(subject)
        site.note(
            Verdict.EXACT,
            f"{subject.class_name} written as {other.class_name}",
            source=change.source,
        )
        return other


@declared
class RenamedValue(Effect):
    """Values of a keyword that releases without the change call otherwise.

    Args:
        other: what they call each value that differs, by the hub's value.
    """

    other: Mapping[str, Value]

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Translate the values to those of later releases."""
        back = {theirs: hubs for hubs, theirs in self.other.items() if isinstance(theirs, str)}
        return self._written(change, subject, site, back)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """To their values."""
        return self._written(change, subject, site, self.other)

    @staticmethod
    def _written(
        change: Change, subject: Subject, site: Site, values: Mapping[str, Value]
    ) -> Subject:
        config = config_of(subject)
        value = config.get(change.key)
        if not isinstance(value, str) or value not in values:
            return subject
        new = values[value]
        site.note(Verdict.EXACT, f"{change.key}={value!r} is {new!r} there", source=change.source)
        return configured(subject, {**config, change.key: new})


@declared
class Unchanged(Effect):
    """A difference between the catalogs that makes none to a model.

    Args:
        because: why it can be ignored.
        keys: further keywords of the same class that the same reason covers.
    """

    because: str
    keys: tuple[str, ...] = field(default=())


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
