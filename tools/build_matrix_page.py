"""Write how many models the matrix has of each release into ``docs/reference/matrix.md``.

::

    uv run python tools/build_matrix_page.py
"""

from __future__ import annotations

from matrix.page import PAGE, with_table


def main() -> None:
    """Write."""
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
