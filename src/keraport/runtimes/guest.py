"""What a process needs that a command of the user's own starts, maybe elsewhere (a container).

Everything of ours lies in one folder for temporary files, so that this and the folders of the
models are all that has to be visible there. Settings travel as an argument: environment variables
may end at the border.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from keraport.runtimes.environment import for_release

_BESIDE: Final = ("own_code.py",)
"""Modules beside a package that it imports in the release."""


def arguments(serve: Path, package: Path, folder: Path, settings: Mapping[str, str]) -> list[str]:
    """What the interpreter is given, once the files are in place.

    Args:
        serve: the script that answers requests.
        package: the operations that it serves.
        folder: of the process.
        settings: environment variables that it sets before it imports anything.
    """
    ours = folder / "keraport"
    shutil.copytree(package, ours / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    for beside in filter(Path.is_file, map(package.with_name, _BESIDE)):
        shutil.copy(beside, ours / beside.name)
    script = shutil.copy(serve, ours / serve.name)
    listed = for_release(folder)
    change = {
        "set": dict(settings),
        # Names only; their values are not for the process.
        "unset": sorted(name for name in os.environ if name not in listed),
    }
    return ["-s", str(script), str(ours / package.name), str(folder), json.dumps(change)]


def environment_of(command: tuple[str, ...], folder: Path) -> dict[str, str]:
    """What the command itself sees: an interpreter what ours see, another program all there is."""
    return for_release(folder) if len(command) == 1 else dict(os.environ)
