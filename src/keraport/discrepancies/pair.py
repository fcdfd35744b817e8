"""One place where two networks are compared, and what was done there."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import field
from typing import TypeAlias

from keraport.discrepancies.editing import free_name, inserted, replaced
from keraport.discrepancies.following import Item, tail
from keraport.discrepancies.functions import LINEAR, named
from keraport.discrepancies.linear import KERNELS
from keraport.model import Layer, Model
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One way in which the trained network was said again in the words of the other.

    Args:
        trained: path of the layer in the trained file.
        rebuilt: path of the layer of the architecture that has its place, or is near it.
        what: what was done, as a phrase.
    """

    trained: str
    rebuilt: str
    what: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something could not be said exactly.

    Args:
        trained: path of the layer in the trained file.
        rebuilt: path of the layer of the architecture.
        why: a sentence without a full stop.
    """

    trained: str
    rebuilt: str
    why: str


@dataclass(slots=True)
class Pair:
    """A layer of the trained network, the layer that has its place, and what follows both.

    Args:
        model: the trained network, said again as far as was done.
        rebuilt: the architecture.
        anchor: name of the layer in `model`.
        place: name of the layer in `rebuilt`.
        keep: names of layers of both networks that stay as they are.
    """

    model: Model
    rebuilt: Model
    anchor: str
    place: str
    keep: AbstractSet[str] = frozenset()
    steps: list[Step] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)

    @property
    def layer(self) -> Layer:
        """The layer of the trained network."""
        return self.model.layer(self.anchor)

    @property
    def counterpart(self) -> Layer:
        """The layer of the architecture."""
        return self.rebuilt.layer(self.place)

    def tails(self) -> tuple[list[Item], list[Item]]:
        """What follows the layer in the trained network, and in the architecture."""
        return tail(self.model, self.anchor), tail(self.rebuilt, self.place)

    def did(self, trained: str, rebuilt: str, what: str) -> None:
        """Note what was done."""
        self.steps.append(Step(trained, rebuilt, what))

    def could_not(self, trained: str, rebuilt: str, why: str) -> None:
        """Note what stood in the way."""
        self.obstacles.append(Obstacle(trained, rebuilt, why))

    def split(self) -> str:
        """Make the layer's own activation a layer of its own, if it has one that does something.

        Returns:
            the name of the layer that now applies it; that of the anchor if there is none.
        """
        layer = self.layer
        activation = layer.config.get("activation")
        if layer.class_name not in KERNELS or named(activation) == LINEAR:
            return self.anchor
        name = free_name(self.model, f"{self.anchor}_activation")
        plain = layer.with_config({**layer.config, "activation": "linear"})
        config = {"name": name, "activation": activation}
        self.model = inserted(
            replaced(self.model, plain), self.anchor, Layer(name, "Activation", config)
        )
        return name


Rule: TypeAlias = Callable[[Pair], None]
