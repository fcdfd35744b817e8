"""Writes ``docs/pairs``: a page for each pair of releases that people move models between.

::

    uv run python tools/build_pair_pages.py            the pages
    uv run python tools/build_pair_pages.py --meet     plans the conversion of all models, too

A page has what the declared changes, the table of refusals and the matrix say of the pair.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from pairs.met import MET, PAIRS, ROOT, files_of, met
from pairs.page import index, page

OUT = ROOT / "docs" / "pairs"


def pages() -> dict[Path, str]:
    """The text of every page."""
    found = {OUT / f"{source}-to-{target}.md": page(source, target) for source, target in PAIRS}
    return {OUT / "index.md": index(), **found}


def main() -> None:
    """Write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--meet", action="store_true")
    if parser.parse_args().meet:
        with tempfile.TemporaryDirectory() as work:
            found = {
                f"{source}-to-{target}": met(source, target, files_of(source, Path(work)))
                for source, target in PAIRS
            }
        MET.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    OUT.mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
