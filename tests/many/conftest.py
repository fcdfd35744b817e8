"""Models of real releases, copied into folders, and small models in numbers."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import h5py
import pytest
from tests.cli.conftest import call

from keraport.many.batch import Workers, convert_all
from keraport.many.engines import Pool
from keraport.many.outcome import Outcome
from keraport.many.result import ManyResult
from keraport.many.sources import LEDGER
from keraport.many.task import Job, Task, Work
from keraport.many.worker import work

__all__ = ["call"]

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
TF23 = GOLDEN / "tf2.3"
SMALL = TF23 / "autoencoder.h5"
OTHER = TF23 / "attention.h5"
REFUSED = TF23 / "refused" / "lambda_layer.h5"
CUSTOM = TF23 / "refused" / "custom_layer.h5"
COMPANION = TF23 / "layer_normalization.h5"
WEIGHTS = GOLDEN / "weights"
JOB = Job(Work.CONVERT, "tf1.12")


def put(source: Path, place: Path) -> Path:
    """Copy a model, folders and all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place)
    return place


def distinct(source: Path, place: Path, number: int) -> Path:
    """A copy of a model whose content no other has: an attribute that no release reads."""
    put(source, place)
    with h5py.File(place, "r+") as file:
        file.attrs["number"] = number
    return place


def rows(out: Path) -> list[dict[str, Any]]:
    """The ledger."""
    with sqlite3.connect(out / LEDGER) as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute("SELECT * FROM models ORDER BY source")]


def left_over(out: Path) -> list[str]:
    """What is in a folder of outputs that is neither output, ledger nor lock."""
    return sorted(
        path.name
        for path in out.rglob("*")
        if ".keraport-partial" in path.name or path.name in ("fetched",)
    )


class InThisProcess(Workers):
    """Workers without processes, for what is not about them: each model when it is handed over."""

    def open(self, *, proving: bool = False) -> Pool:
        return _NoPool()


class _NoPool:
    width = 2
    falls_together = False

    def submit(self, task: Task) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        future.set_result(work(task))
        return future

    def suspects(self, lost: Collection[int]) -> set[int]:
        return set(lost)

    def restart(self) -> None:
        pass

    def close(self) -> None:
        pass


def run(given: list[Path | str], out: Path, **more: Any) -> ManyResult:
    """Convert for TensorFlow 1.12."""
    job = more.pop("job", JOB)
    workers = more.pop("workers", InThisProcess())
    return convert_all(list(map(str, given)), out, job, workers=workers, **more)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder with models of several kinds, and what is none."""
    folder = tmp_path / "models"
    put(SMALL, folder / "a.h5")
    put(OTHER, folder / "deep" / "er" / "b.model")
    put(REFUSED, folder / "deep" / "refused.h5")
    put(SMALL, folder / "same as a, ü.h5")
    (folder / "notes.txt").write_text("no model", encoding="utf-8")
    (folder / "data.json").write_text('{"learning_rate": 0.1}', encoding="utf-8")
    (folder / "broken.h5").write_bytes(SMALL.read_bytes()[:3000])
    (folder / "empty.h5").write_bytes(b"")
    return folder
