"""What is known of a class or a function of somebody else's package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Final

from keraport.model import Config, Value
from keraport.records import dataclass
from keraport.report import Verdict

BASE: Final = frozenset(
    {"name", "trainable", "dtype", "dynamic", "batch_input_shape", "activity_regularizer"}
)
"""Keywords that every layer may have, which say nothing about its class."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Values of a keyword that are carried over.

    Args:
        key: the keyword.
        holds: true for those.
        because: what the others do.
    """

    key: str
    holds: Callable[[Value], bool]
    because: str


@dataclass(frozen=True, slots=True)
class Known:
    """A class of a package.

    A class of that name which writes other keywords is not it.

    Args:
        name: as files call it: ``package>Class`` where the package registers it.
        package: as people install it.
        modules: what the file may name as its module, with all below it.
        keys: the keywords that it always writes, beside those of every layer.
        optional: those that it writes for some values, or in some versions.
        becomes: the class of the hub that computes the same; empty for a wrapper that goes.
        adds: keywords and values to be added for it.
        unused: a keyword and a value of it, with which others say nothing, and these as they are
            then written.
        verdict: how the arithmetic of `becomes` compares.
        only: what else must hold.
        hint: the workaround where it does not.
    """

    name: str
    package: str
    modules: tuple[str, ...]
    keys: frozenset[str]
    becomes: str
    optional: frozenset[str] = frozenset()
    adds: Mapping[str, Value] = field(default_factory=dict)
    unused: tuple[str, Value, Mapping[str, Value]] | None = None
    verdict: Verdict = Verdict.EXACT
    only: tuple[Condition, ...] = ()
    hint: str = ""

    @property
    def is_registered(self) -> bool:
        """True if its name says which package it is from."""
        return ">" in self.name

    def writes(self, config: Config) -> bool:
        """True if the package can have written that config."""
        found = config.keys() - BASE
        return self.keys <= found <= self.keys | self.optional

    def in_the_hub(self, config: Config) -> Config:
        """The config of the hub's class."""
        written = dict(self.adds)
        if self.unused is not None and config.get(self.unused[0]) == self.unused[1]:
            written.update(self.unused[2])
        return {**config, **written}


@dataclass(frozen=True, slots=True)
class KnownFunction:
    """An activation function of a package, which registers it.

    Args:
        name: as files call it.
        package: as people install it.
        becomes: the hub's function that computes the same.
    """

    name: str
    package: str
    becomes: str
