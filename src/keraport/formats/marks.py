"""The mark that keraport leaves beside those of the release that a file is for.

It is an attribute of the root of HDF5 files, and a key of ``metadata.json`` and of architectures in
JSON. Every loader of Keras ignores it. It is for people: no reader decides anything by it.
"""

from __future__ import annotations

import re
from typing import Final

from keraport.version import VERSION

CONVERTED_BY: Final = "converted_by"
"""The key. Its value is ``keraport VERSION from RELEASE``."""

DATE_SAVED: Final = "date_saved"
"""The key of ``metadata.json`` that says when an archive was written."""

_CONVERTED_BY: Final = re.compile(r"keraport ([\w.+-]{1,40})(?: from ([\w.+-]{1,40}))?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d", re.ASCII)


def converted_by(source: str) -> str:
    """The mark, ``keraport 0.1.0 from tf2.3``.

    Args:
        source: id of the release that wrote what a file is made from; empty if it is not known.
    """
    return f"keraport {VERSION}" + (f" from {source}" if source else "")


def understood(value: object) -> str:
    """The mark if it is one of keraport's; empty for anything else."""
    return value if isinstance(value, str) and _CONVERTED_BY.fullmatch(value) else ""


def parts_of(mark: str) -> tuple[str, str]:
    """The version of keraport and the release that a mark names; empty where it names none."""
    found = _CONVERTED_BY.fullmatch(mark)
    return (found[1], found[2] or "") if found else ("", "")


def date_of(value: object) -> str:
    """The date if it is one as Keras writes it; empty for anything else."""
    return value if isinstance(value, str) and _DATE.fullmatch(value) else ""
