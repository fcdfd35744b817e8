"""The source files of the companion's objects: what each defines, imports and needs."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from keraport.companion.derived import derived, in_words_of
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a folder in ``companion/sources``.

    There is a folder for each API of releases, and some that several of them share.

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


_SHARED = {"tf1": ("tf",), "tf2": ("tf",), "tf2.0": ("tf2", "tf")}
"""API: further folders, whose sources are written in words that it has as well."""


@cache
def _paths(api: str) -> Mapping[str, Traversable]:
    """The source files for that API, by what they define; its own folder first."""
    found: dict[str, Traversable] = {}
    for folder in (api, *_SHARED.get(api, ())):
        path = files("keraport.companion").joinpath("sources", folder)
        for item in path.iterdir() if path.is_dir() else ():
            name, _, suffix = item.name.partition(".")
            if suffix == "py":
                found.setdefault(name, item)
    for name, other in derived(api).items():
        found[name] = _paths(other)[name]
    return found


def _text(name: str, api: str) -> str:
    text = _paths(api)[name].read_text(encoding="utf-8")
    return in_words_of(api, text) if name in derived(api) else text


@cache
def available(api: str = "tf1") -> frozenset[str]:
    """The names of all objects and helpers that are written in that API; none if it has no folder.

    Args:
        api: of a release (`Release.api`).
    """
    return frozenset(_paths(api))


@cache
def source_of(name: str, api: str = "tf1") -> Source:
    """The source file that defines `name` in that API."""
    text = _text(name, api)
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


@cache
def needs_tensorflow(name: str, api: str) -> bool:
    """True if an object, or something that it uses, imports TensorFlow; not if there is none.

    Args:
        name: of the object.
        api: of a release (`Release.api`).
    """
    if name not in available(api):
        return False
    lines = [line for source in with_needs([name], api) for line in source.imports]
    return any(line.split()[1].partition(".")[0] == "tensorflow" for line in lines)
