"""Losses and metrics that older releases know as functions only, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from keraport.changes.change import Change, Effect, Subject, config_of
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Layer, Object, Value
from keraport.report import Verdict, brief

Neutral: TypeAlias = Mapping[str, tuple[Value, ...]]
"""For each config key the values with which a class does what a plain function does."""


@declared
class AsFunction(Effect):
    """A class whose instances say what a function of that name says, for some configs.

    Args:
        function: the name that older releases resolve.
        neutral: for each config key the values with which the class does what the function does;
            a key that is not listed must not be there, unless it only names the object.
        because: why another value cannot be said.
    """

    function: str
    neutral: Neutral
    because: str = "it takes the loss or metric by name only"

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The function's name, if the config is neutral."""
        if isinstance(subject, Layer):
            return subject
        for key, value in config_of(subject).items():
            if key in ("name", "dtype", "fn") or value in self.neutral.get(key, ()):
                continue
            raise Refused(
                f"{subject.class_name}({key}={brief(value)}) cannot be expressed in {site.target}; "
                f"{self.because}",
                source=change.source,
            )
        site.note(
            Verdict.EXACT,
            f"{subject.class_name} is the function {self.function!r} there",
            source=change.source,
        )
        return Object(self.function, None)
