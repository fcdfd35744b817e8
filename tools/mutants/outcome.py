"""What may become of a mutant."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How it ended."""

    SOURCE_FAILED = "source failed"
    """TensorFlow 2.3.0 cannot build, run, save or reload it, or predicts something else then."""
    REFUSED = "refused"
    AGREES = "agrees"
    DIFFERS = "differs"
    FAILS = "fails"
    """Converted, and the target cannot load or run it."""
    CRASHED = "crashed"
    """An exception of keraport's that is no refusal, or none of its own at all."""


WRONG = (Verdict.DIFFERS, Verdict.FAILS, Verdict.CRASHED)
"""What must not be."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A line of the ledger.

    Args:
        index: the mutant's number.
        base: the golden model that it was.
        mutations: what was done to it.
        verdict: how it ended.
        faithful: keraport's verdict on the model, where it converted.
        why: error, reason or difference.
        code: digest of keraport's source.
    """

    index: int
    base: str
    mutations: tuple[str, ...]
    verdict: Verdict
    faithful: str = ""
    why: str = ""
    code: str = ""

    @property
    def counts(self) -> bool:
        """Whether TensorFlow 2.3.0 itself could save and reload it."""
        return self.verdict is not Verdict.SOURCE_FAILED

    def to_json(self) -> dict[str, Any]:
        """As the ledger has it."""
        return {**asdict(self), "mutations": list(self.mutations), "verdict": str(self.verdict)}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Outcome:
        """A line of the ledger read back."""
        return cls(
            **{**row, "mutations": tuple(row["mutations"]), "verdict": Verdict(row["verdict"])}
        )
