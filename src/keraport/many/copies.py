"""The output of a source whose content was converted before, under another name."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from keraport.companion.write import companion_path, renamed
from keraport.formats.atomic import output_errors, replacing
from keraport.many.outcome import Outcome
from keraport.many.task import Task

_PYTHON: Final = ".py"


def copied(task: Task, like: Outcome) -> Outcome | None:
    """Copy what came of another source, under the names that this one's files have.

    Args:
        task: the source; its content is that of the other one.
        like: what came of that.

    Returns:
        the outcome; None where a file is no more there, or is nothing that is copied: the model
        is then converted.

    Raises:
        OutputError: a file exists, or cannot be written.
    """
    old, output = Path(like.output), task.require_output()
    names = {name: _renamed(name, old, output) for name in like.written}
    files = {old.with_name(name): output.with_name(new) for name, new in names.items() if new}
    if len(files) != len(like.written) or not all(item.is_file() for item in files):
        return None
    load = _load_line(like, old, output, names)
    texts = {}
    for source in (item for item in files if item.suffix == _PYTHON):
        written = source.read_text(encoding="utf-8")
        text = renamed(written, (old, like.load), (output, load))
        if text is None:
            return None
        texts[source] = text
    with replacing(list(files.values()), inputs=[task.path], force=task.replace) as partials:
        for source, partial in zip(files, partials, strict=True):
            with output_errors(output):
                if source in texts:
                    partial.write_text(texts[source], encoding="utf-8")
                else:
                    shutil.copyfile(source, partial)
    found = like.of(task.source, output=str(output))
    return replace(found, written=tuple(map(str, names.values())), load=load)


def _renamed(name: str, old: Path, new: Path) -> str:
    """What the file is called for the new output; empty if its name does not come of the old's."""
    if name == old.name:
        return new.name
    if name == companion_path(old).name:
        return companion_path(new).name
    return f"{new.stem}{name[len(old.stem) :]}" if name.startswith(f"{old.stem}.") else ""


def _load_line(like: Outcome, old: Path, new: Path, names: Mapping[str, str]) -> str:
    """The line that loads the copy: with the names of its files, and of the companion's module."""
    quoted = {json.dumps(before): json.dumps(after) for before, after in names.items()}
    modules = (f"from {companion_path(old).stem} import", f"from {companion_path(new).stem} import")
    line = like.load.replace(*modules)
    known = "|".join(map(re.escape, quoted))
    return re.sub(known, lambda found: quoted[found[0]], line) if known else line
