"""Which layer of the architecture gets the weights of which trained layer, and why.

Names decide among layers that could take each other's place; the graph decides among those that
no name tells apart. Where neither does, nothing is decided: the layers stay together in a block.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from keraport.records import dataclass
from keraport.transfer.alike import is_automatic, signature
from keraport.transfer.graph import Graph
from keraport.transfer.order import in_chain
from keraport.transfer.refine import Block, Decoration, refined
from keraport.transfer.units import Unit

BY_MAP, BY_NAME, BY_PLACE = "--map", "same name", "same place in the graph, shapes fit"
BY_MADE_NAME = "same name, made by Keras"
BY_SHAPE = "the only one of its kind and shape"


def by_order(class_name: str) -> str:
    """The reason where only the order of layers of a class is known."""
    return f"order within {class_name or 'its shape'}, shapes fit"


@dataclass(frozen=True, slots=True)
class Pair:
    """A trained layer and the layer that gets its weights.

    Args:
        trained: of the trained file.
        rebuilt: of the architecture.
        why: `BY_MAP`, `BY_NAME`, `BY_PLACE`, or what `by_order` says.
    """

    trained: Unit
    rebuilt: Unit
    why: str


@dataclass(frozen=True, slots=True)
class Matching:
    """What could be decided, and what could not.

    Args:
        pairs: in the order of the architecture.
        ambiguous: layers that fit each other equally well.
        left_over: trained layers that nothing takes.
        unfilled: layers of the architecture that nothing fits.
        clashes: layers of one name that cannot, or should not, take each other's place.
    """

    pairs: tuple[Pair, ...]
    ambiguous: tuple[tuple[tuple[Unit, ...], tuple[Unit, ...]], ...] = ()
    left_over: tuple[Unit, ...] = ()
    unfilled: tuple[Unit, ...] = ()
    clashes: tuple[tuple[Unit, Unit], ...] = ()

    @property
    def is_complete(self) -> bool:
        """Nothing is left to decide."""
        return not (self.ambiguous or self.left_over or self.unfilled or self.clashes)


@dataclass(frozen=True, slots=True)
class Sides:
    """What is known of the two files.

    Args:
        trained: layers with weights of the trained file, in its order.
        rebuilt: those of the architecture.
        graph: of the trained file; None where it holds weights only.
        rebuilt_graph: of the architecture.
        decorations: what settings to tell apart, a side each.
        trust_names: names that Keras made up count where the trained file has no graph.
    """

    trained: tuple[Unit, ...]
    rebuilt: tuple[Unit, ...]
    graph: Graph | None
    rebuilt_graph: Graph
    decorations: tuple[Decoration, Decoration]
    trust_names: bool = False


def match(sides: Sides, mapped: Mapping[str, str]) -> Matching:
    """Decide as much as can be decided.

    Args:
        sides: the two files.
        mapped: paths of the architecture by paths of the trained file: the user's own decisions.
    """
    return _Matcher(sides, dict(mapped)).run()


_Counts: TypeAlias = Callable[[Block, str, str], bool]


@dataclass(slots=True)
class _Matcher:
    sides: Sides
    mapped: dict[str, str]
    blocks: list[Block] = field(default_factory=list)
    why: dict[str, str] = field(default_factory=dict)
    trained: dict[str, Unit] = field(default_factory=dict)
    rebuilt: dict[str, Unit] = field(default_factory=dict)

    def run(self) -> Matching:
        self.trained = {unit.path: unit for unit in self.sides.trained}
        self.rebuilt = {unit.path: unit for unit in self.sides.rebuilt}
        self.blocks = self._first_blocks()
        steps = (self._place, self._given_names, self._settings, self._automatic)
        while any(step() for step in steps):
            pass
        return self._result()

    def _signature(self, unit: Unit) -> Hashable:
        return signature(unit, blind=self.sides.graph is None)

    def _first_blocks(self) -> list[Block]:
        blocks = [Block([one], [other]) for one, other in self.mapped.items()]
        self.why.update(dict.fromkeys(self.mapped, BY_MAP))
        alike: dict[Hashable, Block] = defaultdict(lambda: Block([], []))
        for unit in self.sides.trained:
            if unit.path not in self.mapped:
                alike[self._signature(unit)].trained.append(unit.path)
        taken = set(self.mapped.values())
        for unit in self.sides.rebuilt:
            if unit.path not in taken:
                alike[self._signature(unit)].rebuilt.append(unit.path)
        for block in alike.values():
            if block.is_pair:
                self.why[block.trained[0]] = BY_SHAPE
        return blocks + list(alike.values())

    def _place(self) -> bool:
        """Split blocks by the graph, or by the order of a file that has none."""
        before = len(self.blocks)
        if self.sides.graph is not None:
            self.blocks = refined(self.blocks, self.sides.graph, self.sides.rebuilt_graph)
        else:
            self.blocks = [part for block in self.blocks for part in self._in_order(block)]
        return len(self.blocks) > before

    def _settings(self) -> bool:
        """Split them by the graph with all settings of all layers."""
        if self.sides.graph is None:
            return False
        before = len(self.blocks)
        graphs = self.sides.graph, self.sides.rebuilt_graph
        self.blocks = refined(self.blocks, *graphs, self.sides.decorations)
        return len(self.blocks) > before

    def _in_order(self, block: Block) -> list[Block]:
        """Pairs, if each layer of the architecture stands behind another, so that files agree."""
        if block.is_pair or not block.is_even or not self._order_tells(block):
            return [block]
        chain = in_chain(block.rebuilt, self.sides.rebuilt_graph)
        named = {unit for unit in block.rebuilt if unit in block.trained}
        given = [path for path in named if not is_automatic(self.rebuilt[path])]
        contradicted = len(named) == len(block.rebuilt) and chain != block.trained
        if chain is None or given or contradicted:
            return [block]
        for path in block.trained:
            self.why[path] = by_order(self.rebuilt[chain[0]].class_name)
        return [Block([one], [other]) for one, other in zip(block.trained, chain, strict=True)]

    def _given_names(self) -> bool:
        """Take layers out of blocks that a person gave the same name."""
        return self._by_names(lambda _block, one, _other: not is_automatic(self.trained[one]))

    def _automatic(self) -> bool:
        """The same for names that Keras made, if all of a block are the same on both sides."""
        if self.sides.graph is None and not self.sides.trust_names:
            return False
        return self._by_names(
            lambda block, _one, _other: (
                len(self._namesakes(block)) == len(block.trained)
                and block.is_even
                and (self.sides.graph is not None or self._unordered(block))
            ),
            BY_NAME if self.sides.graph is not None else BY_MADE_NAME,
        )

    def _unordered(self, block: Block) -> bool:
        """True unless the order of the file contradicts the names."""
        chain = in_chain(block.rebuilt, self.sides.rebuilt_graph)
        return chain in (None, block.trained) or not self._order_tells(block)

    def _order_tells(self, block: Block) -> bool:
        """False for several layers of one nested model: frozen ones stand last there."""
        groups = [self.trained[path].places[0].group for path in block.trained]
        return len(groups) == len(set(groups))

    def _by_names(self, counts: _Counts, why: str = BY_NAME) -> bool:
        found = False
        blocks: list[Block] = []
        for block in self.blocks:
            taken = (
                []
                if block.is_pair
                else [pair for pair in self._namesakes(block) if counts(block, *pair)]
            )
            blocks += [Block([one], [other]) for one, other in taken]
            for one, other in taken:
                found = True
                block.trained.remove(one)
                block.rebuilt.remove(other)
                self.why[one] = why
            if block.trained or block.rebuilt:
                blocks.append(block)
        self.blocks = blocks
        return found

    def _namesakes(self, block: Block) -> list[tuple[str, str]]:
        """Layers of one path; or of one name that only one layer of each side of a block has."""
        found = {path: path for path in block.trained if path in block.rebuilt}
        for path in block.trained:
            alias = self.trained[path].alias
            if path not in found and alias in block.rebuilt:
                found[path] = alias
        for path in block.trained:
            name = self.trained[path].name
            same = [other for other in block.rebuilt if self.rebuilt[other].name == name]
            mine = [other for other in block.trained if self.trained[other].name == name]
            if path not in found and len(same) == len(mine) == 1 and same[0] not in found.values():
                found[path] = same[0]
        return list(found.items())

    def _result(self) -> Matching:
        order = {unit.path: number for number, unit in enumerate(self.sides.rebuilt)}
        pairs: list[Pair] = []
        ambiguous: list[tuple[tuple[Unit, ...], tuple[Unit, ...]]] = []
        left_over: list[Unit] = []
        unfilled: list[Unit] = []
        for block in self.blocks:
            trained = tuple(self.trained[path] for path in block.trained)
            rebuilt = tuple(self.rebuilt[path] for path in block.rebuilt)
            if block.is_pair:
                pairs.append(Pair(trained[0], rebuilt[0], self._reason(trained[0], rebuilt[0])))
            elif trained and rebuilt:
                ambiguous.append((trained, rebuilt))
            else:
                left_over += trained
                unfilled += rebuilt
        pairs.sort(key=lambda pair: order[pair.rebuilt.path])
        unfilled.sort(key=lambda unit: order[unit.path])
        return Matching(
            tuple(pairs),
            tuple(ambiguous),
            tuple(left_over),
            tuple(unfilled),
            self._clashes(pairs, {unit.path for unit in (*left_over, *unfilled)}),
        )

    def _reason(self, trained: Unit, rebuilt: Unit) -> str:
        if self.why.get(trained.path) in (BY_MAP, BY_MADE_NAME):
            return self.why[trained.path]
        if trained.path == rebuilt.path:
            return BY_NAME
        if self.sides.graph is None:
            return self.why.get(trained.path, by_order(rebuilt.class_name))
        return self.why.get(trained.path, BY_PLACE)

    def _clashes(self, pairs: Sequence[Pair], free: set[str]) -> tuple[tuple[Unit, Unit], ...]:
        """Layers of one path that were not put together, unless their name tells nothing."""
        partner = {pair.trained.path: pair.rebuilt.path for pair in pairs}
        taken = set(partner.values())
        found = []
        for path, unit in self.trained.items():
            other = self.rebuilt.get(path)
            if other is None or partner.get(path) == path:
                continue
            decided = BY_MAP in (self.why.get(path), self._why_taken(path, pairs))
            settled = is_automatic(unit) and path in partner and path in taken
            waiting = path not in partner and path not in free and path not in taken
            if not (decided or settled or waiting):
                found.append((unit, other))
        return tuple(found)

    @staticmethod
    def _why_taken(path: str, pairs: Sequence[Pair]) -> str:
        return next((pair.why for pair in pairs if pair.rebuilt.path == path), "")
