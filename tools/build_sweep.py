"""Save every public layer of Keras 3.15 x argument values x positions, with its predictions.

Run it with the Python of the runtime that ``keraport runtimes install keras3.15`` builds::

    PYTHON tools/build_sweep.py OUT_DIR [--every N] [--only PART] [--names FILE]

For each case it writes ``<case>.keras``, ``<case>.npz`` (``input_0`` ..., ``output_0`` ...) and a
line of ``cases.jsonl``. Run again, it goes on where it stopped; a case at which the process died is
recorded as such. It fails if a public class of ``keras.layers`` has neither a case nor a reason in
``tools/sweep/tables/none.py``.
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
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras

from coverage.case import Case, cases_of
from coverage.positions import InapplicableError
from matrix.release import Release
from sweep.save import save
from sweep.tables import FAMILIES
from sweep.tables.none import WITHOUT_CASE

LINE = "3.15."
"""The releases of Keras whose layers the tables hold."""


def check_complete() -> None:
    """Raise SystemExit if a public class has neither a family nor a reason for having none."""
    public = {item.__name__ for item in vars(keras.layers).values() if inspect.isclass(item)}
    public = {{"GroupedQueryAttention": "GroupQueryAttention"}.get(name, name) for name in public}
    told = {family.layer for family in FAMILIES}
    wrong = {
        "public, without a case": public - told - set(WITHOUT_CASE),
        "no public class": (told | set(WITHOUT_CASE)) - public,
        "with a case and a reason for none": told & set(WITHOUT_CASE),
    }
    bad = [f"{what}: {', '.join(sorted(names))}" for what, names in wrong.items() if names]
    if bad:
        raise SystemExit("\n".join(bad))
    print(f"{len(public)} public classes, {len(FAMILIES)} families")


def all_cases() -> list[Case]:
    """Every case, each name once; shuffled, so that a part of a run is a sample of the whole."""
    found = {case.name: case for family in FAMILIES for case in cases_of(family)}
    return sorted(found.values(), key=lambda case: zlib.crc32(case.name.encode()))


def known(folder: Path) -> dict[str, dict[str, object]]:
    """Rows of earlier runs; the case at which a process died is one of them."""
    index, current = folder / "cases.jsonl", folder / "current.txt"
    rows = {}
    if index.exists():
        rows = {row["name"]: row for row in map(json.loads, index.read_text().splitlines())}
    if current.exists():
        name = current.read_text()
        layer, *_, position = name.split("__")
        row = {"name": name, "layer": layer, "stage": "crash", "position": position}
        error = "the process of Keras 3.15 died"
        rows.setdefault(name, {**row, "keywords": [], "error": error})
        current.unlink()
    return rows


def build(folder: Path, cases: list[Case]) -> None:
    """Save cases; the index is written line by line: nothing is lost if the process dies."""
    index, current = folder / "cases.jsonl", folder / "current.txt"
    rows = known(folder)
    index.write_text("".join(json.dumps(row) + "\n" for row in rows.values()))
    release = Release("keras")
    with index.open("a") as lines:
        for case in cases:
            if case.name in rows:
                continue
            current.write_text(case.name)
            try:
                row = save(release, case, folder)
            except InapplicableError:
                row = {"name": case.name, "stage": "inapplicable"}
            lines.write(json.dumps(row) + "\n")
            lines.flush()
    current.unlink(missing_ok=True)


def main() -> None:
    """Build what is not there yet."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("--only", default="", help="cases with this in their names")
    parser.add_argument("--names", type=Path, help="a file with the names of cases, one a line")
    parser.add_argument("--every", type=int, default=1, help="every so many cases")
    arguments = parser.parse_args()
    if not keras.__version__.startswith(LINE):
        raise SystemExit(f"this is Keras {keras.__version__}; the cases are of 3.15")
    keras.config.enable_unsafe_deserialization()
    check_complete()
    arguments.out_dir.mkdir(parents=True, exist_ok=True)
    cases = [case for case in all_cases() if arguments.only in case.name][:: arguments.every]
    if arguments.names:
        wanted = set(arguments.names.read_text(encoding="utf-8").split())
        cases = [case for case in cases if case.name in wanted]
    print(f"{len(cases)} cases", flush=True)
    build(arguments.out_dir, cases)


if __name__ == "__main__":
    main()
