"""Convert trained models to other releases, train them on there, and note how the curves differ.

::

    uv run python tools/measure_training.py [--to RELEASE ...] [--work FOLDER]

It takes every model of ``tests/training/models`` in every format, next to a control with a fresh
optimizer, and writes ``tools/training_models/measured.json``, which
``tools/build_training_page.py`` makes ``docs/reference/optimizers.md`` of.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from keraport.runtimes import ensure_runtime
from keraport.runtimes.given import release_of
from training_models.measure import PAIRS, Row, converted, losses_of, run, unpack, worst

MEASURED = Path(__file__).parent / "training_models" / "measured.json"


SHOWN = ("tf2.3", "keras3.15", "adam.h5")
"""The one whose curves are drawn in the guide."""


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--to", nargs="*", default=sorted(PAIRS), metavar="RELEASE")
    parser.add_argument("--work", type=Path)
    arguments = parser.parse_args()
    known = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else []
    with tempfile.TemporaryDirectory() as made:
        work = arguments.work or Path(made)
        for target in arguments.to:
            found = [row for source in PAIRS[target] for row in measured(source, target, work)]
            known = [row for row in known if row["target"] != target] + found
            known.sort(key=lambda row: (row["source"], row["target"], row["case"], row["format"]))
            text = json.dumps(known, indent=1, sort_keys=True)
            MEASURED.write_text(f"{text}\n", encoding="utf-8")
            print(target, len(found))


def measured(source: str, target: str, work: Path) -> list[dict[str, Any]]:
    """A row for each file of a release."""
    folder = unpack(source, work)
    recorded = losses_of(folder)
    out = work / f"{source}-to-{target}"
    rows = list(converted(folder, target, out, lambda name, suffix: True))  # noqa: ARG005
    results = run(ensure_runtime(release_of(target)), target, rows, out)
    return [_row(row, source, target, recorded, results.get(row.key)) for row in rows]


def _row(row: Row, source: str, target: str, recorded: Any, result: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "source": source,
        "target": target,
        "case": row.name,
        "kind": row.kind,
        "format": row.suffix or "directory",
        "refused": row.refused,
        "said": [f"{verdict}: {text}" for verdict, text in row.said],
        "left_out": list(row.left_out),
    }
    if result is None:
        return found
    if "error" in result:
        return {**found, "error": result["error"]}
    case = recorded[row.name]
    own = case["files"][row.suffix or "directory"].get("continued")
    found["memory"] = worst(result["continued"], case["memory"])
    found["own"] = None if own is None else worst(result["continued"], own)
    found["fresh"] = worst(result["fresh"], case["memory"])
    if (source, target, row.key) == SHOWN:
        found["curves"] = {
            "before": case["first"],
            "source": case["memory"],
            "target": result["continued"],
            "fresh": result["fresh"],
        }
    return found


if __name__ == "__main__":
    main()
