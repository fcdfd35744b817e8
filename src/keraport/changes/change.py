"""What a declared change is.

A change reads like a release note: *since* that release, this keyword of these classes exists, is
spelt differently, or means something else. Both directions stand together: ``up`` brings a config
that an older release wrote into the neutral form, ``down`` says it in the words of an older target.
The neutral form spells everything as the newest described release does.
`keraport.changes.combinators` has the few kinds of change that cover nearly all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from keraport.catalog.api import Kind
from keraport.changes.site import Expansion, Site
from keraport.model import Config, Layer, Model, Object, Value
from keraport.report import brief

Subject = TypeVar("Subject", Layer, Object)
"""What a change applies to: a layer, or a serialised object such as an initializer."""


class What(Protocol):
    """What happened to a keyword or a class."""

    def up(self, change: Change, subject: Subject) -> Subject:
        """From the config of a release before the change to the neutral form."""
        ...

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """From the neutral form to a release before the change.

        Raises:
            Refused: the older release cannot express it.
        """
        ...


class Meaning:
    """A kind of change after which the same words mean, or do, something else.

    It concerns only conversions that cross it: a file of an older release, lowered to an older
    one, keeps its words.
    """

    __slots__ = ()

    def up(self, change: Change, subject: Subject) -> Subject:  # noqa: ARG002
        """Nothing: what older words mean is told where they are crossed upward."""
        return subject


@runtime_checkable
class CrossedUpward(Protocol):
    """A change that says what words of an older release mean in a newer one."""

    def rise(self, change: Change, layer: Layer, site: Site) -> Layer:
        """The layer in the words of a release that has the change.

        Raises:
            Refused: the newer release cannot do what the older one did.
        """
        ...


@runtime_checkable
class ModelChange(Protocol):
    """What happened to models as a whole, beyond what their layers tell."""

    def down_model(self, model: Model, site: Site) -> Model:
        """From the neutral form to a release before the change."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between releases.

    Args:
        kind: what sort of object it concerns.
        names: class names (for activations: function names) in neutral spelling; ``*`` for every
            one of that kind.
        since: id of the first release that has it.
        what: what happened.
        source: the release note or the source file that says so.
        key: the keyword concerned; empty if it is the class itself.
    """

    kind: Kind
    names: tuple[str, ...]
    since: str
    what: What
    source: str
    key: str = ""

    def concerns(self, kind: Kind, name: str) -> bool:
        """True if it is about that class."""
        return kind is self.kind and (name in self.names or "*" in self.names)


def config_of(subject: Layer | Object) -> Config:
    """The config of a layer or object as a mapping; empty if it has none."""
    return subject.config if isinstance(subject.config, Mapping) else {}


def configured(subject: Subject, config: Config) -> Subject:
    """The same subject with another config."""
    if isinstance(subject, Layer):
        return subject.with_config(config)
    return Object(subject.class_name, config, subject.extra)


def shown(value: Value) -> str:
    """A value for a message: layers and objects by their class alone."""
    return f"<{value.class_name}>" if isinstance(value, Layer | Object) else brief(value)


def without(config: Config, *keys: str) -> Config:
    """The config less some keys."""
    return {key: value for key, value in config.items() if key not in keys}
