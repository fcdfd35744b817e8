"""What was changed in a source file, and what is left to its author."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MARK = "# keraport: "
"""What a comment that asks for a decision begins with."""


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One change, or one thing that could not be decided.

    Args:
        line: of the file that was read, from 1.
        text: what was done, or what has to be decided and why.
    """

    line: int
    text: str

    def to_json(self) -> dict[str, Any]:
        """The shape that ``docs/reference/json.md`` documents."""
        return {"line": self.line, "text": self.text}


@dataclass(slots=True)
class Notes:
    """Collects while the tree is walked; the same note on a line is kept once."""

    changes: dict[Remark, None] = field(default_factory=dict)
    undecided: dict[Remark, None] = field(default_factory=dict)

    def changed(self, line: int, text: str) -> None:
        """Something was rewritten."""
        self.changes[Remark(line, text)] = None

    def left(self, line: int, text: str) -> bool:
        """Something is left to the author; False if that is said of the line already."""
        note = Remark(line, text)
        known = note in self.undecided
        self.undecided[note] = None
        return not known
