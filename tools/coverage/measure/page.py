"""Writes the page with the table of all layers."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from coverage.measure.results import OUTCOMES, Result
from coverage.tables.none import WITHOUT_CASE

_HEAD = """\
# TensorFlow 2.3.0 to TensorFlow 1.12.0, layer by layer

Measured, not claimed. `tools/build_coverage.py` runs in TensorFlow 2.3.0: it takes every public
class of `tf.keras.layers`, gives each argument values other than its default, alone and combined,
and puts the layer into a functional model, a Sequential, nested models, TimeDistributed,
Bidirectional and RNN where they apply, two calls, and behind Masking. Weights are moved away from
their initial values. `tools/measure_coverage.py` converts the files and compares what the stock
loader of TensorFlow 1.12.0 then predicts. It also checks that `keraport check` announced, layer by
layer, what `keraport convert` did.

- A case counts as `companion` if the output needs objects that TensorFlow 1.12.0 lacks; otherwise
  the [verdict](../concepts/verdicts.md) is that of the layer.
- The difference is the largest one of all outputs of all cases, as a share of the largest value of
  its output. The limit is 1e-5. Integers, booleans and texts have to be equal.
- `approximate` are layers of `mixed_float16`: TensorFlow 2.3.0 computes them in float16, whose
  rounding is 1e-3, and the target in float32. Their limit is 5e-3, and they are not in the last
  column.
- Layers that are random while they train are compared at inference.
- Lambdas are converted with `--translate-lambdas`.
"""
_COLUMNS = ("layer", "cases", *OUTCOMES, "difference")


def write_page(path: Path, results: Iterable[Result], applications: Path | None) -> None:
    """Write the page; the same results give the same text.

    Args:
        path: where.
        results: of all cases.
        applications: the JSON of ``tools/measure_applications.py``, if there is one.
    """
    results = sorted(results, key=lambda result: result.name)
    able = [result for result in results if result.counts]
    parts = [
        _HEAD,
        _layers(able),
        _problems(able),
        _refusals(able),
        _unable(result for result in results if not result.counts),
        _elsewhere(able),
        _without_case(),
    ]
    if applications is not None:
        parts.append(_applications(json.loads(applications.read_text(encoding="utf-8"))))
    path.write_text("\n".join(part for part in parts if part), encoding="utf-8")


def _table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    columns = list(columns)
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def _layers(results: list[Result]) -> str:
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.layer].append(result)
    rows = [_row(f"`{name}`", groups[name]) for name in sorted(groups)]
    rows.append(_row(f"all {len(groups)}", results))
    return _table(_COLUMNS, rows)


def _row(name: str, results: list[Result]) -> list[str]:
    outcomes = Counter(result.outcome for result in results)
    counts = [str(outcomes[outcome] or "") for outcome in OUTCOMES]
    return [name, str(len(results)), *counts, _worst(results)]


def _worst(results: Iterable[Result]) -> str:
    found = [
        result.difference
        for result in results
        if result.difference is not None and result.outcome != "approximate"
    ]
    return "" if not found else number(max(found))


def number(value: float) -> str:
    """One digit: the second one depends on the processor."""
    return "0" if value == 0 else f"{value:.0e}"


def _problems(results: list[Result]) -> str:
    wrong = [result for result in results if result.kind not in ("", "REFUSED")]
    if not wrong:
        return (
            "Every case that converted loads, and predicts the same. `check` announced every "
            "verdict.\n"
        )
    rows = [(f"`{result.name}`", result.kind.lower(), _cell(result.problem)) for result in wrong]
    return "## What is wrong\n\n" + _table(("case", "what", "problem"), rows)


def _refusals(results: list[Result]) -> str:
    counts: Counter[tuple[str, str]] = Counter()
    for result in results:
        if result.outcome == "refused":
            counts[result.layer, "; ".join(result.reasons)] += 1
    if not counts:
        return "## What is refused\n\nNothing.\n"
    rows = [(f"`{layer}`", count, _cell(why)) for (layer, why), count in sorted(counts.items())]
    return "## What is refused\n\n" + _table(("layer", "cases", "because"), rows)


def _unable(results: Iterable[Result]) -> str:
    counts: Counter[tuple[str, str, str]] = Counter()
    for result in results:
        counts[result.layer, result.stage, _error(result.source_error)] += 1
    rows = [
        (f"`{layer}`", stage, count, _cell(error))
        for (layer, stage, error), count in sorted(counts.items())
    ]
    return (
        "## What TensorFlow 2.3.0 cannot do itself\n\n"
        f"{sum(counts.values())} further cases of the tables, which are not in the table above: "
        "they cannot be built, saved, run on a CPU, or reloaded with the same predictions.\n\n"
        + _table(("layer", "fails to", "cases", "error"), rows)
    )


def _elsewhere(results: list[Result]) -> str:
    helped = Counter(result.layer for result in results if result.helped)
    if not helped:
        return ""
    names = ", ".join(f"`{name}` ({count})" for name, count in sorted(helped.items()))
    return (
        "## References from other operations\n\n"
        "TensorFlow 2.3.0 has no CPU kernel for convolutions in groups (Conv3D returns numbers "
        "that are no convolution) nor for `channels_first`. There the reference is what it "
        "computes on the same weights by splitting, convolving and concatenating, and by "
        f"transposing. The converted models run on a CPU. Cases: {names}.\n"
    )


def _without_case() -> str:
    rows = [(f"`{path}`", why) for path, why in sorted(WITHOUT_CASE.items())]
    return "## Public classes without a case\n\n" + _table(("class", "because"), rows)


def _applications(rows: Iterable[Mapping[str, Any]]) -> str:
    cells = [
        (
            row["name"],
            row["side"],
            f"{row['weights'] / 1e6:.1f} M",
            row["verdict"],
            ", ".join(f"`{name}`" for name in row["companions"]),
            number(row["difference"]),
            number(row["rounding"]),
        )
        for row in rows
    ]
    return (
        "## keras.applications\n\n"
        "All models of `tf.keras.applications`, with random weights, and with the statistics of "
        "every BatchNormalization measured on a forward pass (`tools/build_applications.py`, "
        "`tools/measure_applications.py`). The two releases sum the products of a convolution in "
        "different orders, and rounding grows with depth: the last column is how far TensorFlow "
        "2.3.0 itself is from the same model in float64. The limit is 1e-5, or ten times that.\n\n"
        + _table(
            ("model", "side", "weights", "verdict", "companion", "difference", "rounding"), cells
        )
    )


def _error(text: str) -> str:
    """The error without what changes from run to run."""
    text = re.sub(r"0x[0-9a-f]+", "0x...", text)
    text = re.sub(r"\[\[?\{\{?node .*", "", text)
    text = re.sub(r"'\w+/[\w/]+'", "...", text)
    text = re.sub(r"\d+\.\d+e[+-]\d+", "...", text)
    text = re.sub(r"\w+_\d+(?=[\s:/'\"])", "...", text)
    return text if len(text) <= 160 else text[:157] + "..."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace("](", "]\\(")
