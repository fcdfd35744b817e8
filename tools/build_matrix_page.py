"""Write how many models the matrix has of each release into ``docs/reference/matrix.md``.

::

    uv run python tools/build_matrix_page.py [RESULTS.json ...] [--every N]

With what ``tools/measure_matrix.py --json`` wrote for whole releases, the page has their counts.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from matrix.measured import keep
from matrix.page import PAGE, with_table


def main() -> None:
    """Write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("results", nargs="*", type=Path, help="JSON of tools/measure_matrix.py")
    parser.add_argument("--every", type=int, default=1, help="what that was given there")
    given = parser.parse_args()
    keep(given.results, given.every)
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
