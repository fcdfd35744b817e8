"""Source of the user's that is not for the target: its Python does not parse it, or its API lacks.

Only names that some release is known to have and the target does not are held against a file, and
nothing that stands under a condition or is tried: such files are often for several releases.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from keraport import python_files
from keraport.catalog.bare import lacks
from keraport.catalog.public_names import modules_of, names_beneath
from keraport.catalog.releases import Release, all_releases
from keraport.errors import KeraportError, UsageError
from keraport.own.objects import ObjectsFile
from keraport.porting.origin import is_rewritten
from keraport.porting.release_names import names_of
from keraport.porting.suggested import command_to_port
from keraport.porting.tables import covered
from keraport.records import dataclass
from keraport.text import typed

_ROOTS = ("tensorflow", "keras")
_UNLISTED = ("keras.saving", "keras.losses", "keras.metrics")
"""Modules whose names the lists of Keras 3 do not have all."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_CONDITIONS = (ast.If, ast.IfExp, ast.Try, ast.While)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A line that is not for the target.

    Args:
        path: the file.
        line: from 1.
        text: what is there, and why it does not fit.
        at_import: it fails when the file is imported; else when the function around it is called.
        written_for: a release that the file may be written for, and that there are rules from.
    """

    path: Path
    line: int
    text: str
    at_import: bool
    written_for: Release | None = None

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line}: {self.text}"


def remedy(found: Misfit, source: Release) -> str:
    """What rewrites such a file for a model of `source`, as a phrase; empty where nothing does."""
    if found.written_for is not source:
        return ""
    return f"--port rewrites source for {source.title}"


def require_for_target(files: Sequence[ObjectsFile], source: Release, target: Release) -> None:
    """Check that the target can import the user's files.

    Raises:
        UsageError: it cannot; the message has the line, and what rewrites it.
    """
    found = [(item, one) for item in files for one in misfits(item, source, target)]
    found = [(item, one) for item, one in found if one.at_import]
    if not found:
        return
    item, first = found[0]
    hint, wrote = f"write what is there for {target.title}", first.written_for
    if is_rewritten(item.path):
        hint += ", in what `keraport port-objects` makes of the original"
    if wrote is not None:
        command = typed(command_to_port(wrote, target, item.path))
        hint = f"rewrite it: {command}"
        if wrote is source:
            hint = (
                f"if it is source for {source.title}, add --port to `keraport convert`, which "
                f"rewrites it on the way; or rewrite it first: {command}"
            )
    more = f"; {len(found) - 1} more lines are not, either" if len(found) > 1 else ""
    raise UsageError(
        f"{first.path}:{first.line}: is not for {target.title}: {first.text}{more}", hint=hint
    )


def misfits(item: ObjectsFile, source: Release, target: Release) -> tuple[Misfit, ...]:
    """What in a file, or in its own modules, is not for the target.

    Args:
        item: the user's file.
        source: the release that wrote the model.
        target: the release to be written for.
    """
    found: list[Misfit] = []
    for path in item.modules:
        text = python_files.read_text(path)
        try:
            tree = ast.parse(text, feature_version=_newest(target))
        except SyntaxError as error:
            version = ".".join(map(str, _newest(target)))
            why = f"is no Python {version}, which {target.title} runs on: {error.msg}"
            wrote = source if _is_rewritten(path, source, target) else None
            found.append(Misfit(path, error.lineno or 1, why, at_import=True, written_for=wrote))
            continue
        found += _Names(path, source, target).found(tree)
    if is_rewritten(item.path):
        # What the rules left in it they leave again.
        return tuple(replace(one, written_for=None) for one in found)
    return tuple(found)


def _is_rewritten(path: Path, source: Release, target: Release) -> bool:
    """True if there are rules for all syntax of a file that the target's Python does not have."""
    from keraport.porting.files import port_objects

    try:
        made = port_objects(path, target.id, from_=source.id)
    except KeraportError:
        return False
    return not made.unreadable


def _newest(target: Release) -> tuple[int, int]:
    major, minor = (target.pythons[0] if target.pythons else target.python).split(".")
    return int(major), int(minor)


