"""Write how many models the matrix has of each release into ``docs/reference/matrix.md``.

::

    uv run python tools/build_matrix_page.py [RESULTS.json ...]

With what ``tools/measure_matrix.py --json`` wrote for whole releases, the page has their counts.
"""

from __future__ import annotations

import sys
from pathlib import Path

from matrix.measured import keep
from matrix.page import PAGE, with_table


def main() -> None:
    """Write."""
    keep(map(Path, sys.argv[1:]))
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
