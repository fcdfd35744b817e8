"""Carry SavedModels of TensorFlow 2.3 over, call them in real TensorFlow 1.12, and write a page.

::

    uv run python tools/build_graphs_page.py

writes ``docs/reference/graphs.md``: the Keras models and the programs without a Keras twin that the
tests hold, how many agree, how far off the worst is, and what is refused and why.
"""

from __future__ import annotations

import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.as_graph import test_foreign, test_golden
from tests.as_graph.calls import Arrays, Case, carry_and_call, differs

from keraport.catalog.releases import get_release
from keraport.runtimes import RuntimePool, installed_python

PAGE = ROOT / "docs" / "reference" / "graphs.md"
HEAD = """# SavedModel graphs

Written by `tools/build_graphs_page.py`, which carries SavedModels that real TensorFlow 2.3.0 saved
over to TensorFlow 1.12.0 (`keraport convert DIR OUT --to tf1.12 --as-graph`), calls every
signature there by stock code, and compares with what TensorFlow 2.3.0 returned. The tests do the
same. *Worst* is the largest difference over the largest value of an output.

"""


def main() -> None:
    """Measure, and write the page."""
    with RuntimePool() as pool:
        pool["tf1.12"]  # built on demand
    python = installed_python(get_release("tf1.12"))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        golden, keras = _golden(folder / "golden", python)
        foreign, programs = _foreign(folder / "foreign", python)
    lines = [
        "| SavedModels | measured | agree | refused | differ or fail | worst |",
        "|---|---|---|---|---|---|",
        f"| Keras models of every kind | {golden} |",
        f"| programs without a Keras model | {foreign} |",
    ]
    text = HEAD + "\n".join(lines) + "\n\n"
    text += (
        "One of the Keras models, `shared_misread`, is left out: its directory has other weights "
        "than the recorded outputs are of, because TensorFlow 2.3 misreads the HDF5 file that it "
        "was made from. Programs called `refused` hold operations that cannot be carried over, and "
        "are there to be refused.\n\n"
    )
    text += "## What is refused\n\n| program | operation | why |\n|---|---|---|\n" + "".join(keras)
    text += "".join(programs)
    PAGE.write_text(text, encoding="utf-8")
    print(text)


def _golden(folder: Path, python: Path) -> tuple[str, list[str]]:
    folder.mkdir()
    with tarfile.open(test_golden.ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    names = [name for name in test_golden.NAMES if name not in test_golden.MISREAD]
    cases = {}
    for name in names:
        inputs = test_golden.recorded(name)[0]
        cases[name] = Case(folder / name, [*test_golden.feeds(folder / name, inputs)])
    carry_and_call(cases, python, _new(folder))
    worst = {}
    for name, case in cases.items():
        outputs = test_golden.recorded(name)[1]
        worst[name] = min(
            (
                max(_nearest(_results(case, number), output) for output in outputs)
                for number in range(len(case.calls))
                if _results(case, number)
            ),
            default=np.inf,
        )
    return _row(cases, worst), _refused(cases)


def _foreign(folder: Path, python: Path) -> tuple[str, list[str]]:
    folder.mkdir()
    with tarfile.open(test_foreign.ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    cases = {
        name: Case(folder / name, test_foreign.recorded(folder / name)[0])
        for name in test_foreign.NAMES
    }
    carry_and_call(cases, python, _new(folder))
    worst = {}
    for name, case in cases.items():
        expected = test_foreign.recorded(case.source)[1]
        worst[name] = max(
            (
                _distance(case.found[key], value) if key in case.found else np.inf
                for key, value in expected.items()
            ),
            default=np.inf,
        )
    return _row(cases, worst), _refused(cases)


def _new(folder: Path) -> Path:
    place = folder.with_name(f"{folder.name}_carried")
    place.mkdir()
    return place


def _results(case: Case, number: int) -> list[np.ndarray]:
    return [value for key, value in case.found.items() if key.startswith(f"{number}|")]


def _nearest(found: list[np.ndarray], expected: np.ndarray) -> float:
    return min(_distance(item, expected) for item in found)


def _distance(found: np.ndarray, expected: np.ndarray) -> float:
    """Over the largest value; infinite where shapes, texts or whole numbers differ."""
    if found.shape != expected.shape:
        return np.inf
    if expected.dtype.kind not in "fc":
        return np.inf if differs(found, expected) else 0.0
    wide, other = expected.astype(np.complex128), found.astype(np.complex128)
    finite = np.isfinite(wide)
    if not np.array_equal(finite, np.isfinite(other)):
        return np.inf
    largest = np.abs(wide[finite]).max(initial=1e-30)
    return float(np.abs(other[finite] - wide[finite]).max(initial=0) / largest)


def _row(cases: dict[str, Case], worst: Arrays) -> str:
    carried = [name for name, case in cases.items() if not case.refused]
    half = {name for name in carried if "float16" in name or _is_half(cases[name])}
    good = [name for name in carried if worst[name] <= (2e-3 if name in half else 1e-5)]
    far = max((float(worst[name]) for name in good if name not in half), default=0.0)
    more = f" ({len(half & {*good})} in float16: " if half & {*good} else ""
    if more:
        more += f"{max(float(worst[name]) for name in half & {*good}):.1e})"
    refused, failed = len(cases) - len(carried), len(carried) - len(good)
    for name in carried:
        if name not in good:
            print("DIFFERS", name, worst[name], cases[name].problem[:200])
    return f"{len(cases)} | {len(good)} | {refused} | {failed} | {far:.1e}{more}"


def _is_half(case: Case) -> bool:
    return any(value.dtype == np.float16 for value in case.found.values())


def _refused(cases: dict[str, Case]) -> list[str]:
    return [
        f"| {name} | `{op}` | {reason} |\n"
        for name, case in sorted(cases.items())
        for op, reason in sorted({*case.refused})
    ]


if __name__ == "__main__":
    main()
