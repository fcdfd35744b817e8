"""Reports as HTML, for notebooks: names from files are escaped, and nothing is a script."""

from __future__ import annotations

from typing import Final

from keraport.report import Report, Verdict, folded

_ROWS: Final = 200
_COLOURS: Final = {
    Verdict.UNCHANGED: "#6b7280",
    Verdict.EXACT: "#15803d",
    Verdict.EQUIVALENT: "#0e7490",
    Verdict.APPROXIMATE: "#b45309",
    Verdict.REFUSED: "#b91c1c",
}


def report_html(report: Report) -> str:
    """The verdict, a row for each note, refusals first, and the line that opens the output."""
    from keraport.html.rendering import render

    return render(
        "notebook.html.j2",
        report=report,
        rows=sorted(folded(report.layers), key=lambda row: -row.note.verdict.rank),
        most=_ROWS,
        colours=_COLOURS,
        same=report.counts()[Verdict.UNCHANGED.value],
    )
