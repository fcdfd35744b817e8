"""What became of a model, the ledger of all that was measured, and tables of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

GOOD = ("agree", "companion")
KINDS = ("agree", "companion", "refused", "WRONG", "FAILS", "ERROR")
"""In the order of the columns: it agrees, it agrees with a companion, it is refused by name, it
loads and predicts something else, it does not load or run, the converter breaks."""


@dataclass(frozen=True)
class Result:
    """What became of one file.

    Args:
        source: the release that saved it.
        target: the release that is to open it.
        file: its name.
        mode: ``converted`` or ``as-is``.
        own: what its own release makes of it, where that is not what it saved.
        kind: one of `KINDS`.
        digest: of all that was run, so that it is not run again.
        difference: the largest, relative to the largest value of an output; None if not finite.
        problem: a sentence on what went wrong.
        reasons: of a refusal, as (class, text).
    """

    source: str
    target: str
    file: str
    mode: str
    kind: str
    own: str = ""
    digest: str = ""
    difference: float | None = 0.0
    problem: str = ""
    reasons: tuple[tuple[str, str], ...] = field(default=())

    def line(self) -> str:
        """For the terminal."""
        far = "" if self.difference == 0.0 else f" by {_number(self.difference)}"
        text = "; ".join(f"{name}: {why}" for name, why in self.reasons) or self.problem
        text += f" (its own release: {self.own})" if self.own else ""
        return f"{self.kind} {self.source} -> {self.target} {self.file}{far} {text}".rstrip()


class Ledger:
    """Results of earlier runs, one a line; what was run with the same bytes is not run again.

    Args:
        path: of the file, which may not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, dict[str, Any]] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                self._known[row["digest"]] = row

    def get(self, digest: str) -> dict[str, Any] | None:
        """What was found for these bytes."""
        return self._known.get(digest)

    def add(self, digest: str, found: dict[str, Any]) -> None:
        """Keep what was found."""
        row = {"digest": digest, **found}
        self._known[digest] = row
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def table(results: Iterable[Result]) -> str:
    """A row for each pair of releases, a column for each kind."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for one in results:
        counts.setdefault((one.source, one.target), Counter())[one.kind] += 1
    lines = [f"{'source':12} {'target':12} {'models':>7} " + " ".join(f"{k:>9}" for k in KINDS)]
    for (source, target), count in counts.items():
        total = sum(count.values())
        good = sum(count[kind] for kind in GOOD)
        numbers = " ".join(f"{count[kind]:>9}" for kind in KINDS)
        lines.append(f"{source:12} {target:12} {total:>7} {numbers}  {good / total:6.1%}")
    return "\n".join(lines)


def reasons(results: Iterable[Result]) -> list[dict[str, Any]]:
    """Every reason for a refusal, how often it was given, and for which files."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for one in results:
        for name, why in one.reasons:
            found.setdefault((one.target, name, why), []).append(f"{one.source}/{one.file}")
    rows = [
        {"target": key[0], "class": key[1], "reason": key[2], "count": len(files), "files": files}
        for key, files in found.items()
    ]
    return sorted(rows, key=lambda row: (row["target"], -row["count"], row["class"]))


def write(results: list[Result], path: Path) -> None:
    """Everything, as JSON."""
    document = {"results": [asdict(one) for one in results], "reasons": reasons(results)}
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _number(value: float | None) -> str:
    return "more than numbers can say" if value is None else f"{value:.2g}"
