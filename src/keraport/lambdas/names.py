"""Names and arguments of one release's API in those of another."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cache

from keraport.catalog.public_names import PublicName, public_names
from keraport.catalog.releases import Release, all_releases
from keraport.lambdas.harmless import Function, functions
from keraport.lambdas.nodes import UntranslatableError
from keraport.records import dataclass

MODULES: Mapping[str, str] = {
    "K": "tf.keras.backend",
    "backend": "tf.keras.backend",
    "keras": "tf.keras",
    "math": "math",
    "np": "np",
    "numpy": "np",
    "ops": "keras.ops",
    "tensorflow": "tf",
    "tf": "tf",
}
"""What people call modules, and how they are called when they are imported: what source calls them.
"""


_LISTED = ("tf.", "keras.")
"""Where a name begins whose parameters the lists of public names tell."""


@dataclass(frozen=True, slots=True)
class Named:
    """A function of the source release and what it is in the target.

    Args:
        source: its row of the list, by its name in the source.
        target: the row of what is called in the target.
        agrees: the two compute the same, whatever they are given.
    """

    source: Function
    target: Function
    agrees: bool


@dataclass(frozen=True, slots=True)
class Names:
    """Looks up functions for a pair of releases."""

    source: Release
    target: Release

    def find(self, dotted: str) -> Named:
        """What the target calls a function or constant.

        Args:
            dotted: its full name in the source, as ``tf.nn.relu``.

        Raises:
            UntranslatableError: it is on no list, or the target has nothing that computes the same.
        """
        row = functions().get(dotted)
        if row is None or not row.is_harmless_in(self.source):
            raise UntranslatableError(self._why_unlisted(dotted))
        candidates = [row, *self._others(dotted)]
        there = [item for item in candidates if self._is_there(item)]
        agreeing = [item for item in there if self._agree(row, item)]
        if agreeing:
            return Named(row, agreeing[0], agrees=True)
        conditional = [item for item in there if item.conditional]
        if conditional:
            return Named(row, conditional[0], agrees=False)
        if there:
            text = f"which {there[0].note}"
            raise UntranslatableError(f"uses {dotted} of {self.source}, {text} ({self.target})")
        text = "which the target does not have"
        raise UntranslatableError(f"uses {dotted} of {self.source}, {text} ({self.target})")

    def has(self, dotted: str) -> bool:
        """True if the source has something of that name, as far as its names were listed."""
        return dotted.removeprefix("tf.") in names_in(self.source)

    def lacks(self, dotted: str) -> bool:
        """True if the target has nothing of that name."""
        row = functions().get(dotted)
        return row is not None and not self._is_there(row)

    def _is_there(self, row: Function) -> bool:
        """True if the target has it, and it is harmless there."""
        known = names_in(self.target)
        is_listed = bool(known) and row.name.startswith(_LISTED)
        has = not is_listed or row.name.removeprefix("tf.") in known
        return has and row.is_harmless_in(self.target)

    def _why_unlisted(self, dotted: str) -> str:
        path = dotted.removeprefix("tf.")
        if dotted.startswith("tf.") and path not in names_in(self.source):
            return f"uses {dotted}, which {self.source} does not have"
        return f"uses {dotted}, which is not on the list of functions that only compute"

    def _others(self, dotted: str) -> list[Function]:
        """Rows of other names of the same function, the plainest name first."""
        known = names_in(self.source).get(dotted.removeprefix("tf."))
        if not dotted.startswith("tf.") or known is None or not known.identity:
            return []
        names = [
            name
            for name, item in names_in(self.target).items()
            if item.identity == known.identity and f"tf.{name}" in functions()
        ]
        names.sort(key=lambda name: (name.count("."), len(name), name))
        return [functions()[f"tf.{name}"] for name in names]

    def _agree(self, row: Function, other: Function) -> bool:
        if self.source.id == self.target.id:
            return True
        if row.name != other.name and not other.is_harmless_in(self.source):
            # It was found by what it is defined by in the source, which is the same code, unless
            # the row says that the releases differ.
            return not row.is_harmless_in(self.target) or self._means_the_same(row)
        return self._means_the_same(other)

    def _means_the_same(self, row: Function) -> bool:
        return row.means_the_same(self.source, self.target)

    def parameters(self, name: str) -> tuple[str, ...] | None:
        """The parameters of a function of the source, in order; None if they cannot be told."""
        if not name.startswith(_LISTED):
            return None
        known = names_in(self.source).get(name.removeprefix("tf."))
        return known.parameters if known is not None else None

    def call(
        self, named: Named, args: Sequence[ast.expr], keywords: Sequence[ast.keyword]
    ) -> ast.Call:
        """The call, with the arguments as the target takes them.

        Raises:
            UntranslatableError: the target takes others.
        """
        function = dotted_name(named.target.name)
        path = named.source.name.removeprefix("tf.")
        here = names_in(self.source).get(path)
        there = names_in(self.target).get(named.target.name.removeprefix("tf."))
        plain = ast.Call(function, list(args), list(keywords))
        if not named.source.name.startswith(_LISTED) or here is None or there is None:
            return plain
        if here.parameters is None or there.parameters is None:
            return plain
        if there.parameters[:1] == ("self",):
            return self._by_place(named, here.parameters, args, keywords)
        given = {*here.parameters[: len(args)], *(item.arg for item in keywords)}
        if named.target.is_by_place and given <= set(there.parameters):
            return self._by_place(named, here.parameters, args, keywords)
        renamed = _renamed(here.parameters, there.parameters)
        said = [renamed.get(name, name) for name in here.parameters]
        if len(args) > len(said):
            # Both take them as they come (tf.einsum, tf.meshgrid).
            if here.parameters == there.parameters:
                return plain
            self._refuse_arguments(path, "whose arguments are others")
        made = [ast.keyword(renamed.get(item.arg or "", item.arg), item.value) for item in keywords]
        positional = list(args)
        if said[: len(args)] != list(there.parameters[: len(args)]):
            made = [*map(ast.keyword, said, args), *made]
            positional = []
        unknown = [item.arg for item in made if item.arg and item.arg not in there.parameters]
        if unknown and not there.takes_any:
            self._refuse_arguments(path, f"which takes no {', '.join(unknown)} there")
        return ast.Call(function, positional, made)

    def _by_place(
        self,
        named: Named,
        parameters: tuple[str, ...],
        args: Sequence[ast.expr],
        keywords: Sequence[ast.keyword],
    ) -> ast.Call:
        """A call of what takes arguments by their place only (``Defun``: tf.nn.swish of 1.12)."""
        given = dict(zip(parameters, args, strict=False))
        given.update({item.arg or "": item.value for item in keywords})
        places = parameters[: len(given)]
        if set(places) != set(given):
            path = named.source.name.removeprefix("tf.")
            self._refuse_arguments(path, "whose arguments are others")
        return ast.Call(dotted_name(named.target.name), [given[name] for name in places], [])

    def _refuse_arguments(self, path: str, why: str) -> None:
        raise UntranslatableError(f"uses tf.{path} of {self.source}, {why} ({self.target})")


@cache
def names_in(release: Release) -> Mapping[str, PublicName]:
    """The public names of a release; of the one that it is like, where they were not listed."""
    own = public_names(release.id)
    if own or not release.like:
        return own
    line, _, position = release.like.partition(" ")
    origin = next(r for r in all_releases() if (r.line, r.position) == (line, position))
    return public_names(origin.id)


def _renamed(here: tuple[str, ...], there: tuple[str, ...]) -> dict[str, str]:
    """Parameters that stand at the same place under a name that the other release lacks."""
    return {
        one: other
        for one, other in zip(here, there, strict=False)
        if one not in there and other not in here
    }


def dotted_name(name: str) -> ast.expr:
    """``tf.nn.relu`` as an expression."""
    first, *rest = name.split(".")
    node: ast.expr = ast.Name(first, ast.Load())
    for part in rest:
        node = ast.Attribute(node, part, ast.Load())
    return node
