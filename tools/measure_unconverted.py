"""Open golden models of one release in another as they are, and compare what it predicts.

::

    uv run python tools/measure_unconverted.py tests/golden/tf2.3 tf2.15 [--json OUT.json]

One process of the release opens all models. A line is printed for each that it does not open, or
that predicts something else; the numbers to reach are those that the release that saved it gave.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from keraport.catalog.releases import get_release
from keraport.errors import ProbeError
from keraport.runtimes import Runtime
from keraport.verify.compare import Array, Tolerance, compare

TOLERANCE = Tolerance(relative=1e-5, absolute=0.0)


@dataclass(frozen=True)
class Found:
    """What became of one model.

    Args:
        name: of the case.
        kind: ``agrees``, ``DIFFERS`` or ``FAILS``.
        difference: the largest, relative to the largest value of an output.
        problem: why it fails, or what differs beside numbers.
    """

    name: str
    kind: str
    difference: float = 0.0
    problem: str = ""

    def line(self) -> str:
        """For the terminal."""
        number = f" by {self.difference:.1e}" if self.kind == "DIFFERS" else ""
        return f"{self.kind} {self.name}{number} {self.problem}".rstrip()


def outputs_of(path: Path) -> list[Array]:
    """The stored outputs, in order."""
    with np.load(path) as arrays:
        count = sum(key.startswith("output_") for key in arrays.files)
        return [arrays[f"output_{index}"] for index in range(count)]


def difference(name: str, wanted: list[Array], got: list[Array]) -> Found:
    """Every output against what it should be."""
    if len(wanted) != len(got):
        return Found(name, "DIFFERS", float("inf"), f"{len(got)} outputs, expected {len(wanted)}")
    results = [compare(one, other, TOLERANCE) for one, other in zip(wanted, got, strict=True)]
    worst = max(result.max_relative for result in results)
    if all(result.agrees for result in results):
        return Found(name, "agrees", worst)
    reasons = {result.reason for result in results if result.reason}
    return Found(name, "DIFFERS", worst, "; ".join(sorted(reasons)))


def measure(folder: Path, release: str) -> Iterator[Found]:
    """What `release` makes of each model in `folder`; a process that dies is started again."""
    rows = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as work, Runtime.start(get_release(release)) as runtime:
        returned = Path(work, "out.npz")
        for name in [row["name"] for row in rows if row.get("runs")]:
            request = {
                "op": "predict",
                "model": str((folder / f"{name}.h5").absolute()),
                "inputs": str((folder / f"{name}.npz").absolute()),
                "outputs": str(returned),
                "objects": [],
                "compile": False,
            }
            try:
                reply = runtime.request(request)
            except ProbeError as error:
                yield Found(name, "FAILS", problem=f"the process died: {error}")
                continue
            if "error" in reply:
                message = " ".join(str(reply["error"]["message"]).split())
                yield Found(name, "FAILS", problem=f"{reply['error']['type']}: {message}"[:400])
                continue
            yield difference(name, outputs_of(folder / f"{name}.npz"), outputs_of(returned))


def main() -> None:
    """Measure, print what is wrong, and the count of each kind."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("release")
    parser.add_argument("--json", type=Path, help="write what became of each model here")
    arguments = parser.parse_args()
    results = []
    for found in measure(arguments.folder, arguments.release):
        results.append(found)
        if found.kind != "agrees":
            print(found.line(), flush=True)
    counts = Counter(found.kind for found in results)
    print(f"{len(results)} models: {counts.pop('agrees', 0)} agree", *counts.items())
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(found) for found in results], indent=0) + "\n")


if __name__ == "__main__":
    main()