class _Names:
    """The names of a module that the source release has, and the target lacks."""

    def __init__(self, path: Path, source: Release, target: Release) -> None:
        self._path = path
        self._target = target
        self._names = names_of(target) or names_beneath(target)
        # The source release first, then the newest.
        self._releases = [source, *reversed(all_releases())]
        self._meant: dict[str, str] = {}

    def found(self, tree: ast.Module) -> Iterator[Misfit]:
        seen: set[tuple[int, str]] = set()
        for node in tree.body:
            for item in self._of(node, at_import=True):
                if (item.line, item.text) not in seen:
                    seen.add((item.line, item.text))
                    yield item

    def _of(self, node: ast.AST, *, at_import: bool) -> Iterator[Misfit]:
        if isinstance(node, _CONDITIONS):
            return
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from self._imported(node, at_import)
        elif isinstance(node, ast.Attribute) and (found := self._missing(self._dotted(node))):
            yield Misfit(self._path, node.lineno, found[0], at_import, found[1])
            return
        for child, later in _children(node):
            yield from self._of(child, at_import=at_import and not later)

    def _imported(self, node: ast.Import | ast.ImportFrom, at_import: bool) -> Iterator[Misfit]:
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                module, name = node.module or "", alias.name
                if node.level:
                    continue
            else:
                module, name = alias.name, ""
            if module.partition(".")[0] not in _ROOTS:
                continue
            full = f"{module}.{name}".strip(".")
            local = alias.asname or (name or module.partition(".")[0])
            self._meant[local] = full if alias.asname or name else module.partition(".")[0]
            found = None if name == "*" else self._missing(full)
            if module.partition(".")[0] == "keras" and (no := lacks("keras", "", self._target)):
                found = no, self._written_for(full, lambda one: not lacks("keras", "", one))
            # What functions import is noted with what else is not installed (`note_imports`).
            if found and at_import:
                text = f"{_shown(module, name)}: {found[0]}"
                yield Misfit(self._path, node.lineno, text, at_import, found[1])

    def _dotted(self, node: ast.Attribute) -> str:
        parts = [node.attr]
        inner = node.value
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        root = self._meant.get(inner.id, "") if isinstance(inner, ast.Name) else ""
        return ".".join([root, *reversed(parts)]) if root else ""

    def _missing(self, full: str) -> tuple[str, Release | None] | None:
        """Why the target lacks a name by its full path, and what has it; None if that is unknown.

        It is known of names that some other release has.
        """
        top, _, path = full.partition(".")
        if top == "keras":
            # What the package called keras has is listed as that of tf.keras.
            path = full
        if top not in _ROOTS or not path or not self._names:
            return None
        if self._target.has("has-operations") and path.startswith(_UNLISTED):
            return None
        parts = path.split(".")
        for part in (".".join(parts[:count]) for count in range(1, len(parts) + 1)):
            if part in self._names:
                return None
            if part not in modules_of(self._names):
                if not any(_has(one, part) for one in self._releases):
                    return None
                shown = part if top == "keras" else f"tf.{part}"
                why = f"{shown} is not in {self._target.title}"
                return why, self._written_for(part, lambda _: True)
        return None

    def _written_for(self, path: str, fits: Callable[[Release], bool]) -> Release | None:
        """The first release that has a name, and that there are rules from."""
        able = (one for one in self._releases if covered(one, self._target) and fits(one))
        return next((one for one in able if path == "keras" or _has(one, path)), None)


def _has(release: Release, path: str) -> bool:
    names = names_of(release)
    return path in names or path in modules_of(names)


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """The nodes inside, and whether they run later: what a function does, not its decorators."""
    if not isinstance(node, _FUNCTIONS):
        yield from ((child, False) for child in ast.iter_child_nodes(node))
        return
    for name, value in ast.iter_fields(node):
        values = value if isinstance(value, list) else [value]
        later = name == "body"
        # Annotations may be strings to the target's Python.
        if name in ("decorator_list", "args", "body"):
            yield from ((child, later) for child in values if isinstance(child, ast.AST))


def _shown(module: str, name: str) -> str:
    return f"from {module} import {name}" if name else f"import {module}"
