"""What was measured last, ``tools/matrix/measured.json``, and its part of the page.

A cell is a source and a target: how many files agree with stock layers, with a companion, are
refused, or do otherwise. Files that their own release does not open, or reads back as something
else, have no right answer and are counted apart.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from keraport.catalog.backends import on_backend
from keraport.catalog.releases import get_release
from keraport.history.refusals import Row, row_of

MEASURED: Final = Path(__file__).with_name("measured.json")
ON_GPUS_ALONE: Final = re.compile(
    "do not yet support dilation rates larger than 1|support Op 'CudnnRNN|only supports the NHWC"
    "|Op 'Conv2DBackpropInput'|AvgPoolingOp only supports NHWC|currently only supports the NHWC"
    "|does not support grouped convolutions on the CPU|op was given the format: NCHW"
)
"""What TensorFlow says of a kernel that it lacks on a CPU."""
_COLUMNS: Final = ("agree", "companion", "refused", "no CPU kernel", "wrong", "fails", "no answer")
_KINDS: Final = {"WRONG": "wrong", "FAILS": "fails", "ERROR": "fails"}


def keep(paths: Iterable[Path], every: int = 1) -> None:
    """Count what ``tools/measure_matrix.py --json`` wrote, and keep the counts beside others.

    Args:
        paths: of what it wrote.
        every: a file of so many was measured.
    """
    cells = _kept()
    for path in paths:
        results = json.loads(path.read_text(encoding="utf-8"))["results"]
        counts: dict[tuple[str, str], Counter[str]] = {}
        whys: dict[tuple[str, str], dict[str, list[list[str]]]] = {}
        for row in results:
            pair, column = (row["source"], row["target"]), _column(row)
            counts.setdefault(pair, Counter())[column] += 1
            if column == "refused":
                whys.setdefault(pair, {})[row["file"]] = row["reasons"]
        cells = [cell for cell in cells if (cell["source"], cell["target"]) not in counts]
        cells += [
            {
                "source": source,
                "target": target,
                **{key: count[key] for key in _COLUMNS},
                **({"every": every} if every > 1 else {}),
                "why": whys.get((source, target), {}),
            }
            for (source, target), count in counts.items()
        ]
    cells.sort(key=lambda cell: (cell["target"], cell["source"]))
    lines = ",\n".join(json.dumps(cell) for cell in cells)
    MEASURED.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def measured() -> str:
    """A table for each target, and the sum of each."""
    cells = _kept()
    parts = []
    for target in sorted({cell["target"] for cell in cells}):
        rows = [cell for cell in cells if cell["target"] == target]
        total = {key: sum(row[key] for row in rows) for key in _COLUMNS}
        lines = [
            _heading(target),
            "",
            *_slice({cell.get("every", 1) for cell in rows}),
            f"| from | {' | '.join(_COLUMNS)} | converted |",
            "|---|" + "---|" * (len(_COLUMNS) + 1),
            *(_line(f"`{row['source']}`", row) for row in rows),
            _line("all", total),
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def most_refused(most: int = 10) -> str:
    """A table of the reasons that cost the most files, each with how many.

    Args:
        most: so many reasons at most.
    """
    files: Counter[tuple[str, str]] = Counter()
    cells = _kept()
    told = sum("why" in cell for cell in cells)
    for cell in cells:
        release, _, backend = cell["target"].partition("-")
        target = on_backend(get_release(release), backend)
        for found in cell.get("why", {}).values():
            # A file with two reasons counts for both of them; with one reason twice, once.
            for row in {row_of(name, text, target) for name, text in found}:
                files[(_targets(row), row.because) if row else ("", "no row of the table")] += 1
    lines = [f"Reasons are kept of {told} of the {len(cells)} pairs below:", ""]
    lines += ["| files | for | reason |", "|---|---|---|"]
    ordered = sorted(files.items(), key=lambda item: (-item[1], item[0]))
    for (targets, because), count in ordered[:most]:
        lines.append(f"| {count} | {targets} | {because.replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


def _targets(row: Row) -> str:
    if row.backends:
        return f"Keras 3 on {' and '.join(row.backends)}"
    return row.targets or "every target"


def _heading(target: str) -> str:
    """A target is a release, or with what it computes behind it: ``keras3.15-jax``."""
    release, _, backend = target.partition("-")
    return f"### To `{release}` on {backend}" if backend else f"### To `{release}`"


def _slice(steps: set[int]) -> list[str]:
    """A sentence, where not all files were measured."""
    said = " or ".join(map(str, sorted(steps)))
    return [] if steps == {1} else [f"One file in {said} was measured.", ""]


def _line(name: str, row: dict[str, Any]) -> str:
    tried = sum(row[key] for key in _COLUMNS if key != "no answer")
    good = row["agree"] + row["companion"] + row["no CPU kernel"]
    numbers = " | ".join(str(row[key]) for key in _COLUMNS)
    return f"| {name} | {numbers} | {good / tried:.1%} |"


def _column(row: dict[str, Any]) -> str:
    if row["own"] and row["kind"] not in ("agree", "companion"):
        return "no answer"
    if row["kind"] == "FAILS" and ON_GPUS_ALONE.search(row["problem"]):
        return "no CPU kernel"
    return str(_KINDS.get(row["kind"], row["kind"]))


def _kept() -> list[dict[str, Any]]:
    if not MEASURED.exists():
        return []
    cells: list[dict[str, Any]] = json.loads(MEASURED.read_text(encoding="utf-8"))
    return cells
