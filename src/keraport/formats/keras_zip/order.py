"""In which order Keras lists the weights of a layer and of all that it holds.

Source: ``Layer.trainable_weights`` and ``non_trainable_weights`` in ``engine/base_layer.py``,
``Model``'s in ``engine/training.py`` (Keras 2.15); `keraport.analysis.weights` says the same of
models.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Generic, TypeVar

from keraport.records import dataclass

Item = TypeVar("Item")


@dataclass(slots=True)
class Held(Generic[Item]):
    """What an object holds.

    Args:
        own: its own weights, and whether they are trained.
        parts: the objects in it.
        frozen: its own config says that it is not trained.
        is_model: it is a model, which lists what is trained in it first even if it is frozen.
    """

    own: list[tuple[Item, bool]] = field(default_factory=list)
    parts: list[Held[Item]] = field(default_factory=list)
    frozen: bool = False
    is_model: bool = False

    def weights(self) -> Iterator[Item]:
        """All in it: what is trained first."""
        yield from self._trained()
        yield from self._others()

    def walk(self) -> Iterator[Held[Item]]:
        """This and all objects in it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def _all(self) -> Iterator[Item]:
        """All in something that is frozen: models go through their layers once."""
        if not self.is_model:
            yield from self.weights()
            return
        for part in self.parts:
            yield from part._all()

    def _trained(self) -> Iterator[Item]:
        if self.frozen:
            return
        yield from (item for item, trained in self.own if trained)
        for part in self.parts:
            yield from part._trained()

    def _others(self) -> Iterator[Item]:
        if self.frozen and not self.is_model:
            yield from (item for item, _ in self.own)
            for part in self.parts:
                yield from part._all()
            return
        if self.frozen:
            for part in self.parts:
                yield from part._trained()
        yield from (item for item, trained in self.own if self.frozen or not trained)
        for part in self.parts:
            yield from part._others()
