"""Move Keras models between releases.

``keraport.convert``, ``check``, ``inspect``, ``verify``, ``Release`` and ``get_release`` are the
public API; they are imported when they are first used, so that ``import keraport`` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keraport.catalog.releases import Release as Release
    from keraport.catalog.releases import get_release as get_release
    from keraport.convert import check as check
    from keraport.convert import convert as convert
    from keraport.inspection.inspect import inspect as inspect
    from keraport.transfer.transfer import transfer as transfer
    from keraport.verify import verify as verify

    __version__: str

_PUBLIC = {
    "Release": "keraport.catalog.releases",
    "check": "keraport.convert",
    "convert": "keraport.convert",
    "get_release": "keraport.catalog.releases",
    "inspect": "keraport.inspection.inspect",
    "transfer": "keraport.transfer.transfer",
    "verify": "keraport.verify",
}
"""Name: the module that defines it."""

__all__ = [
    "Release",
    "__version__",
    "check",
    "convert",
    "get_release",
    "inspect",
    "transfer",
    "verify",
]


class _Package(ModuleType):
    """A package in which a function is not hidden by the submodule of the same name."""

    def __setattr__(self, name: str, value: object) -> None:
        # Importing `keraport.convert` would bind the module where users expect the function.
        if not (name in _PUBLIC and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("keraport")
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
