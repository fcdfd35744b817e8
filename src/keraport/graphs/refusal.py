"""A node that cannot be carried over."""

from __future__ import annotations

from typing import Any

from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A node that cannot be carried over.

    Args:
        node: its name, with those of the calls that it was in.
        op: the operation.
        reason: why.
        hint: the workaround.
    """

    node: str
    op: str
    reason: str
    hint: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it stands in a document."""
        return {"node": self.node, "op": self.op, "reason": self.reason, "hint": self.hint}
