"""Where uv is, which finds and downloads interpreters and builds environments."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from keraport.errors import RuntimeUnavailableError
from keraport.installing import has_pip, install_line


def find_uv(environ: Mapping[str, str] | None = None) -> str:
    """The executable: of the package beside keraport, else what runs it, else that on ``PATH``.

    Args:
        environ: the environment to look at; the process' own if None.

    Raises:
        RuntimeUnavailableError: there is none.
    """
    environ = os.environ if environ is None else environ
    try:
        from uv import find_uv_bin

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        pass
    # `uv run` says where it is itself.
    for name in (environ.get("UV", ""), "uv"):
        found = shutil.which(name, path=environ.get("PATH")) if name else None
        if found is not None:
            return found
    raise RuntimeUnavailableError(
        "uv, which builds the environments of real releases, is not installed",
        hint=f"{_way()}, or name an environment of your own: --runtime RELEASE=/path/to/python",
    )


def _way() -> str:
    return f"run `{install_line('uv')}`" if has_pip() else "install uv (https://docs.astral.sh/uv/)"
