"""The line that installs a package where keraport runs, for hints."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec


def install_line(requirement: str) -> str:
    """What to type.

    Args:
        requirement: name of a package on the index, and maybe its version.

    Returns:
        a line for pip, or for uv where keraport's environment has no pip.
    """
    python = shlex.quote(sys.executable)
    wanted = shlex.quote(requirement)
    if find_spec("pip") is not None:
        return f"{python} -m pip install {wanted}"
    return f"uv pip install --python {python} {wanted}"
