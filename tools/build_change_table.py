"""Writes ``docs/reference/changes.md`` out of the declared changes.

``uv run python tools/build_change_table.py`` after a change; a test fails while it is out of date.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keraport.catalog.windows import windows
from keraport.changes import ALL_CHANGES, combinators
from keraport.changes.change import Change
from keraport.changes.training.functions import AsFunction

OUT = Path(__file__).parents[1] / "docs" / "reference" / "changes.md"

HEAD = """# What changed between the releases

Written by `tools/build_change_table.py` from `keraport.changes`, where both directions of each
change are. *In* names the releases that have it, as windows on lines of releases (`tf 2.3..` is
tf.keras from TensorFlow 2.3 on; the first version is the oldest described release that has it);
*others* are the described releases outside. A keyword is left out where its value is the one that
others always stand for; any other value is rewritten or refused, never dropped.

| in | kind | what | keyword | change | source |
|---|---|---|---|---|---|
"""

SENTENCES: Mapping[type, str] = {
    combinators.Added: "A keyword; `{neutral!r}` is what others always do",
    combinators.ActedUpon: "Others accept it, and do something else",
    combinators.Renamed: "Others call it `{other}`",
    combinators.DefaultChanged: "The default is `{since!r}`, and `{without!r}` in others",
    combinators.Cosmetic: "They write it, others reject it",
    combinators.NewClass: "Others lack it",
    combinators.RenamedClass: "Others call it `{other}`",
    combinators.RenamedValue: "Others call values otherwise: {other}",
    combinators.RespeltObject: "Others lack it; another class of theirs is the same",
    combinators.Unchanged: "Differs in the catalogs, makes no difference to a model",
    AsFunction: "Others lack the class; their function `{function}` is the same",
}
"""Kind of change: what is said of it. Kinds that concern one subject say it in their docstring."""


def table() -> str:
    """The page."""
    ordered = sorted(ALL_CHANGES, key=lambda c: (_order(c.held), c.kind, c.names, c.key))
    return HEAD + "".join(row(change) for change in ordered)


def _order(held: str) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    return [(window.line, window.first, window.last) for window in windows(held)]


def row(change: Change) -> str:
    """A row of the table."""
    names = ", ".join("every one" if name == "*" else f"`{name}`" for name in change.names)
    keys = [change.key, *getattr(change.effect, "keys", ())]
    shown = ", ".join(f"`{key}`" for key in keys if key)
    place = change.source.rsplit("/keras/", 1)[-1].rsplit("/tag/", 1)[-1]
    link = f"[{place}]({change.source})"
    text = sentence(change.effect).replace("|", "\\|").replace("``", "`")
    return f"| {change.held} | {change.kind} | {names} | {shown} | {text} | {link} |\n"


def sentence(what: Any) -> str:
    """What happened, and why it matters or does not."""
    kind = type(what)
    if kind not in SENTENCES:
        return (kind.__doc__ or "").strip().split("\n")[0]
    fields = {name: getattr(what, name) for name in getattr(kind, "__dataclass_fields__", ())}
    text = SENTENCES[kind].format_map(fields)
    if kind is AsFunction:
        return f"{text} where {conditions(what.neutral)}." if what.neutral else f"{text}."
    reason = fields.get("because")
    return f"{text}: {reason}." if reason else f"{text}."


def conditions(neutral: Mapping[str, tuple[Any, ...]]) -> str:
    """The values of a class's keywords at which a function says the same; equal ones count once."""
    return ", ".join(
        f"`{key}={' or '.join(map(repr, dict.fromkeys(values)))}`"
        for key, values in neutral.items()
    )


if __name__ == "__main__":
    OUT.write_text(table(), encoding="utf-8")
