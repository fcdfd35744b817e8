"""What became of one case, and of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

OUTCOMES = ("unchanged", "exact", "equivalent", "companion", "approximate", "refused")
"""In the order of the columns of the table."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a case.

    Args:
        name: of the case.
        layer: class under test.
        position: where in the model it stands.
        stage: where TensorFlow 2.3.0 itself stopped, ``done`` if it did not.
        source_error: what it said then.
        helped: the reference comes from other operations than the layer's own.
        outcome: one of `OUTCOMES`, or ``error`` where keraport failed.
        reasons: why it is refused.
        companions: names of the objects that the companion defines.
        kind: what is wrong: ``REFUSED``, ``ERROR``, ``CHECK``, ``FAILS``, ``DIFFERS``; or empty.
        problem: the same as a sentence.
        difference: largest difference of an output, relative to its largest value.
    """

    name: str
    layer: str
    position: str
    stage: str
    source_error: str = ""
    helped: bool = False
    outcome: str = ""
    reasons: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    kind: str = ""
    problem: str = ""
    difference: float | None = None

    @property
    def counts(self) -> bool:
        """Whether TensorFlow 2.3.0 can do it itself."""
        return self.stage == "done"

    def line(self) -> str:
        """One line for a terminal."""
        return f"{self.kind} {self.name}: {self.problem}"

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)


def summary(results: Iterable[Result]) -> str:
    """How many cases came out how."""
    results = list(results)
    able = [result for result in results if result.counts]
    outcomes = Counter(result.outcome for result in able)
    kinds = Counter(result.kind for result in able if result.kind)
    parts = [f"{len(able)} cases", *(f"{count} {name}" for name, count in outcomes.most_common())]
    bad = ", ".join(f"{count} {name}" for name, count in kinds.most_common()) or "none"
    return f"{', '.join(parts)}; problems: {bad}; {len(results) - len(able)} that 2.3 cannot do"
