"""How trained models go on in another release, next to the release that trained them."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keraport
from matrix.archive import anonymous

MODELS: Final = Path(__file__).parents[2] / "tests" / "training" / "models"
"""An archive for each release: files, and ``losses.json``."""
PAIRS: Final = {
    "tf1.12": ("tf2.3",),
    "tf2.3": ("tf1.12",),
    "tf2.15": ("keras2.2", "keras3.15"),
    "keras3.15": ("tf2.3", "tf2.15"),
}
"""Target: sources."""
MODULES: Final = {"keras2.2": "keras", "keras3.15": "keras"}
"""What to import, where it is not ``tensorflow.keras``."""
SUFFIXES: Final = {"keras3.15": ".keras"}
"""Of the files that carry the state, where it is not ``.h5``."""
CLOSE: Final = 1e-4
"""Relative difference of losses that counts as none."""


@dataclass(frozen=True)
class Row:
    """A file and what became of it.

    Args:
        name: of the case.
        suffix: of its file; empty for a directory.
        kind: of its model.
        output: what was written; None if it was refused.
        companion: the classes beside it.
        refused: why nothing was written.
        said: what the report says about training, a line each: verdict, text.
        left_out: what it says was left out.
    """

    name: str
    suffix: str
    kind: str
    output: Path | None = None
    companion: Path | None = None
    refused: str = ""
    said: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name and format."""
        return f"{self.name}{self.suffix or '_directory'}"

    @property
    def is_approximate(self) -> bool:
        """True if the report says that training differs."""
        return any(verdict == "approximate" for verdict, _ in self.said)


def pack(folder: Path) -> int:
    """Pack what ``tools/build_training_models.py`` wrote; the size of the archive."""
    target = MODELS / f"{folder.name}.tar.xz"
    with tarfile.open(target, "w:xz", preset=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.add(path, path.relative_to(folder).as_posix(), filter=anonymous)
    return target.stat().st_size


def unpack(release: str, into: Path) -> Path:
    """The folder with the files of a release."""
    folder = into / release
    with tarfile.open(MODELS / f"{release}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def losses_of(folder: Path) -> Mapping[str, Any]:
    """What the source recorded of each case that it has."""
    found = json.loads((folder / "losses.json").read_text(encoding="utf-8"))
    return {name: row for name, row in found.items() if "unavailable" not in row}


def converted(
    folder: Path, target: str, out: Path, wanted: Callable[[str, str], bool]
) -> Iterable[Row]:
    """Each file of a release, converted.

    Args:
        folder: the release's.
        target: id of a release.
        out: where to write.
        wanted: whether to take a case in a format.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name, row in sorted(losses_of(folder).items()):
        for told in row["files"]:
            suffix = "" if told == "directory" else told
            if wanted(name, suffix):
                yield _convert(folder / f"{name}{suffix}", target, out, row["kind"])


def _convert(path: Path, target: str, out: Path, kind: str) -> Row:
    stem = path.name.replace(".", "_")
    output = out / f"{stem}{SUFFIXES.get(target, '.h5')}"
    name, suffix = (path.name, "") if path.is_dir() else (path.stem, path.suffix)
    try:
        report = keraport.convert(path, output, to=target, force=True)
    except keraport.RefusedError as error:
        refusals = error.report.refusals if error.report is not None else ()
        notes = [note.text for layer in refusals for note in layer.notes]
        return Row(name, suffix, kind, refused="; ".join(notes))
    beside = [out / item for item in report.written if item.endswith(".py")]
    said = tuple((note.verdict.value, note.text) for note in report.training)
    companion = beside[0] if beside else None
    return Row(name, suffix, kind, output, companion, "", said, report.left_out)


def run(python: Path, target: str, rows: Iterable[Row], scratch: Path) -> Mapping[str, Any]:
    """What the target made of each output, by key."""
    jobs = {
        row.key: [str(row.output), row.kind, row.companion and str(row.companion)]
        for row in rows
        if row.output is not None
    }
    table, results = scratch / "jobs.json", scratch / "results.json"
    table.write_text(json.dumps(jobs), encoding="utf-8")
    script = Path(__file__).with_name("go_on.py")
    module = MODULES.get(target, "tensorflow.keras")
    done = subprocess.run(
        [python, script, module, table, results],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
    )
    if done.returncode:
        raise RuntimeError(f"{target}: {done.stderr[-2000:]}")
    found: Mapping[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    return found


def worst(found: Iterable[float], expected: Iterable[float]) -> float:
    """The largest relative difference of two curves."""
    return max(abs(a - b) / abs(b) for a, b in zip(found, expected, strict=True))


def reference(row: Row, recorded: Mapping[str, Any], *, own: bool) -> list[float]:
    """The losses that a file should go on with: in memory, or as its own release loads it."""
    of_case = recorded[row.name]
    told = of_case["files"][row.suffix or "directory"]
    found: list[float] = told["continued"] if own else of_case["memory"]
    return found
