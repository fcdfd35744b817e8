"""Where a report says "unchanged", class and config are what they were; all else has a note.

A layer that stands in another one, or holds another one, may be told of there: a Bidirectional
says what becomes of its halves, and a model that is taken apart says so once for all its layers.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.convert import Options, plan
from keraport.model import Layer
from keraport.model.graph import walk
from keraport.report import Report, Verdict

GOLDEN = Path(__file__).parents[1] / "golden"
WAYS = (
    *(("tf2.3", "tf1.12"), ("tf2.3", "tf1.15"), ("tf2.3", "tf2.15"), ("tf2.3", "tf2.3")),
    *(("tf2.15", "tf2.3"), ("tf2.15", "tf1.12"), ("tf2.15", "tf2.15"), ("tf1.15", "tf2.15")),
)


def own(layer: Layer) -> dict[str, object]:
    """What a row of a report is about: layers within have rows of their own."""
    plain = {key: value for key, value in layer.config.items() if not _holds_layers(value)}
    # Inside an archive and out of a graph a layer's name stands beside its config.
    return {**plain, "class": layer.class_name}


def _holds_layers(value: object) -> bool:
    return isinstance(value, Layer) or (
        isinstance(value, list) and any(isinstance(item, Layer) for item in value)
    )


def is_told_elsewhere(path: str, report: Report) -> bool:
    """True if a layer around it, or within it, has a note."""
    noted = [row.path for row in report.layers if row.verdict is not Verdict.UNCHANGED]
    return any(path.startswith(f"{item}/") or item.startswith(f"{path}/") for item in noted)


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_what_is_said_to_be_unchanged_is(source: str, target: str) -> None:
    compared, unsaid = 0, []
    for file in sorted((GOLDEN / source).glob("*.h5")):
        found = plan(file, target, from_=source, options=Options(allow_approximate=True))
        model = found.translation.file.model
        if model is None or found.report.refusals:
            continue
        before, after = dict(walk(found.source)), dict(walk(model))
        for row in found.report.layers:
            old, new = before.get(row.path), after.get(row.path)
            if row.verdict is not Verdict.UNCHANGED or old is None or old.model is not None:
                continue
            compared += 1
            if (new is None or own(old) != own(new)) and not is_told_elsewhere(
                row.path, found.report
            ):
                unsaid.append(f"{file.stem}: {row.path} ({old.class_name})")
    assert compared > (3 if source == "tf1.15" else 300)
    assert unsaid == []
