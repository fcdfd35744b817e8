r"""Date declared changes by the catalogs: to the very releases that have what they are about.

::

    uv run python tools/date_windows.py            # what would be written, and what is left
    uv run python tools/date_windows.py --write

A change about a class or a keyword is held by the releases whose catalog has it. Where that agrees
with the window of the change on all releases that are described, the windows on these lines are
written anew, so that they are right for releases that were added since. What the catalogs do not
show, a change of meaning above all, is listed and left as it is.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

import keraport

_ROOM = Path(keraport.__file__).parent / "changes"
_MADE: list[tuple[str, int, Any]] = []
"""File and line of the call that made each change, and the change."""


def load_changes() -> None:
    """Import all of keraport.changes, noting where each change is made."""
    name = "keraport.changes"
    room = ModuleType(name)
    room.__path__ = [str(_ROOM)]
    sys.modules[name] = room
    change = importlib.import_module(f"{name}.change").Change
    plain = change.__init__

    def noting(self: Any, *given: Any, **named: Any) -> None:
        plain(self, *given, **named)
        frame = sys._getframe(1)
        _MADE.append((frame.f_code.co_filename, frame.f_lineno, self))

    change.__init__ = noting
    del sys.modules[name]
    importlib.import_module(name)


load_changes()

from catalog.evidence import seen  # noqa: E402
from keraport.catalog.releases import Release, all_releases  # noqa: E402
from keraport.catalog.windows import held  # noqa: E402

LINES = ("tf", "tf-keras", "keras3")


def main() -> int:
    """Date what can be dated."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="rewrite the files")
    options = parser.parse_args()
    calls: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for file, line, change in _MADE:
        calls[file, line].append(change)
    edits: dict[str, dict[int, str]] = defaultdict(dict)
    for (file, line), changes in sorted(calls.items()):
        shown = f"{Path(file).relative_to(_ROOM)}:{line}"
        found = {id(change): dated(change) for change in changes}
        texts = {text for text in found.values() if isinstance(text, str)}
        whys = {why for why in found.values() if not isinstance(why, str)}
        if all(_same(found[id(change)], change.held) for change in changes):
            continue
        if len(texts) == 1 and not whys:
            (text,) = texts
            print(f"{shown}: {changes[0].held} -> {text}")
            edits[file][line] = text
            continue
        for change in changes:
            label = f"{', '.join(change.names[:6])} {change.key}".strip()
            print(f"{shown}: LOOK {label} [{type(change.effect).__name__}] {change.held}: ", end="")
            answer = found[id(change)]
            print(answer if isinstance(answer, str) else "; ".join(answer))
    if options.write:
        for file, lines in edits.items():
            rewrite(Path(file), lines)
    return 0


def _same(found: str | tuple[str, ...], text: str) -> bool:
    """True if both name the same releases."""
    every = all_releases()
    return isinstance(found, str) and all(held(found, r) == held(text, r) for r in every)


def dated(change: Any) -> str | tuple[str, ...]:
    """The windows that the catalogs show; else, in words, why they cannot tell."""
    releases = [release for release in all_releases() if release.line in LINES]
    by_name = {name: [seen(change, name, release) for release in releases] for name in change.names}
    for name, found in by_name.items():
        known = [
            (release, is_seen)
            for release, is_seen in zip(releases, found, strict=True)
            if release.described and is_seen is not None
        ]
        wrong = [release.id for release, is_seen in known if held(change.held, release) != is_seen]
        if wrong or not known:
            return (f"the catalogs do not show it ({name}: {' '.join(wrong) or 'nowhere'})",)
    for found in by_name.values():
        for at, release in enumerate(releases):
            if found[at] is None and release.described:
                found[at] = held(change.held, release)
    values = [{*column} - {None} for column in zip(*by_name.values(), strict=True)]
    if all(len(column) < 2 for column in values):
        return _windows(change.held, releases, [next(iter(column), None) for column in values])
    return tuple(
        f"{name}: {_windows(change.held, releases, found)}" for name, found in by_name.items()
    )


def _windows(text: str, releases: Sequence[Release], found: Sequence[bool | None]) -> str:
    """The text with its windows on `LINES` replaced by those that `found` tells."""
    others = [part.strip() for part in text.split(",") if part.strip().split(" ")[0] not in LINES]
    return ", ".join([*_on_lines(releases, _filled(found)), *others])


def _filled(found: Sequence[bool | None]) -> list[bool]:
    """Where nothing tells, as the next release that does; at the end, as the last."""
    filled: list[bool | None] = []
    following = None
    for value in reversed(found):
        following = value if value is not None else following
        filled.append(following)
    filled.reverse()
    last = next(value for value in reversed(found) if value is not None)
    return [last if value is None else value for value in filled]


def _on_lines(releases: Sequence[Release], filled: Sequence[bool]) -> Iterator[str]:
    pairs = list(zip(releases, filled, strict=True))
    main = [(release, value) for release, value in pairs if release.line == LINES[0]]
    yield from _runs(LINES[0], main)
    for line in LINES[1:]:
        # A line that grew out of another says only what differs from there.
        own = [(release, value) for release, value in pairs if release.line == line]
        if any(value != main[-1][1] for _, value in own):
            yield from _runs(line, own) or [f"{line} none"]


def _runs(line: str, pairs: Sequence[tuple[Release, bool]]) -> list[str]:
    texts, at = [], 0
    for value, group in groupby(pairs, key=lambda pair: pair[1]):
        run = [release for release, _ in group]
        if value:
            first = run[0].position if at else ""
            last = run[-1].position if at + len(run) < len(pairs) else ""
            # What the oldest and the newest have is dated from the oldest.
            texts.append(f"{line} {first or ('' if last else run[0].position)}..{last}")
        at += len(run)
    return texts


def rewrite(path: Path, lines: dict[int, str]) -> None:
    """Replace the argument ``held`` of the calls that begin on these lines."""
    source = path.read_text(encoding="utf-8")
    rows = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or node.lineno not in lines:
            continue
        for keyword in node.keywords:
            value = keyword.value
            if keyword.arg == "held" and isinstance(value, ast.Constant):
                row = rows[value.lineno - 1]
                new = f'"{lines[node.lineno]}"'
                rows[value.lineno - 1] = row[: value.col_offset] + new + row[value.end_col_offset :]
    path.write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
