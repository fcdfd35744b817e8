"""Convert the models of the matrix, run them in the real target, compare with the source.

::

    uv run python tools/measure_matrix.py --from keras2.2 --to tf2.15 [--to ...] [--only WORD]
    uv run python tools/measure_matrix.py --from keras2.2 --to keras3.15 --as-is

One process of each target opens all files. A line is printed for each that is not alike, then a
table, and the reasons of all refusals; ``--json`` writes everything. Files that were run before
with the same bytes are not run again (``ledger.jsonl`` in the work folder). With ``--as-is`` the
stock loader of the target opens the files as they are: what loads and predicts something else is
drift. A target that keraport has no row for runs with ``--python RELEASE=PYTHON,MODULE``. The exit
status is 1 if something is wrong, fails, or breaks the converter; a refusal is none of these.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from matrix.archive import index_of, releases, unpack
from matrix.measuring.results import Ledger, Result, reasons, table, write
from matrix.measuring.run import measure, start


def files_of(source: str, folder: Path, only: str) -> list[tuple[Path, Path, str]]:
    """The models of a release with their arrays, and what it makes of its own file."""
    found = []
    for row in index_of(source)["cases"]:
        arrays = folder / f"{row['name']}.npz"
        for name in sorted(row.get("files", ())):
            own = row["reload"].get(name.rpartition(".")[2], "agrees")
            if only in name:
                found.append((folder / name, arrays, "" if own == "agrees" else own[:80]))
    return found


def main() -> int:
    """Measure what the command line asks for."""
    given = _parse()
    ledger = Ledger(given.work / "ledger.jsonl")
    pythons = dict(item.split("=", 1) for item in given.python)
    results: list[Result] = []
    for target in given.to:
        with start(target, pythons.get(target, ""), given.backend) as runtime:
            for source in given.source or releases():
                folder = unpack(source, given.work / "models")
                files = files_of(source, folder, given.only)[:: given.every]
                work = given.work / "converted" / f"{target}{given.backend}" / source
                run = measure(
                    *(source, target, files, work, ledger, runtime),
                    as_is=given.as_is,
                    backend=given.backend,
                )
                for one in run:
                    results.append(one)
                    if one.kind not in ("agree", "companion"):
                        print(one.line()[:400], flush=True)
    if not given.as_is:
        for row in reasons(results):
            print(f"{row['count']:4} {row['target']} {row['class']}: {row['reason'][:200]}")
    print(table(results))
    if given.json:
        write(results, given.json)
    return int(any(one.kind in ("WRONG", "FAILS", "ERROR") for one in results))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--from", dest="source", action="append", help="default: all releases")
    parser.add_argument("--to", action="append", required=True, help="release that opens them")
    parser.add_argument("--only", default="", help="files with this in their names")
    parser.add_argument("--backend", default="", help="of Keras 3: jax or torch")
    parser.add_argument("--every", type=int, default=1, help="every third file, say")
    parser.add_argument("--as-is", action="store_true", help="do not convert")
    parser.add_argument("--work", type=Path, default=Path(".matrix"), help="default: .matrix")
    parser.add_argument("--json", type=Path, help="write all results here")
    parser.add_argument("--python", action="append", default=[], metavar="RELEASE=PYTHON,MODULE")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
