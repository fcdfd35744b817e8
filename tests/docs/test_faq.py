"""The messages of the FAQ are those that real releases print, and its commands help."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from build_faq import OUT, page
from faq.run import Job, fix, raised
from faq.table import entries, errors, file_of

RELEASES = list(dict.fromkeys(entry.release for entry in entries()))


def test_the_page_is_up_to_date() -> None:
    assert OUT.read_text(encoding="utf-8") == page()


def test_every_title_is_part_of_what_was_printed() -> None:
    assert {entry.id for entry in entries()} == set(errors())
    assert len(entries()) >= 30
    for entry in entries():
        assert entry.title in errors()[entry.id][1], entry.id
        assert entry.command or entry.also, entry.id


@pytest.mark.parametrize("release", RELEASES)
def test_the_release_says_so_and_opens_what_the_command_writes(
    release: str, tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    """One process opens the files as they are, and what the commands of the page made of them."""
    python = runtime_python(release)
    chosen = [entry for entry in entries() if entry.release == release]
    helped = [entry for entry in chosen if entry.command]
    jobs: list[Job] = [(file_of(entry, tmp_path), entry, None) for entry in chosen]
    fixed = [(*fix(entry, tmp_path), entry) for entry in helped]
    jobs += [(path, entry, objects) for path, objects, entry in fixed]
    results = raised(python, release, jobs, tmp_path)
    told = {entry.id: list(result or ()) for entry, result in zip(chosen, results, strict=False)}
    assert told == {entry.id: errors()[entry.id] for entry in chosen}
    opened = zip(helped, results[len(chosen) :], strict=True)
    assert [(entry.id, result) for entry, result in opened if result] == []
