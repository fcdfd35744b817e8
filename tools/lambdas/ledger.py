"""A campaign's record: one JSON line a batch, so that it goes on where it stopped."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_NAMES = re.compile(r"\b(?:tf|np|math|K)(?:\.\w+)+|'[^']*'|\"[^\"]*\"|\(tf[\d.]+\)")
_NUMBERS = re.compile(r"\d[\d,.e+]*")


def kind_of(message: str) -> str:
    """A message without the names and numbers of one case."""
    return " ".join(_NUMBERS.sub("N", _NAMES.sub("...", message)).split())[:110]


@dataclass(slots=True)
class Ledger:
    """What all batches of a seed found.

    Args:
        path: of the lines.
        seed: of the campaign.
    """

    path: Path
    seed: int
    rows: list[dict[str, Any]] = field(default_factory=list)
    entries: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                if row["seed"] == self.seed:
                    self._take(row)

    def add(self, row: Mapping[str, Any]) -> None:
        """Write a batch down."""
        made = {"seed": self.seed, "batch": len(self.rows), **row}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(made) + "\n")
        self._take(made)

    def _take(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        self.entries.update(row.get("entries", {}))

    def total(self, key: str) -> int:
        """The sum of a count over all batches."""
        return sum(int(row.get(key, 0)) for row in self.rows)

    def counted(self, key: str) -> Counter[str]:
        """The sums of a table of counts over all batches."""
        found: Counter[str] = Counter()
        for row in self.rows:
            found.update(row.get(key, {}))
        return found

    def listed(self, key: str) -> list[Any]:
        """The lists of all batches, one after the other."""
        return [item for row in self.rows for item in row.get(key, [])]

    def rarest(self, names: Iterable[str]) -> list[str]:
        """The names, those that were seen least first."""
        return sorted(names, key=lambda name: self.entries[name])


def write_section(page: Path, name: str, text: str) -> None:
    """Put text between the comments ``<!-- NAME -->`` and ``<!-- end -->`` of a page."""
    old = page.read_text(encoding="utf-8")
    before, mark, after = old.partition(f"<!-- {name} -->\n")
    if not mark:
        raise SystemExit(f"{page} has no comment <!-- {name} -->")
    _, end, rest = after.partition("<!-- end -->")
    page.write_text(f"{before}{mark}{text}{end}{rest}", encoding="utf-8")
