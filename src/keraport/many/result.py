"""What came of all models together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from keraport.many.outcome import CONVERTED, Outcome, Reason, exit_status
from keraport.many.task import Work
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason, and the models that share it.

    Args:
        verdict: theirs.
        reason: its ``layers`` are those of all models together.
        models: how many.
        example: one of them.
    """

    verdict: str
    reason: Reason
    models: int
    example: str

    def to_json(self) -> dict[str, Any]:
        """The stable shape, documented in ``docs/reference/json.md``."""
        return {
            "verdict": self.verdict,
            "what": self.reason.what,
            "text": self.reason.text,
            "hint": self.reason.hint,
            "models": self.models,
            "layers": self.reason.layers,
            "example": self.example,
        }


@dataclass(frozen=True, slots=True)
class ManyResult:
    """What came of many models.

    Args:
        work: what was done.
        target: id of the target release; empty for `inspect`.
        out_dir: where the outputs are; empty if there are none.
        outcomes: in the order in which the models were found.
        no_models: files in folders that were looked into and hold no model.
        empty: folders and patterns in which there is no model.
        seconds: wall time of all of it.
    """

    work: Work
    target: str
    out_dir: str
    outcomes: tuple[Outcome, ...]
    no_models: int = 0
    empty: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def exit_status(self) -> int:
        """0, or the first of 1, 5, 4, 6, 3, 2 that occurred."""
        return exit_status(self.outcomes)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Models that did not come out well."""
        return tuple(item for item in self.outcomes if item.status)

    def counts(self) -> dict[str, int]:
        """How many models have which verdict, the good ones first."""
        found = Counter(item.verdict for item in self.outcomes)
        ordered = sorted(found, key=lambda item: (_rank(item), item))
        return {verdict: found[verdict] for verdict in ordered}

    def reasons(self) -> list[ReasonRow]:
        """Why models did not come out well, what concerns most of them first."""
        return sorted(self._reasons(), key=lambda row: (-row.models, row.verdict, row.reason.what))

    def _reasons(self) -> Iterator[ReasonRow]:
        found: dict[tuple[str, str, str], list[tuple[Outcome, Reason]]] = {}
        for outcome in self.failed:
            for reason in {(r.what, r.hint or r.text): r for r in outcome.reasons}.values():
                key = (outcome.verdict, reason.what, reason.hint or reason.text)
                found.setdefault(key, []).append((outcome, reason))
        for (verdict, what, _), same in found.items():
            first = same[0][1]
            layers = sum(reason.layers for _, reason in same)
            yield ReasonRow(
                verdict, Reason(what, first.text, first.hint, layers), len(same), same[0][0].source
            )

    def to_json(self) -> dict[str, Any]:
        """The stable shape, documented in ``docs/reference/json.md``."""
        return {
            "work": self.work.value,
            "target": self.target,
            "out_dir": self.out_dir,
            "models": len(self.outcomes),
            "counts": self.counts(),
            "done_before": sum(item.from_ledger for item in self.outcomes),
            "duplicates": sum(bool(item.same_as) for item in self.outcomes),
            "no_models": self.no_models,
            "empty": list(self.empty),
            "reasons": [row.to_json() for row in self.reasons()],
            "failed": [item.to_json() for item in self.failed],
            "seconds": round(self.seconds, 3),
            "exit_status": self.exit_status,
        }


def _rank(verdict: str) -> int:
    return CONVERTED.index(verdict) if verdict in CONVERTED else len(CONVERTED)
