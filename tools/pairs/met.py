"""What converting real models from one release to another meets: companions, and refusals.

Models of the matrix, or the golden ones of a release that the matrix lacks. ``met.json`` keeps what
was met; nothing is written, and no release runs.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from keraport.catalog.releases import get_release
from keraport.convert import Options, plan
from keraport.errors import KeraportError
from keraport.history.refusals import row_of
from keraport.own.lambda_layers import LambdaChoices
from keraport.report import Verdict
from matrix.archive import index_of, unpack
from matrix.archive import releases as in_matrix

ROOT = Path(__file__).parents[2]
MET = Path(__file__).with_name("met.json")
GOLDEN = ROOT / "tests" / "golden"

PAIRS = (
    ("tf2.3", "tf1.12"),
    ("tf1.12", "tf2.15"),
    ("tf2.3", "tf2.15"),
    ("tf2.15", "keras3.15"),
    ("tf2.3", "keras3.15"),
    ("keras2.2", "tf2.15"),
    ("keras2.2", "keras3.15"),
    ("keras3.15", "tf2.15"),
)
"""Pairs with a page, source first."""


def files_of(release: str, work: Path) -> list[Path]:
    """Models that a release saved; none if the repository has none of it."""
    if release in in_matrix():
        folder = unpack(release, work)
        cases = index_of(release)["cases"]
        return [folder / name for case in cases for name in sorted(case.get("files", ()))]
    return sorted((GOLDEN / release).glob("*.h5"))


def met(source: str, target: str, files: Iterable[Path]) -> dict[str, Any]:
    """Count what is met on the way.

    Returns:
        ``models``, ``companion`` and ``refused``: how many; ``companions``: in how many models each
        class; ``reasons``: in how many models a layer is refused for each reason, as
        ``[class, text, how many]``, one for each row of the table of refusals.
    """
    counts: Counter[str] = Counter()
    companions: Counter[str] = Counter()
    reasons: dict[str, tuple[str, str, int]] = {}
    options = Options(lambdas=LambdaChoices(translate=True), drop_optimizer=True)
    for file in files:
        counts["models"] += 1
        try:
            conversion = plan(file, target, from_=source, options=options)
        except KeraportError:
            counts["refused"] += 1
            continue
        refused = [
            (layer.class_name, note.text)
            for layer in conversion.report.layers
            for note in layer.notes
            if note.verdict is Verdict.REFUSED
        ]
        for class_name, text in {reason(c, t, target): (c, t) for c, t in refused}.values():
            key = reason(class_name, text, target)
            first = reasons.get(key, (class_name, text, 0))
            reasons[key] = (*first[:2], first[2] + 1)
        if refused:
            counts["refused"] += 1
        elif conversion.translation.companions:
            counts["companion"] += 1
            companions.update(conversion.translation.companions)
    return {
        **{key: counts[key] for key in ("models", "companion", "refused")},
        "companions": dict(sorted(companions.items())),
        "reasons": [list(reasons[key]) for key in sorted(reasons)],
    }


def reason(class_name: str, text: str, target: str) -> str:
    """Refusals with the same reason have the same text here."""
    row = row_of(class_name, text, get_release(target))
    return row.because if row else f"{class_name}: {re.sub(r'[0-9]+', '#', text)}"


@cache
def kept() -> dict[str, dict[str, Any]]:
    """``met.json``: what was met, by ``SOURCE-to-TARGET``."""
    found: dict[str, dict[str, Any]] = json.loads(MET.read_text(encoding="utf-8"))
    return found
