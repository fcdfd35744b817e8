"""Choose the cases that guard the sweep in continuous integration.

::

    uv run python tools/select_coverage.py CASES_DIR RESULTS.json tests/coverage

From what ``tools/measure_coverage.py`` found right: every layer alone in a functional model, every
class of the companion, and every position, one case each where an earlier choice does not have it.
It writes ``cases.json`` (names and layers) and ``cases.tar.xz`` (the models, inputs and outputs
that ``tools/build_coverage.py`` saved); the same cases give the same bytes.
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


def choose(rows: Iterable[Row]) -> list[Row]:
    """The cases, sorted by name."""
    able = sorted(
        (row for row in rows if row["stage"] == "done" and not row["kind"]),
        key=lambda row: (row["position"] != "functional", len(row["name"]), row["name"]),
    )
    seen: set[tuple[str, str]] = set()
    chosen = []
    for row in able:
        features = {("layer", row["layer"]), ("position", row["position"])}
        features |= {("companion", name) for name in row["companions"]}
        if not features <= seen:
            seen |= features
            chosen.append(row)
    return sorted(chosen, key=lambda row: row["name"])


def pack(rows: Iterable[Row], cases: Path, folder: Path) -> None:
    """Write the index and the archive."""
    rows = list(rows)
    lines = [json.dumps({"name": row["name"], "layer": row["layer"]}) for row in rows]
    index = "[\n" + ",\n".join(lines) + "\n]\n"
    (folder / "cases.json").write_text(index, encoding="utf-8")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        # Files of one kind side by side: most of their bytes are the same.
        for suffix in (".h5", ".npz"):
            for row in rows:
                data = (cases / f"{row['name']}{suffix}").read_bytes()
                member = tarfile.TarInfo(f"{row['name']}{suffix}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
    (folder / "cases.tar.xz").write_bytes(lzma.compress(buffer.getvalue(), preset=9))


def main() -> None:
    """Choose and pack."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("out_dir", type=Path)
    arguments = parser.parse_args()
    rows = choose(json.loads(arguments.results.read_text(encoding="utf-8")))
    arguments.out_dir.mkdir(parents=True, exist_ok=True)
    pack(rows, arguments.cases, arguments.out_dir)
    size = (arguments.out_dir / "cases.tar.xz").stat().st_size
    print(f"{len(rows)} cases, {size} bytes")


if __name__ == "__main__":
    main()
