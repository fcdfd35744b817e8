"""Save every public layer of TensorFlow 2.3.0 x argument values x positions, with its predictions.

Run it with the Python of the runtime that ``keraport runtimes install tf2.3`` builds::

    PYTHON tools/build_coverage.py OUT_DIR [PART_OF_A_NAME ...]

For each case it writes ``<case>.h5``, ``<case>.npz`` (``input_0`` ..., ``output_0`` ...) and a line
of ``cases.jsonl``. Run again, it goes on where it stopped; a case at which the process died is
recorded as such. It fails if a public class of ``tf.keras.layers`` has no case.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import zlib
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import tensorflow as tf

from coverage.case import Case, cases_of
from coverage.positions import InapplicableError
from coverage.save import save
from coverage.tables import FAMILIES
from coverage.tables.none import WITHOUT_CASE


def public_classes() -> dict[str, type]:
    """Every public class of ``tf.keras.layers`` once, by its path."""
    found: dict[type, str] = {}
    for prefix in ("", "experimental.", "experimental.preprocessing."):
        module = tf.keras.layers
        for name in prefix.split(".")[:-1]:
            module = getattr(module, name)
        for item in vars(module).values():
            if inspect.isclass(item):
                found.setdefault(item, prefix + item.__name__)
    return {path: item for item, path in found.items()}


def check_complete() -> None:
    """Raise SystemExit if a public class has neither a family nor a reason for having none."""
    public = {path.rpartition(".")[2] for path in public_classes()}
    told = {family.layer.rpartition(".")[2] for family in FAMILIES}
    reasons = {path.rpartition(".")[2] for path in WITHOUT_CASE}
    wrong = {
        "public, without a case": public - told - reasons,
        "no public class": (told | reasons) - public,
        "with a case and a reason for none": told & reasons,
    }
    bad = [f"{what}: {', '.join(sorted(names))}" for what, names in wrong.items() if names]
    if bad:
        raise SystemExit("\n".join(bad))
    print(f"{len(public)} public classes, {len(FAMILIES)} families")


def all_cases() -> list[Case]:
    """Every case, each name once; shuffled, so that a part of a run is a sample of the whole."""
    found: list[Case] = []
    seen: set[str] = set()
    for family in FAMILIES:
        for case in cases_of(family):
            if case.name not in seen:
                seen.add(case.name)
                found.append(case)
    return sorted(found, key=lambda case: zlib.crc32(case.name.encode()))


def main() -> None:
    """Build what is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("part", nargs="*", help="build the cases with this in their names, anew")
    arguments = parser.parse_args()
    if tf.__version__ != "2.3.0":
        raise SystemExit(f"this is TensorFlow {tf.__version__}; the cases are 2.3.0's")
    check_complete()
    folder: Path = arguments.out_dir
    folder.mkdir(parents=True, exist_ok=True)
    build(folder, arguments.part)


def build(folder: Path, parts: list[str]) -> None:
    """Save cases; the index is written line by line: nothing is lost if the process dies."""
    index, current = folder / "cases.jsonl", folder / "current.txt"
    rows = {}
    if index.exists():
        rows = {row["name"]: row for row in map(json.loads, index.read_text().splitlines())}
    if current.exists():
        name = current.read_text()
        rows.setdefault(
            name,
            {
                "name": name,
                "layer": name.split("__")[0],
                "stage": "crash",
                "position": name.split("__")[-1],
                "keywords": [],
                "error": "the process of TensorFlow 2.3.0 died",
            },
        )
        current.unlink()
    cases = all_cases()
    names = {case.name for case in cases}
    rows = {
        name: row
        for name, row in rows.items()
        if name in names and not any(part in name for part in parts)
    }
    index.write_text("".join(json.dumps(row) + "\n" for row in rows.values()))
    with index.open("a") as lines:
        for case in cases:
            if case.name in rows or (parts and not any(part in case.name for part in parts)):
                continue
            current.write_text(case.name)
            try:
                row = save(case, folder)
            except InapplicableError:
                row = {"name": case.name, "stage": "inapplicable"}
            lines.write(json.dumps(row) + "\n")
            lines.flush()
    current.unlink() if current.exists() else None


if __name__ == "__main__":
    main()
