"""What came of many models as an HTML page, and as JSON Lines."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Final

from keraport.formats.atomic import output_errors, replacing
from keraport.html.rendering import render, style
from keraport.many.outcome import Outcome
from keraport.many.result import ManyResult
from keraport.version import VERSION

MOST_ROWS: Final = 20_000
"""Models in the table of the page; JSON Lines have them all."""
_SCHEMA: Final = "keraport/model/1"


def write_page(result: ManyResult, output: Path, *, force: bool = False) -> None:
    """Write the page: one file without scripts that needs no network.

    Raises:
        OutputError: the file exists, or cannot be written.
    """
    css = style()
    text = render(
        "many.html.j2",
        css=css,
        css_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
        version=VERSION,
        result=result,
        counts=result.counts(),
        reasons=result.reasons(),
        # What went wrong is what is looked for.
        outcomes=sorted(result.outcomes, key=lambda item: not item.status)[:MOST_ROWS],
        done_before=sum(item.from_ledger for item in result.outcomes),
        duplicates=sum(bool(item.same_as) for item in result.outcomes),
    )
    with replacing([output], force=force) as (partial,), output_errors(output):
        partial.write_text(text, encoding="utf-8")


def write_lines(result: ManyResult, output: Path, *, force: bool = False) -> None:
    """Write a JSON document for each model, one a line.

    Raises:
        OutputError: the file exists, or cannot be written.
    """
    with (
        replacing([output], force=force) as (partial,),
        output_errors(output),
        partial.open("w", encoding="ascii") as file,
    ):
        file.writelines(f"{line_of(item)}\n" for item in result.outcomes)


def line_of(outcome: Outcome) -> str:
    """The document of one model, in ASCII."""
    return json.dumps({"schema": _SCHEMA, **outcome.to_json()})
