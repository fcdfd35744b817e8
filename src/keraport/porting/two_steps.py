"""Source that was rewritten twice: what is said of it, by the lines of what the user gave."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from difflib import SequenceMatcher

from keraport.catalog.releases import Release
from keraport.porting.notes import MARK, Remark
from keraport.porting.port import Ported


def one_after_the_other(text: str, first: Ported, second: Ported, between: Release) -> Ported:
    """The second of two steps, with the remarks of both.

    Args:
        text: the source that the first was made from.
        first: what was made of it.
        second: what was made of `first`.
        between: the release that `first` is for.
    """
    # What the first step has left is no name of that release, and is said already.
    again = f" is not in {between.title}"
    blocks = SequenceMatcher(
        None, first.code.splitlines(), text.splitlines(), autojunk=False
    ).get_matching_blocks()

    def moved(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
        return tuple(replace(item, line=_line_before(item.line)) for item in remarks)

    def _line_before(line: int) -> int:
        """The line of `text` that a line of `first` comes from, or that nearest before it."""
        place = max(0, bisect_right([block.a for block in blocks], line - 1) - 1)
        block = blocks[place]
        return max(1, min(block.b + (line - 1 - block.a) + 1, len(text.splitlines()) or 1))

    left = [item for item in second.undecided if not item.text.endswith(again)]
    return replace(
        second,
        code="".join(
            line
            for line in second.code.splitlines(keepends=True)
            if not (line.lstrip().startswith(MARK) and line.rstrip().endswith(again))
            or line.strip().removeprefix(MARK) in {item.text for item in first.undecided}
        ),
        changes=tuple(sorted((*first.changes, *moved(second.changes)))),
        undecided=tuple(sorted({*first.undecided, *moved(left)})),
        helpers=tuple(dict.fromkeys((*first.helpers, *second.helpers))),
    )
