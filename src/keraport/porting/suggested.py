"""The command that rewrites a file of the user's, for messages that name it."""

from __future__ import annotations

import re
from pathlib import Path

from keraport.catalog.releases import Release
from keraport.porting.tables import covered


def ported_name(path: Path, target: Release) -> str:
    """What the file, or the folder of a package, is called when it is rewritten for `target`.

    ``import`` takes the name: ``my_layers_tf1_12.py`` of ``my_layers.py``.
    """
    suffix = "" if path.is_dir() else path.suffix
    return f"{path.stem}_{re.sub(r'[^0-9a-zA-Z]', '_', target.id)}{suffix}"


def command_to_port(
    source: Release, target: Release, path: Path = Path("FILE.py")
) -> tuple[str, ...]:
    """The words to type; none where no rules rewrite source of `source` for `target`."""
    if not covered(source, target):
        return ()
    words = ("keraport", "port-objects", str(path), "--from", source.id, "--to", target.id)
    return (*words, "-o", str(path.with_name(ported_name(path, target))))
