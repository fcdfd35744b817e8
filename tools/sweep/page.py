"""Writes the page with the table of all layers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from sweep.results import NO_KERNEL, OUTCOMES, WRONG, Result, Way
from sweep.tables.none import WITHOUT_CASE

_HEAD = """\
# Keras 3.15 to TensorFlow 2.15 and back, layer by layer

Measured, not claimed. `tools/build_sweep.py` runs in Keras 3.15 on TensorFlow: it takes every
public class of `keras.layers`, gives each argument values other than its default, alone and
combined, and puts the layer into a functional model, a Sequential, nested models, TimeDistributed,
Bidirectional and RNN where they apply, two calls, and behind Masking. Weights are moved away from
their initial values. `tools/measure_sweep.py` converts the files to TensorFlow 2.15 (every other
one as HDF5), compares what its stock loader then predicts, converts the results back to Keras 3.15,
and compares what that predicts with what it predicted first:

```console
PYTHON tools/build_sweep.py CASES
uv run python tools/measure_sweep.py CASES WORK --page docs/reference/keras3-to-tf2.15.md
```

`PYTHON` is the interpreter that `keraport runtimes install keras3.15` names.

- A case counts as `companion` if the output needs objects that the target lacks; otherwise the
  [verdict](../concepts/verdicts.md) is that of the worst layer of its model.
- The difference is the largest one of all outputs of all cases, as a share of the largest value of
  its output. The limit is 1e-5. Integers, booleans and texts have to be equal, and dtypes and
  shapes as well. Outputs in 16 bits and cases that are `approximate` have a limit of 2e-2, and are
  not in the last column.
- Layers that are random while they train are compared at inference.
- Lambdas are converted with `--translate-lambdas`.
- `no kernel`: the converted file loads, and the release has no kernel for a CPU to compute it. Such
  cases are not measured.

"""


def write_page(path: Path, results: Iterable[Result], *, of: int, note: str = "") -> None:
    """Write the page; the same results give the same text.

    Args:
        path: where.
        results: of the cases that were measured.
        of: how many cases there are.
        note: what else is to be said of them.
    """
    results = sorted(results, key=lambda result: result.name)
    able = [result for result in results if result.counts]
    part = "" if len(results) == of else f"Measured on {len(results)} of {of} cases.\n"
    parts = [
        _HEAD + part + (f"{note}\n" if note else ""),
        "## To TensorFlow 2.15\n\n" + _layers([(r.layer, r.there) for r in able]),
        "## Back to Keras 3.15\n\n" + _layers([(r.layer, r.back) for r in able if r.there.ran]),
        _problems(able),
        _refusals("What is refused to TensorFlow 2.15", [(r.layer, r.there) for r in able]),
        _refusals("What is refused on the way back", [(r.layer, r.back) for r in able]),
        _unable(result for result in results if not result.counts),
        _without_case(),
    ]
    path.write_text("\n".join(part for part in parts if part), encoding="utf-8")


def _table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    columns = list(columns)
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def _layers(ways: list[tuple[str, Way]]) -> str:
    groups: dict[str, list[Way]] = defaultdict(list)
    for layer, way in ways:
        groups[layer].append(way)
    rows = [_row(f"`{name}`", groups[name]) for name in sorted(groups)]
    rows.append(_row(f"all {len(groups)}", [way for _, way in ways]))
    return _table(("layer", "cases", *OUTCOMES, NO_KERNEL, "difference"), rows)


def _row(name: str, ways: list[Way]) -> list[str]:
    counts = Counter(NO_KERNEL if way.kind == NO_KERNEL else way.outcome for way in ways)
    cells = [str(counts[outcome] or "") for outcome in (*OUTCOMES, NO_KERNEL)]
    return [name, str(len(ways)), *cells, _worst(ways)]


def _worst(ways: Iterable[Way]) -> str:
    found = [
        way.difference
        for way in ways
        # Above the limit are only outputs in 16 bits.
        if way.difference is not None and way.outcome != "approximate" and way.difference <= 1e-5
    ]
    return "" if not found else _number(max(found))


def _number(value: float) -> str:
    """One digit: the second one depends on the processor."""
    return "0" if value == 0 else f"{value:.0e}"


def _problems(results: list[Result]) -> str:
    rows = [
        (f"`{result.name}`", direction, way.kind, _cell(_settled(way.problem)))
        for result in results
        for direction, way in (("there", result.there), ("back", result.back))
        if way.kind in WRONG
    ]
    if not rows:
        return "Every case that converted loads, and predicts the same, where there are kernels.\n"
    return "## What is wrong\n\n" + _table(("case", "way", "what", "problem"), rows)


def _refusals(title: str, ways: list[tuple[str, Way]]) -> str:
    counts = Counter(
        (layer, "; ".join(way.reasons)) for layer, way in ways if way.outcome == "refused"
    )
    if not counts:
        return f"## {title}\n\nNothing.\n"
    rows = [(f"`{layer}`", count, _cell(why)) for (layer, why), count in sorted(counts.items())]
    return f"## {title}\n\n" + _table(("layer", "cases", "because"), rows)


def _unable(results: Iterable[Result]) -> str:
    counts = Counter(
        (result.layer, result.stage, _settled(result.source_error)) for result in results
    )
    rows = [
        (f"`{layer}`", stage, count, _cell(error))
        for (layer, stage, error), count in sorted(counts.items())
    ]
    return (
        "## What Keras 3.15 cannot do itself\n\n"
        f"{sum(counts.values())} further cases of the tables, which are not in the tables above: "
        "they cannot be built, saved, run on a CPU, or reloaded with the same predictions.\n\n"
        + _table(("layer", "fails to", "cases", "error"), rows)
    )


def _without_case() -> str:
    rows = [(f"`{name}`", why) for name, why in sorted(WITHOUT_CASE.items())]
    return "## Public classes without a case\n\n" + _table(("class", "because"), rows)


def _settled(text: str) -> str:
    """The error without what changes from run to run."""
    text = re.sub(r"0x[0-9a-f]+", "0x...", text)
    text = re.sub(r"\{\{(function_)?node .*?\}\} ?", "", text)
    text = re.sub(r"'\w+/[\w/]+'", "...", text)
    text = re.sub(r"\w+_\d+(?=[\s:/'\"])", "...", text)
    return text if len(text) <= 160 else text[:157] + "..."


def _cell(text: str) -> str:
    # Folders are those of whoever measured.
    text = re.sub(r"/[^ '\"]+\.(keras|h5|npz)", "the file", text)
    text = re.sub(r"/[^ '\"]+/(?=\w)", "", text)
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace("](", "]\\(")
