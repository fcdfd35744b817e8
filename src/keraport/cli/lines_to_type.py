"""After refusals: the command again, with the options that are the workaround."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from keraport.catalog.releases import Release
from keraport.cli.blocks import Block, Code, blank
from keraport.cli.text import safe
from keraport.own.lambda_layers import TRANSLATE
from keraport.porting.suggested import command_to_port
from keraport.report import Note, Verdict
from keraport.text import typed

_NAMED = re.compile(r"write (?:class )?(\S+) for the target in a file")
_FILE = ("--objects", "FILE.py")
PORT = "--port"
"""The option of ``convert`` that rewrites those files."""


def lines_to_type(
    notes: Sequence[Note], source: Release, target: Release, command: Sequence[str]
) -> Iterator[Block]:
    """Each workaround as a line that can be copied.

    Args:
        notes: the refusals.
        source: the release that wrote the model.
        target: the release that was asked for.
        command: what was typed.
    """
    refused = [note for note in notes if note.verdict is Verdict.REFUSED and note.options]
    translatable = [note for note in refused if TRANSLATE in note.options]
    others = [note for note in refused if note not in translatable]
    release = target.title
    if translatable and not others:
        yield blank()
        yield Code(_typed(command, (TRANSLATE,)), "have the Lambdas read, or")
    if not refused:
        return
    options = _together(note.options for note in refused)
    if others and translatable:
        # Reading them leaves less to write.
        options = (*_together(note.options for note in others), TRANSLATE)
    else:
        options = tuple(option for option in options if option != TRANSLATE)
    yield blank()
    if _FILE[0] in options:
        named = _names(others)
        names = ", ".join(named) or "what is named above"
        is_ported = PORT in command
        written_for = source.title if is_ported else release
        yield Code(
            _typed(command, options), f"define {names} for {written_for} in FILE.py and type"
        )
        if named and not is_ported:  # a function that was a Lambda has no source yet
            yield from _to_rewrite(source, target, command, options)
    else:
        yield Code(_typed(command, options), "to do that on purpose, type")


def _to_rewrite(
    source: Release, target: Release, command: Sequence[str], options: Sequence[str]
) -> Iterator[Block]:
    """How the source that the model was trained with becomes source for the target."""
    rewriting = command_to_port(source, target)
    if not rewriting:
        return
    yield blank()
    if list(command[1:2]) == ["convert"]:
        where = f"or, with FILE.py as {source.title} runs it, have it rewritten on the way"
        yield Code(_typed(command, (*options, PORT)), where)
        yield blank()
        yield Code(typed(rewriting), "to see first what becomes of it")
    else:
        where = f"if FILE.py is source for {source.title}, rewrite it first"
        yield Code(typed(rewriting), where)


def _names(notes: Iterable[Note]) -> dict[str, None]:
    """What has to be written, once each."""
    found = (_NAMED.match(note.hint) for note in notes)
    return dict.fromkeys(safe(match[1]) for match in found if match)


def _together(many: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Options of several notes, with their values, each pair once and files first."""
    pairs: dict[tuple[str, ...], None] = {}
    for options in many:
        words = list(options)
        while words:
            word = words.pop(0)
            pairs[(word,) if word == TRANSLATE else (word, words.pop(0))] = None
    ordered = sorted(pairs, key=lambda pair: pair != _FILE)
    return tuple(word for pair in ordered for word in pair)


def _typed(command: Sequence[str], options: Sequence[str]) -> str:
    return typed([*command, *options])
