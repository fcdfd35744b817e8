"""A transfer for people: what goes where and why, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from keraport.cli.blocks import Block, Code, Piece, Span, Style, Table, blank, line
from keraport.cli.discrepancies_view import reexpressed_blocks, refit_blocks
from keraport.cli.text import count, name, safe, size
from keraport.transfer.matching import BY_NAME
from keraport.transfer.refusals import explained
from keraport.transfer.result import Loose, Row, Transfer

_ROWS_SHOWN = 40


def transfer_blocks(found: Transfer, *, every: bool = False) -> Iterator[Block]:
    """The table, what is left on both sides, what differs, and what to do next.

    Args:
        found: the transfer.
        every: a row for each weight, nothing folded.
    """
    source = found.trained_release or "weights only"
    yield line(
        f"{_file(found.weights)} (",
        Span(source, Style.STRONG),
        f") into {_file(found.architecture)} (",
        Span(found.rebuilt_release, Style.STRONG),
        ")",
    )
    yield from _table(found.rows, every)
    yield from _loose("trained weights without a target", "left out", found.left_over)
    yield from _loose("weights that stay unfilled", "keeps its values", found.unfilled)
    yield from reexpressed_blocks(found.reexpressed)
    yield from _differences(found)
    for sentence in found.unchecked:
        yield blank()
        yield line(Span("not checked: ", Style.CAREFUL), safe(sentence))
    yield from refit_blocks(found.refit)
    yield from _refusals(found)
    if not found.refusals:
        yield from _done(found)


def reason(found: Transfer) -> tuple[str, str]:
    """The message and the hint for a transfer that was refused."""
    number = len(found.refusals)
    reasons = "the reason" if number == 1 else f"the {number} reasons"
    return f"{found.architecture}: not filled, for {reasons} above", ""


def _table(rows: Sequence[Row], every: bool) -> Iterator[Block]:
    if not rows:
        return
    folded = [row for row in rows if row.why == BY_NAME and not row.converted]
    if every or len(rows) <= _ROWS_SHOWN:
        folded = []
    shown = [row for row in rows if row not in folded] if folded else rows
    yield blank()
    if shown:
        yield Table(("trained weight", "shape", "layer", "why"), [_cells(row) for row in shown])
    if folded:
        layers = count(len({row.rebuilt_layer for row in folded}), "layer")
        weights = count(len(folded), "weight")
        yield line(f"{weights} of {layers}: {BY_NAME} and shape (--all lists them)")


def _cells(row: Row) -> tuple[Piece, ...]:
    why = f"{row.why}; {row.converted}" if row.converted else row.why
    return name(row.trained), _shape(row.shape), name(row.rebuilt_layer), safe(why)


def _loose(title: str, allowed: str, items: Sequence[Loose]) -> Iterator[Block]:
    if not items:
        return
    yield blank()
    yield line(Span(title, Style.CAREFUL))
    yield Table(
        ("weight", "shape", "layer", "because"),
        [
            (
                name(item.name),
                _shape(item.shape),
                name(item.layer),
                f"you allowed: {allowed}" if item.allowed else "see below",
            )
            for item in items
        ],
    )


def _differences(found: Transfer) -> Iterator[Block]:
    allowed = [item for item, is_allowed in found.differences if is_allowed]
    if not allowed:
        return
    yield blank()
    yield line(Span("allowed, so predictions differ", Style.CAREFUL))
    for item in allowed:
        yield line(f"- {name(item.rebuilt or item.trained)}: {safe(explained(item))}", indent=2)


def _refusals(found: Transfer) -> Iterator[Block]:
    for item in found.refusals:
        yield blank()
        yield line(Span("refused ", Style.BAD), safe(item.text))
        yield line(Span("hint: ", Style.STRONG), safe(item.hint), indent=4)


def _done(found: Transfer) -> Iterator[Block]:
    yield blank()
    weights = count(len(found.rows), "weight")
    if not found.written:
        yield line(f"{weights} would be filled; nothing was written")
        return
    path = Path(found.output)
    yield line(
        f"{weights} filled; {name(path.name)} written ({size(path.stat().st_size)}) for ",
        Span(found.rebuilt_release, Style.STRONG),
    )
    if found.verify:
        yield blank()
        yield Code(safe(found.verify), "see that it predicts the same")


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))})"


def _file(path: str) -> str:
    return name(Path(path).name)
