"""The table of ``docs/reference/matrix.md``, read off ``cases.json`` of each release."""

from __future__ import annotations

from matrix.archive import MODELS, index_of, releases

PAGE = MODELS.parents[2] / "docs" / "reference" / "matrix.md"
HEAD = "| release | Keras | models | layers | own failures | read back as something else |"


def with_table(text: str) -> str:
    """The page with the table as it is today; it is the last part of the page."""
    return text[: text.index(HEAD)] + table()


def table() -> str:
    """A row for each release."""
    lines = [HEAD, "|---|---|---|---|---|---|"]
    for release in releases():
        index = index_of(release)
        saved = [row for row in index["cases"] if row.get("files")]
        odd = sum(any(text != "agrees" for text in row["reload"].values()) for row in saved)
        failures = len(index["cases"]) - len(saved)
        numbers = f"{len(saved)} | {len(index['layers'])} | {failures} | {odd}"
        lines.append(f"| `{release}` | {index['keras']} | {numbers} |")
    return "\n".join(lines) + "\n"
