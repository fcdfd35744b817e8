"""The source files of the companion's objects: what each defines, imports and needs."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a folder in ``companion/sources``, which has one for each API of releases.

    Args:
        name: of the object it defines; helpers start with an underscore.
        imports: its import statements, a line each.
        body: the rest.
        needs: names of the other files whose objects it uses.
    """

    name: str
    imports: tuple[str, ...]
    body: str
    needs: tuple[str, ...]

    @property
    def is_helper(self) -> bool:
        """True for what other objects use, and no model file names."""
        return self.name.startswith("_")


@cache
def available(api: str = "tf1") -> frozenset[str]:
    """The names of all objects and helpers that are written in that API; none if it has no folder.

    Args:
        api: of a release (`Release.api`).
    """
    folder = files("keraport.companion").joinpath("sources", api)
    if not folder.is_dir():
        return frozenset()
    return frozenset(
        item.name.removesuffix(".py") for item in folder.iterdir() if item.name.endswith(".py")
    )


@cache
def source_of(name: str, api: str = "tf1") -> Source:
    """The source file that defines `name` in that API."""
    path = files("keraport.companion").joinpath("sources", api, f"{name}.py")
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    start = max((node.end_lineno or 0 for node in imports), default=0)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return Source(
        name,
        tuple(ast.unparse(node) for node in imports),
        "\n".join(text.splitlines()[start:]).strip(),
        tuple(sorted(used & available(api) - {name})),
    )


def with_needs(names: Collection[str], api: str = "tf1") -> list[Source]:
    """The sources of `names` and of all they need; each after what it needs, else by name."""
    ordered: dict[str, Source] = {}

    def add(name: str) -> None:
        if name in ordered:
            return
        source = source_of(name, api)
        for need in source.needs:
            add(need)
        ordered[name] = source

    for name in sorted(names):
        add(name)
    return list(ordered.values())
