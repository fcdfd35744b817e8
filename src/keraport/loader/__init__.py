"""The stub that loads models in releases whose Python is too old for keraport."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Final

_SHARED: Final = (("keraport.loader", "running.py"), ("keraport.verify", "own_code.py"))
"""Package and file of the functions that the stub has in common with what runs elsewhere."""

_RECORDED: Final = 'WRITTEN_BY = ["keraport"]\n'


def loader_source(command: Sequence[str]) -> str:
    """The source of a module with a ``load_model`` for old releases.

    Args:
        command: what runs keraport, to be recorded as the default.

    Returns:
        one file for Python 2.7 to 3.13 that needs the standard library only.
    """
    stub = _text("keraport.loader", "stub.py")
    recorded = f"WRITTEN_BY = {_quoted(command)}\n"
    parts = [stub.replace(_RECORDED, recorded).rstrip("\n")]
    for package, name in _SHARED:
        parts += _functions(_text(package, name))
    return "\n\n\n".join(parts) + "\n"


def _text(package: str, name: str) -> str:
    return files(package).joinpath(name).read_text(encoding="utf-8")


def _quoted(words: Sequence[str]) -> str:
    """A list of literals in ASCII, which Python 2 reads as well."""
    return f"[{', '.join(ascii(word) for word in words)}]"


def _functions(text: str) -> Iterator[str]:
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            yield ast.get_source_segment(text, node) or ""
