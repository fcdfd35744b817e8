"""Counts, and reasons grouped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from mutants.outcome import Outcome, Verdict

_BEGIN, _END = "<!-- mutants -->", "<!-- /mutants -->"


def summary(outcomes: Sequence[Outcome]) -> str:
    """The counts, and below them the reasons of everything that did not agree, most first."""
    counting = [outcome for outcome in outcomes if outcome.counts]
    lines = [f"{len(outcomes)} mutants, {len(counting)} that TensorFlow 2.3.0 saves and reloads"]
    counts = Counter(outcome.verdict for outcome in counting)
    for verdict in Verdict:
        if verdict is not Verdict.SOURCE_FAILED:
            share = 100 * counts[verdict] / max(len(counting), 1)
            lines.append(f"  {verdict}: {counts[verdict]} ({share:.1f} %)")
    for verdict in Verdict:
        if verdict is not Verdict.AGREES:
            lines += _grouped(verdict, [o for o in outcomes if o.verdict is verdict])
    codes = {outcome.code for outcome in outcomes}
    if len(codes) > 1:
        lines.append(f"run with {len(codes)} states of keraport's source")
    return "\n".join(lines)


def _grouped(verdict: Verdict, outcomes: Iterable[Outcome]) -> list[str]:
    found: dict[str, list[int]] = {}
    for outcome in outcomes:
        found.setdefault(_kind(outcome.why), []).append(outcome.index)
    rows = sorted(found.items(), key=lambda row: -len(row[1]))
    lines = [f"{verdict}:"] if rows else []
    for why, numbers in rows[:40]:
        shown = ", ".join(map(str, numbers[:4]))
        lines.append(f"  {len(numbers)} x {why} [{shown}]")
    return lines


def _kind(why: str) -> str:
    """A reason without what differs from case to case."""
    text = re.sub(r"'[^']*'", "'...'", why)
    text = re.sub(r"\d+(\.\d+)?(e-?\d+)?", "#", text)
    return text[:150]


def write_page(page: Path, outcomes: Sequence[Outcome], seed: int) -> None:
    """Put the counts between the marks of a page, beside those of other seeds.

    Raises:
        SystemExit: the outcomes are of several states of keraport's source, or the page has no
            marks.
    """
    if len({outcome.code for outcome in outcomes}) != 1:
        raise SystemExit("the ledger is of several states of keraport's source; begin a new one")
    text = page.read_text(encoding="utf-8")
    if _BEGIN not in text or _END not in text:
        raise SystemExit(f"{page} has no {_BEGIN} ... {_END}")
    before, _, rest = text.partition(_BEGIN)
    present, _, after = rest.partition(_END)
    tables = {int(table.split()[2]): table for table in present.strip().split("\n\n") if table}
    tables[seed] = "\n".join(_table(outcomes, seed))
    block = "\n\n".join(tables[number] for number in sorted(tables))
    page.write_text(f"{before}{_BEGIN}\n{block}\n{_END}{after}", encoding="utf-8")


def _table(outcomes: Sequence[Outcome], seed: int) -> list[str]:
    counts = Counter(outcome.verdict for outcome in outcomes)
    counting = sum(outcome.counts for outcome in outcomes)
    words = {
        Verdict.AGREES: "converts, loads and predicts the same",
        Verdict.REFUSED: "refused",
        Verdict.DIFFERS: "converts and predicts something else",
        Verdict.FAILS: "converts and does not load or run",
        Verdict.CRASHED: "keraport fails",
    }
    share = 100 * (counting - counts[Verdict.REFUSED] - counts[Verdict.CRASHED]) / max(counting, 1)
    return [
        f"| seed {seed} | mutants |",
        "|---|---|",
        f"| made | {len(outcomes)} |",
        f"| saved and reloaded by TensorFlow 2.3.0 | {counting} |",
        *(f"| {what} | {counts[verdict]} |" for verdict, what in words.items()),
        f"| share that converts | {share:.2f} % |",
    ]
