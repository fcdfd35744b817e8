"""The line that installs packages where keraport runs, for hints."""

from __future__ import annotations

import importlib.util
import shlex
import sys


def has_pip() -> bool:
    """True if keraport's environment has pip; those that uv makes have none."""
    return importlib.util.find_spec("pip") is not None


def install_line(*requirements: str) -> str:
    """What to type.

    Args:
        requirements: names of packages on the index, and maybe their versions.

    Returns:
        a line for pip, or for uv where keraport's environment has no pip.
    """
    python = shlex.quote(sys.executable)
    installer = f"{python} -m pip install" if has_pip() else f"uv pip install -p {python}"
    return f"{installer} {shlex.join(requirements)}"
