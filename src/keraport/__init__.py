"""Move Keras models between releases.

``keraport.convert``, ``convert_many``, ``convert_graph``, ``check``, ``inspect``, ``verify``,
``transfer`` and ``load_model``, what they take and return, and the errors that they raise are the
public API (``docs/reference/api.md``). All of it is imported when it is first used, so that
importing keraport costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keraport.api import check as check
    from keraport.api import convert as convert
    from keraport.api import inspect as inspect
    from keraport.api import options as options
    from keraport.api import transfer as transfer
    from keraport.api import verify as verify
    from keraport.api import write_report_html as write_report_html
    from keraport.catalog.releases import Release as Release
    from keraport.catalog.releases import get_release as get_release
    from keraport.convert import Options as Options
    from keraport.errors import AmbiguousReleaseError as AmbiguousReleaseError
    from keraport.errors import DamagedFileError as DamagedFileError
    from keraport.errors import ForeignFileError as ForeignFileError
    from keraport.errors import InputFileError as InputFileError
    from keraport.errors import InputsDifferError as InputsDifferError
    from keraport.errors import KeraportError as KeraportError
    from keraport.errors import NotTrustedError as NotTrustedError
    from keraport.errors import OutputError as OutputError
    from keraport.errors import PredictionsDifferError as PredictionsDifferError
    from keraport.errors import ProbeError as ProbeError
    from keraport.errors import RefusedError as RefusedError
    from keraport.errors import RuntimeUnavailableError as RuntimeUnavailableError
    from keraport.errors import SourceUnavailableError as SourceUnavailableError
    from keraport.errors import UnknownReleaseError as UnknownReleaseError
    from keraport.errors import UnsafeFileError as UnsafeFileError
    from keraport.errors import UsageError as UsageError
    from keraport.errors import WeightsDoNotFitError as WeightsDoNotFitError
    from keraport.graphs.convert import GraphReport as GraphReport
    from keraport.graphs.convert import convert_graph as convert_graph
    from keraport.graphs.look import GraphLook as GraphLook
    from keraport.inside import load_model as load_model
    from keraport.inspection.inspect import Inspection as Inspection
    from keraport.many.api import check_many as check_many
    from keraport.many.api import convert_many as convert_many
    from keraport.many.api import inspect_many as inspect_many
    from keraport.many.outcome import Outcome as Outcome
    from keraport.many.result import ManyResult as ManyResult
    from keraport.report import LayerReport as LayerReport
    from keraport.report import Note as Note
    from keraport.report import Report as Report
    from keraport.report import Verdict as Verdict
    from keraport.runtimes.pool import RuntimePool as RuntimePool
    from keraport.transfer.result import Transfer as Transfer
    from keraport.verify import Verification as Verification

    __version__: str

_MODULES = {
    "keraport.api": (
        *("check", "convert", "inspect", "options", "transfer", "verify", "write_report_html"),
    ),
    "keraport.catalog.releases": ("Release", "get_release"),
    "keraport.convert": ("Options",),
    "keraport.errors": (
        *("AmbiguousReleaseError", "DamagedFileError", "ForeignFileError", "InputFileError"),
        *("InputsDifferError", "KeraportError", "NotTrustedError", "OutputError"),
        *("PredictionsDifferError", "ProbeError", "RefusedError", "RuntimeUnavailableError"),
        "SourceUnavailableError",
        *("UnknownReleaseError", "UnsafeFileError", "UsageError", "WeightsDoNotFitError"),
    ),
    "keraport.graphs.convert": ("GraphReport", "convert_graph"),
    "keraport.graphs.look": ("GraphLook",),
    "keraport.inside": ("load_model",),
    "keraport.inspection.inspect": ("Inspection",),
    "keraport.many.api": ("check_many", "convert_many", "inspect_many"),
    "keraport.many.outcome": ("Outcome",),
    "keraport.many.result": ("ManyResult",),
    "keraport.report": ("LayerReport", "Note", "Report", "Verdict"),
    "keraport.runtimes.pool": ("RuntimePool",),
    "keraport.transfer.result": ("Transfer",),
    "keraport.verify": ("Verification",),
}
_PUBLIC = {name: module for module, names in _MODULES.items() for name in names}
"""Name: the module that defines it."""

__all__ = [
    "__version__",
    *_PUBLIC,
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
        from keraport.version import VERSION

        return VERSION
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
