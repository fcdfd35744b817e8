"""Says a trained network again in the words of another architecture, where that is exact."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import Any

from keraport.analysis.rewiring import as_functional
from keraport.changes.site import Refused
from keraport.discrepancies.following import aligned
from keraport.discrepancies.norms import same_bias, same_constants, same_norms
from keraport.discrepancies.pair import Obstacle, Pair, Rule, Step
from keraport.discrepancies.scale import same_scale
from keraport.discrepancies.spelling import same_words
from keraport.model import Model
from keraport.records import dataclass
from keraport.report import Verdict

RULES: tuple[Rule, ...] = (same_norms, same_bias, same_constants, same_scale, same_words)
"""What is tried at each place, in this order."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said in other words, and what could not be.

    Args:
        steps: what was done; `Verdict.EQUIVALENT`, each of them.
        obstacles: what differs and could not be said exactly.
    """

    steps: tuple[Step, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The stable shape."""
        return {
            "verdict": (Verdict.EQUIVALENT if self.steps else Verdict.UNCHANGED).value,
            "steps": [asdict(step) for step in self.steps],
            "obstacles": [asdict(obstacle) for obstacle in self.obstacles],
        }


@dataclass(frozen=True, slots=True)
class Reexpression:
    """A trained network in the words of another architecture.

    Args:
        model: predicts what the trained network predicts, up to float rounding, whatever was done;
            its weights are computed out of those of the file when they are written. The trained
            network itself if nothing was done.
        said: what was done.
    """

    model: Model
    said: Said = Said()


def reexpress(trained: Model, rebuilt: Model, keep: AbstractSet[str] = frozenset()) -> Reexpression:
    """Say a trained network in the words of an architecture that was rebuilt by hand.

    Only layers of the outermost model are looked at. Layers are aligned by name or by order; if
    that fails, nothing is done, and nothing wrong can be: every step keeps what is predicted.

    Args:
        trained: in the hub's words, its layers with weights.
        rebuilt: in the hub's words.
        keep: names of layers of both networks that stay as they are.
    """
    model, other = as_graph(trained), as_graph(rebuilt)
    if model is None or other is None:
        return Reexpression(trained)
    steps: list[Step] = []
    obstacles: list[Obstacle] = []
    for anchor, place in aligned(model, other):
        site = Pair(model, other, anchor, place, keep)
        if len(site.layer.calls) > 1 or len(site.counterpart.calls) > 1:
            continue
        for rule in RULES:
            rule(site)
        model = site.model
        steps += site.steps
        obstacles += site.obstacles
    return Reexpression(model if steps else trained, Said(tuple(steps), tuple(obstacles)))


def as_graph(model: Model) -> Model | None:
    """The model as a graph of calls; None if its inputs are not known."""
    if not model.is_sequential:
        return model
    try:
        return as_functional(model) if model.layers else None
    except Refused:
        return None
