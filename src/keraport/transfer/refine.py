"""Tells layers apart by their places in the two graphs, and by nothing that is not in both.

Layers start in blocks of what looks alike (class and shapes of weights). A block is split by what
stands before and behind its layers, as long as both files have as many layers of each sort: a
difference between the files leaves the blocks around it whole instead of spreading (conservative
colour refinement, after Weisfeiler and Leman). Blocks with more layers of one file than of the
other are passed over, as layers without weights are. A block with one layer of each is a pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import field

from keraport.records import dataclass
from keraport.transfer.graph import ORDER_DOES_NOT_MATTER, Graph, Step, consumers

Decoration = Callable[[Step], Hashable]
"""What is to be told apart about a step besides its place."""


@dataclass(slots=True)
class Block:
    """Layers that have not been told apart.

    Args:
        trained: paths in the trained file.
        rebuilt: paths in the architecture.
    """

    trained: list[str]
    rebuilt: list[str]

    @property
    def is_pair(self) -> bool:
        """One of each."""
        return len(self.trained) == len(self.rebuilt) == 1

    @property
    def is_even(self) -> bool:
        """As many of one as of the other."""
        return len(self.trained) == len(self.rebuilt)


def refined(
    blocks: Sequence[Block],
    trained: Graph,
    rebuilt: Graph,
    decorations: tuple[Decoration, Decoration] | None = None,
) -> list[Block]:
    """The blocks split as far as places in the graphs tell.

    Args:
        blocks: every layer with weights of both sides stands in one at most; others count as
            layers without weights.
        trained: the graph of the trained file.
        rebuilt: that of the architecture.
        decorations: for each side, what to tell apart about layers besides their places; None to
            pass over layers without weights, and over settings.
    """
    blocks = list(blocks)
    while True:
        colours = _colours(blocks)
        table = _Numbers()
        sides = []
        for side, graph in enumerate((trained, rebuilt)):
            decoration = decorations[side] if decorations else None
            sides.append(_Round(graph, colours[side], table, decoration).signatures())
        split = [part for block in blocks for part in _split(block, sides[0], sides[1])]
        if len(split) == len(blocks):
            return blocks
        blocks = split


def _colours(blocks: Iterable[Block]) -> tuple[dict[str, int], dict[str, int]]:
    trained: dict[str, int] = {}
    rebuilt: dict[str, int] = {}
    for number, block in enumerate(blocks):
        if not block.is_even:
            # What one file has more of than the other says nothing about its neighbours.
            continue
        trained.update(dict.fromkeys(block.trained, number))
        rebuilt.update(dict.fromkeys(block.rebuilt, number))
    return trained, rebuilt


def _split(block: Block, trained: Mapping[str, int], rebuilt: Mapping[str, int]) -> list[Block]:
    if block.is_pair or not block.is_even:
        return [block]
    parts: dict[int | None, Block] = defaultdict(lambda: Block([], []))
    for path in block.trained:
        parts[trained.get(path)].trained.append(path)
    for path in block.rebuilt:
        parts[rebuilt.get(path)].rebuilt.append(path)
    return list(parts.values()) if all(part.is_even for part in parts.values()) else [block]


class _Numbers:
    """Small numbers for whatever is equal."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def of(self, key: Hashable) -> int:
        return self._known.setdefault(key, len(self._known))


@dataclass(slots=True)
class _Round:
    """What stands before and behind each layer, in the colours of the last round."""

    graph: Graph
    colours: Mapping[str, int]
    numbers: _Numbers
    decoration: Decoration | None
    before: list[int] = field(default_factory=list)

    def signatures(self) -> dict[str, int]:
        """By path of a layer with weights a number that equal places share."""
        self.before = []
        inside: dict[str, list[int]] = defaultdict(list)
        for step in self.graph.steps:
            arriving = self._arriving(step)
            colour = self.colours.get(step.path)
            if colour is not None:
                inside[step.path].append(self.numbers.of((self._deco(step), arriving)))
                self.before.append(self.numbers.of(("unit", colour, self._deco(step))))
            elif step.layer is None:
                self.before.append(self.numbers.of(("input", step.number)))
            elif self.decoration is not None:
                self.before.append(self.numbers.of(("op", self._deco(step), arriving)))
            elif len(arriving) == 1:
                self.before.append(arriving[0])
            else:
                self.before.append(self.numbers.of(arriving))
        behind = self._behind()
        return {
            path: self.numbers.of((self.colours[path], tuple(sorted(calls)), behind[path]))
            for path, calls in inside.items()
        }

    def _deco(self, step: Step) -> Hashable:
        return self.decoration(step) if self.decoration is not None else None

    def _arriving(self, step: Step) -> tuple[int, ...]:
        tensors = [
            self.before[source] if tensor == 0 else self.numbers.of((self.before[source], tensor))
            for source, tensor in step.inputs
        ]
        return tuple(sorted(tensors) if _unordered(step) else tensors)

    def _behind(self) -> Mapping[str, int]:
        """By path the number of what reads a layer's outputs."""
        readers = consumers(self.graph)
        leaving: dict[int, list[int]] = {}
        by_path: dict[str, list[int]] = defaultdict(list)
        returned: dict[int, list[int]] = defaultdict(list)
        for position, (source, tensor) in enumerate(self.graph.outputs):
            returned[source].append(self.numbers.of(("output", position, tensor)))
        for number in range(len(self.graph.steps) - 1, -1, -1):
            found = list(returned.get(number, ()))
            for reader, position, tensor in readers.get(number, ()):
                found += self._seen_from(reader, position, tensor, leaving)
            leaving[number] = sorted(found)
            by_path[self.graph.steps[number].path] += leaving[number]
        return {path: self.numbers.of(tuple(sorted(seen))) for path, seen in by_path.items()}

    def _seen_from(
        self, reader: int, position: int, tensor: int, leaving: Mapping[int, list[int]]
    ) -> list[int]:
        """What a layer behind, and those behind it, look like from one of its inputs."""
        step = self.graph.steps[reader]
        place = None if _unordered(step) or len(step.inputs) == 1 else position
        colour = self.colours.get(step.path)
        if colour is not None:
            return [self.numbers.of(("unit", colour, self._deco(step), place, tensor))]
        if self.decoration is None and place is None and tensor == 0 and len(step.inputs) == 1:
            return leaving[reader]
        seen = tuple(leaving[reader])
        return [self.numbers.of(("op", self._deco(step), place, tensor, seen))]


def _unordered(step: Step) -> bool:
    return step.layer is not None and step.layer.class_name in ORDER_DOES_NOT_MATTER
