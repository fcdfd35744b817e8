"""What came of one model among many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any, Final

from keraport.records import dataclass

CONVERTED: Final = ("unchanged", "exact", "equivalent", "approximate")
"""Verdicts of models that are written, the best first."""
REFUSED: Final = "refused"
CRASHED: Final = "crashed"
"""The process that worked on the model died, twice."""
LOOKED_AT: Final = "inspected"
"""What `inspect` says of a file that it could read."""
HAZARDS: Final = "hazards"
"""What `inspect --fail-on` says of a file that has some of that severity."""
HAZARDS_STATUS: Final = 7
NOT_A_MODEL: Final = "not_a_model"
"""A file of a folder that turned out to hold no model: no row of any table."""

STATUSES: Final = (1, 5, 4, 6, 3, 2, HAZARDS_STATUS)
"""Exit statuses of single models; the first of them that occurred is that of the whole."""

PASSING: Final = frozenset(
    {"output", "input_file", "source_unavailable", "runtime_unavailable", "probe", "interrupted"}
)
"""Verdicts that say nothing about the content: what failed so is tried again in the next run."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a model did not become an output.

    Args:
        what: the class of the layers concerned, or the kind of the error.
        text: the sentence.
        hint: what to do next.
        layers: how many layers of the model it concerns.
    """

    what: str
    text: str
    hint: str = ""
    layers: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one model.

    Args:
        source: path or URL, as it was found.
        verdict: of `keraport.report.Verdict`, or the kind of an error as ``--json`` spells it.
        status: the exit status that a command for this model alone would have had.
        message: the error, if there was one.
        hint: what to do about it.
        output: the file that was written; empty if there is none.
        written: all files that were written, beside each other, the one to open last.
        seconds: wall time of the work, without waiting.
        content: SHA-256 of the source; of all its files where it is a folder.
        release: id of the release that wrote the source.
        target: id of the release it was written for.
        load: the line that opens the output.
        counts: how many layers got which verdict.
        reasons: why the model was refused, or failed.
        hazards: kinds of what in the file would run code, of `inspect`.
        verification: ``agree`` or what else comparing both real releases found.
        same_as: the source with the same content whose result this is.
        version: of keraport.
        from_ledger: the work was done in an earlier run.
    """

    source: str
    verdict: str
    status: int = 0
    message: str = ""
    hint: str = ""
    output: str = ""
    written: tuple[str, ...] = ()
    seconds: float = 0.0
    content: str = ""
    release: str = ""
    target: str = ""
    load: str = ""
    counts: tuple[tuple[str, int], ...] = ()
    reasons: tuple[Reason, ...] = ()
    hazards: tuple[str, ...] = ()
    verification: str = ""
    same_as: str = ""
    version: str = ""
    from_ledger: bool = False

    @property
    def is_settled(self) -> bool:
        """True if the same content would come out the same in the next run."""
        return self.verdict not in PASSING

    def to_json(self) -> dict[str, Any]:
        """The stable shape, documented in ``docs/reference/json.md``."""
        return {
            **asdict(self),
            "written": list(self.written),
            "counts": dict(self.counts),
            "reasons": [asdict(item) for item in self.reasons],
            "hazards": list(self.hazards),
        }

    @staticmethod
    def from_json(document: dict[str, Any]) -> Outcome:
        """The outcome that `to_json` gave."""
        return Outcome(
            **{
                **document,
                "written": tuple(document["written"]),
                "counts": tuple(document["counts"].items()),
                "reasons": tuple(Reason(**item) for item in document["reasons"]),
                "hazards": tuple(document["hazards"]),
            }
        )

    def of(self, source: str, *, output: str = "") -> Outcome:
        """The same for another source of the same content."""
        return replace(
            self,
            source=source,
            message=self.message.replace(self.source, source),
            output=output,
            seconds=0.0,
            same_as=self.same_as or self.source,
            from_ledger=False,
        )


def exit_status(outcomes: Iterable[Outcome]) -> int:
    """0, or the first of `STATUSES` that occurred."""
    found = {item.status for item in outcomes}
    return next((status for status in STATUSES if status in found), max(found, default=0))
