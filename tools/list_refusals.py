"""Prints the refusals that are met on model files and that the table does not have.

::

    uv run python tools/list_refusals.py FOLDER_OR_FILE ... [--to RELEASE ...] [--backend NAME]

Exit status 1 if there is any.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

from keraport.catalog.backends import on_backend
from keraport.catalog.releases import described_releases, get_release
from keraport.history.refusals import row_of
from refusals.met import met


def main() -> int:
    """Print them, the most frequent first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--to", action="append", help="a target; default: all")
    parser.add_argument("--backend", default="", help="of the targets, which are of Keras 3 then")
    given = parser.parse_args()
    files = [file for path in given.paths for file in _models(path)]
    targets = [get_release(name) for name in given.to] if given.to else described_releases()
    targets = [on_backend(target, given.backend) for target in targets]
    unlisted: dict[tuple[str, str], list[str]] = defaultdict(list)
    listed = 0
    for item in met(files, targets):
        if row_of(item.class_name, item.text, item.target) is None:
            unlisted[item.class_name, item.text].append(
                f"{item.file.stem} -> {item.target.runtime}"
            )
        else:
            listed += 1
    for (class_name, text), cases in sorted(unlisted.items(), key=lambda item: -len(item[1])):
        print(f"{len(cases):5} {class_name or '(file)'}: {text}\n      {', '.join(cases[:3])}")
    print(f"{listed} refusals are in the table, {sum(map(len, unlisted.values()))} are not")
    return int(bool(unlisted))


def _models(path: Path) -> list[Path]:
    return (
        sorted(f for s in ("*.h5", "*.keras") for f in path.rglob(s)) if path.is_dir() else [path]
    )


if __name__ == "__main__":
    sys.exit(main())
