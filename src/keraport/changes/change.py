"""What a declared change is.

A change reads like a release note: in the releases of these windows, this keyword of these classes
exists, is spelt this way, or means this. The hub, the vocabulary that every conversion passes
through, has all of them. ``to_hub`` brings what a release without the change wrote into the hub's
words, ``to_release`` rewrites the hub's words for a release without it. Both may note, refuse, ask
for a companion, and answer with several layers. A release that has the change needs neither.
`keraport.changes.combinators` has the few kinds of change that cover nearly all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeVar

from keraport.catalog.api import Kind
from keraport.catalog.releases import Release
from keraport.catalog.windows import held
from keraport.changes.site import Expansion, Site
from keraport.model import Config, Layer, Model, Object, Value
from keraport.records import dataclass
from keraport.report import brief

Subject = TypeVar("Subject", Layer, Object)
"""What a change applies to: a layer, or a serialised object such as an initializer."""


class Effect:
    """What happened to a keyword, a class or a model. By default nothing has to be done.

    `alters_meaning` says that the same words mean, or do, something else without the change. Such
    a change concerns only conversions that cross it: between two releases that both lack it, words
    keep their meaning. Where it is crossed upward, ``to_hub`` is asked after the model is in the
    hub's words, and its site knows shapes, dtypes and masks. Of other changes it is asked first,
    when none of these is known.

    `renames_last` says that ``to_release`` leads to a companion's class, which no other change
    knows: it is undone when all others are.

    `calls_first` says that ``to_release`` rewrites what a layer is called with, which must be done
    before another change puts other layers in its place.

    `one_way` says that ``to_hub`` mends what no release reads well: no ``to_release`` takes it
    back, and it is noted whatever the target is.

    `backends` are those of Keras 3 without the change, where TensorFlow has it: a release that runs
    on one of them, or a file that was saved on one, lacks it.
    """

    __slots__ = ()
    alters_meaning: ClassVar[bool] = False
    one_way: ClassVar[bool] = False
    renames_last: ClassVar[bool] = False
    calls_first: ClassVar[bool] = False
    backends: ClassVar[frozenset[str]] = frozenset()

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """From the words of a release without the change to those of the hub.

        Raises:
            Refused: nothing in the hub stands for it.
        """
        return subject

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """From the hub's words to those of a release without the change.

        Raises:
            Refused: that release cannot express it.
        """
        return subject

    def model_to_hub(self, model: Model, site: Site) -> Model:  # noqa: ARG002
        """Of a whole model, beyond what its layers tell: to the words of the hub."""
        return model

    def model_to_release(self, model: Model, site: Site) -> Model:  # noqa: ARG002
        """Of a whole model, beyond what its layers tell: to the words of a release without it."""
        return model

    def spelt_without(self) -> tuple[str, ...]:
        """Class names that releases without the change use in the place of `Change.names`."""
        return ()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between releases.

    Args:
        kind: what sort of object it concerns.
        names: class names (for activations: function names) in the hub's spelling; ``*`` for every
            one of that kind.
        held: the releases that have it, as `keraport.catalog.windows` reads them; the oldest
            described one of a line stands for those before it that nobody looked at.
        effect: what happened.
        source: the release note or the source file that says so.
        key: the keyword concerned; empty if it is the class itself.
        drift: how far off a release is that is given the words of another one as they are, where
            it loads them without an error: the largest difference that was measured, and of what.
            ``docs/reference/drift.md`` lists them, and `keraport check` warns of them.
    """

    kind: Kind
    names: tuple[str, ...]
    held: str
    effect: Effect
    source: str
    key: str = ""
    drift: str = ""

    def concerns(self, kind: Kind, name: str) -> bool:
        """True if it is about that class."""
        return kind is self.kind and (name in self.names or "*" in self.names)

    def held_by(self, release: Release) -> bool:
        """True if the release has it."""
        return held(self.held, release) and release.backend not in self.effect.backends


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
