"""A conversion report for people: what was done, folded so that large models stay readable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from keraport.catalog.backends import on_backend
from keraport.catalog.releases import get_release
from keraport.cli.blocks import Block, Code, Piece, Span, Style, Table, blank, line
from keraport.cli.lines_to_type import lines_to_type
from keraport.cli.text import count, name, safe, size
from keraport.formats.directory import size_of
from keraport.report import LayerReport, NoteRow, Report, Verdict, folded

_STYLES = {
    Verdict.UNCHANGED: Style.FAINT,
    Verdict.EXACT: Style.GOOD,
    Verdict.EQUIVALENT: Style.FINE,
    Verdict.APPROXIMATE: Style.CAREFUL,
    Verdict.REFUSED: Style.BAD,
}
_NAMES_SHOWN = 4
_NAMES_REFUSED = 40
"""More layers refused for one reason are counted; ``--json`` and ``check --all`` name them all."""
_CLASSES_SHOWN = 3


def report_blocks(report: Report, *, every: bool = False) -> Iterator[Block]:
    """The whole report, without hints and files.

    Args:
        report: of a conversion, or of what it would do.
        every: a row for each layer, nothing folded.
    """
    yield _headline(report)
    yield line(Span("written by ", Style.FAINT), f"{report.source}: {safe(report.evidence)}")
    noted = [layer for layer in report.layers if layer.notes]
    rows = list(_unfolded(noted) if every else folded(noted))
    if rows:
        yield blank()
        yield Table(("verdict", "layers", "class", "what and why"), [_cells(row) for row in rows])
        yield blank()
    same = sum(layer.verdict is Verdict.UNCHANGED for layer in report.layers)
    yield line(f"{count(same, 'layer')} of {len(report.layers):,} unchanged")
    yield from _training(report)
    yield from _ported(report)


def refusal_blocks(report: Report, command: Sequence[str]) -> Iterator[Block]:
    """Every layer that stands in the way, why, and the workaround.

    Args:
        report: with refused or approximated layers.
        command: what converts the model; shown with ``--objects`` where that is the workaround.
    """
    concerned = [layer for layer in report.layers if layer.verdict is report.verdict]
    for row in folded(concerned):
        if row.note.verdict is not report.verdict:
            continue
        yield line(
            Span(row.note.verdict.value, _STYLES[row.note.verdict]),
            " ",
            Span(_names(row.layers, _NAMES_REFUSED), Style.STRONG),
            f" ({_classes(row.layers)})",
        )
        yield line(safe(row.note.text), indent=4)
        if row.note.hint:
            yield line(Span("hint: ", Style.STRONG), safe(row.note.hint), indent=4)
    notes = [note for layer in concerned for note in layer.notes]
    releases = get_release(report.source), get_release(report.target)
    yield from lines_to_type(notes, *releases, command)


def drift_blocks(report: Report) -> Iterator[Block]:
    """The layers that the target would load as they are, and compute something else."""
    rows = [row for row in folded(report.drifting) if row.note.drift]
    if not rows:
        return
    yield blank()
    title = get_release(report.target).title
    yield line(
        Span("unconverted", Style.BAD), f", {title} loads these layers and computes something else"
    )
    for row in rows:
        yield line(
            "- ",
            Span(_names(row.layers, _NAMES_SHOWN), Style.STRONG),
            f" ({_classes(row.layers)}): {safe(row.note.drift)}",
            indent=2,
        )


def written_blocks(report: Report, folder: Path) -> Iterator[Block]:
    """The files that were written, and how to open the model."""
    yield blank()
    files = [(name(file), size(_bytes(folder / file))) for file in report.written]
    yield Table(("written", "size"), files, numbers=frozenset({"size"}))
    release = on_backend(get_release(report.target), report.backend)
    chosen = f" (KERAS_BACKEND={release.backend})" if release.backend else ""
    yield blank()
    yield Code(safe(report.load), f"load it in {release.title}{chosen}")


def _bytes(written: Path) -> int:
    return written.stat().st_size if written.is_file() else size_of(written)


def _headline(report: Report) -> Block:
    return line(
        Span(f"{report.source} -> {report.target}", Style.STRONG),
        ": ",
        Span(report.verdict.value, _STYLES[report.verdict]),
        f" ({report.verdict.meaning})",
    )


def _unfolded(layers: Iterable[LayerReport]) -> Iterator[NoteRow]:
    for layer in layers:
        for note in layer.notes:
            yield NoteRow(note, (layer,))


def _cells(row: NoteRow) -> tuple[Piece, ...]:
    verdict = row.note.verdict
    return (
        Span(verdict.value, _STYLES[verdict]),
        _names(row.layers, _NAMES_SHOWN),
        _classes(row.layers),
        safe(row.note.text),
    )


def _names(layers: Sequence[LayerReport], shown: int) -> str:
    return _listed([name(layer.path) for layer in layers], shown)


def _classes(layers: Sequence[LayerReport]) -> str:
    return _listed(list(dict.fromkeys(name(layer.class_name) for layer in layers)), _CLASSES_SHOWN)


def _listed(names: Sequence[str], shown: int) -> str:
    """``a, b, c and 50 more``; never ``and 1 more``, which takes as much room as the name."""
    if len(names) <= shown:
        return ", ".join(names)
    return f"{', '.join(names[: shown - 1])} and {len(names) - shown + 1} more"


def _ported(report: Report) -> Iterator[Block]:
    """The user's files that were rewritten, and what is left to do in them."""
    if report.ported:
        yield blank()
        yield line(Span("your files", Style.STRONG))
    for item in report.ported:
        changes, lines = count(item.changes, "change"), count(len(item.undecided), "line")
        told = f"rewritten as {item.written}: {changes}, {lines} left to you"
        yield line(f"- {safe(item.source)}: {safe(told)}", indent=2)
        for left in item.undecided:
            unused = "" if left.in_use else " (not used by this model)"
            yield line(f"{safe(left.place)}: {safe(left.text)}{unused}", indent=4)


def _training(report: Report) -> Iterator[Block]:
    # What was refused here is left out, and said to be below.
    said = [note for note in report.training if note.verdict is not Verdict.REFUSED]
    if said:
        yield blank()
        yield line(Span("training", Style.STRONG))
    for note in said:
        label = Span(note.verdict.value, _STYLES[note.verdict])
        yield line("- ", label, f": {safe(note.text)}", indent=2)
    if report.left_out:
        yield blank()
        yield line(Span("left out", Style.CAREFUL))
    for sentence in report.left_out:
        yield line("- ", safe(sentence), indent=2)
