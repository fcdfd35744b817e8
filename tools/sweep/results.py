"""What became of one case on its way to TensorFlow 2.15 and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from keraport.report import Verdict

OUTCOMES = (*(str(verdict) for verdict in Verdict if verdict is not Verdict.REFUSED), "companion",
            "refused")  # fmt: skip
"""How a file was converted."""
WRONG = ("differs", "fails", "error")
"""It predicts something else, it does not load or run, the converter breaks."""
NO_KERNEL = "no kernel"
"""The release has no kernel for a CPU: not measured."""


@dataclass(frozen=True, slots=True)
class Way:
    """One conversion and one run.

    Args:
        outcome: one of `OUTCOMES`; empty if there was nothing to convert.
        reasons: of a refusal, as sentences.
        companions: names of the objects that the companion defines.
        kind: one of `WRONG`, `NO_KERNEL`, or empty.
        problem: the same as a sentence.
        difference: largest difference of an output, relative to its largest value.
    """

    outcome: str = ""
    reasons: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    kind: str = ""
    problem: str = ""
    difference: float | None = None

    @property
    def ran(self) -> bool:
        """Whether the converted file predicts what it should."""
        return bool(self.outcome) and self.outcome != "refused" and not self.kind


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a case.

    Args:
        name: of the case.
        layer: class under test.
        position: where in the model it stands.
        stage: where Keras 3.15 itself stopped, ``done`` if it did not.
        source_error: what it said then.
        there: the way to TensorFlow 2.15.
        back: the way back.
    """

    name: str
    layer: str
    position: str
    stage: str
    source_error: str = ""
    there: Way = field(default_factory=Way)
    back: Way = field(default_factory=Way)

    @property
    def counts(self) -> bool:
        """Whether Keras 3.15 can do it itself."""
        return self.stage == "done"

    def lines(self) -> list[str]:
        """What is not right, for a terminal."""
        found = []
        for name, way in (("there", self.there), ("back", self.back)):
            if way.outcome == "refused":
                found.append(f"refused {name} {self.name}: {'; '.join(way.reasons)}")
            elif way.kind:
                found.append(f"{way.kind.upper()} {name} {self.name}: {way.problem}")
        return found

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)


def summary(results: Iterable[Result]) -> str:
    """How many cases came out how, both ways."""
    results = list(results)
    able = [result for result in results if result.counts]
    lines = [f"{len(able)} cases, and {len(results) - len(able)} that Keras 3.15 cannot do"]
    for name in ("there", "back"):
        ways: list[Way] = [getattr(result, name) for result in able]
        outcomes = Counter(way.outcome for way in ways if way.outcome)
        kinds = Counter(way.kind for way in ways if way.kind)
        parts = [f"{count} {outcome}" for outcome, count in outcomes.most_common()]
        problems = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        lines.append(f"{name}: {', '.join(parts)}; problems: {problems or 'none'}")
    return "\n".join(lines)
