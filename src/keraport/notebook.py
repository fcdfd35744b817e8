"""Reports as HTML, for notebooks: names from files are escaped, and nothing is a script."""

from __future__ import annotations

from html import escape

from keraport.report import LayerReport, Note, Report, Verdict

_ROWS = 200
_COLOURS = {
    Verdict.UNCHANGED: "#6b7280",
    Verdict.EXACT: "#15803d",
    Verdict.EQUIVALENT: "#0e7490",
    Verdict.APPROXIMATE: "#b45309",
    Verdict.REFUSED: "#b91c1c",
}


def report_html(report: Report) -> str:
    """The verdict, a row for each note, refusals first, and the line that opens the output."""
    noted = [(layer, note) for layer in report.layers for note in layer.notes]
    noted.sort(key=lambda row: -row[1].verdict.rank)
    rows = "".join(_row(layer, note) for layer, note in noted[:_ROWS])
    rest = len(noted) - _ROWS
    rows += f"<tr><td colspan=4>and {rest:,} more</td></tr>" if rest > 0 else ""
    head = "<tr><th>verdict</th><th>layer</th><th>class</th><th>what and why</th></tr>"
    same = report.counts()[Verdict.UNCHANGED.value]
    return (
        f"<p><b>{escape(report.source)} &rarr; {escape(report.target)}</b>: "
        f"{_verdict(report.verdict)}<br>{escape(report.evidence)}<br>"
        f"{same:,} of {len(report.layers):,} layers unchanged</p>"
        + (f"<table>{head}{rows}</table>" if noted else "")
        + "".join(f"<p>left out: {escape(sentence)}</p>" for sentence in report.left_out)
        + (f"<pre>{escape(report.load)}</pre>" if report.load else "")
    )


def _row(layer: LayerReport, note: Note) -> str:
    hint = f"<br><i>workaround: {escape(note.hint)}</i>" if note.hint else ""
    texts = (escape(layer.path), escape(layer.class_name), f"{escape(note.text)}{hint}")
    cells = "".join(f'<td style="text-align:left">{text}</td>' for text in texts)
    return f"<tr><td>{_verdict(note.verdict)}</td>{cells}</tr>"


def _verdict(verdict: Verdict) -> str:
    return f'<span style="color:{_COLOURS[verdict]}">{verdict.value}</span>'
