"""The marks in what is written: those of the target release, and who wrote it from what.

Equal input has to give equal bytes, so that no clock is read. The date in an archive is that of
``SOURCE_DATE_EPOCH`` (https://reproducible-builds.org/specs/source-date-epoch/) if it is set, else
that of the source if this is an archive, too, else none.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Final

from keraport.catalog.backends import TENSORFLOW
from keraport.catalog.releases import Release
from keraport.errors import UsageError
from keraport.formats.marks import converted_by
from keraport.model import Producer

_EPOCH: Final = "SOURCE_DATE_EPOCH"
_DATE: Final = "%Y-%m-%d@%H:%M:%S"
"""How Keras spells ``date_saved`` (``saving_lib._save_model_to_fileobj``, Keras 2.15 and 3)."""


def marks_for(target: Release, source: str, found: Producer) -> Producer:
    """The marks of a file that is converted.

    Args:
        target: the release that it is for.
        source: id of the release that wrote what it is made from; empty if that is not known.
        found: the marks of that file.

    Raises:
        UsageError: ``SOURCE_DATE_EPOCH`` is no number of seconds.
    """
    return Producer(
        keras_version=target.keras,
        backend=target.backend or TENSORFLOW,
        converted_by=converted_by(source),
        date_saved=_date() or found.date_saved,
    )


def _date() -> str:
    given = os.environ.get(_EPOCH)
    if not given:
        return ""
    try:
        return datetime.fromtimestamp(int(given), UTC).strftime(_DATE)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"{_EPOCH} is {given[:40]!r}, expected seconds since 1970",
            hint=f"unset it, or set it to a whole number: {_EPOCH}=1700000000",
        ) from error
