"""The format of the output: which one its name asks for, and whether the target reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from keraport.catalog.releases import Release
from keraport.catalog.windows import held
from keraport.errors import UsageError
from keraport.formats.checkpoint.files import data_of, index_of
from keraport.kits.kits import table
from keraport.model import Format, ModelFile

_FORMATS: Final[Mapping[str, Format]] = {
    ".weights.h5": Format.KERAS_WEIGHTS,
    ".keras": Format.KERAS,
    ".h5": Format.HDF5,
    ".hdf5": Format.HDF5,
    ".hdf": Format.HDF5,
    ".json": Format.JSON,
}
"""Suffix: what is written. The first that fits counts."""

_BY_OPTION = (Format.CHECKPOINT, Format.SAVED_MODEL_1X)
"""Formats whose output has no suffix of its own."""


def format_by_suffix(output: Path) -> Format | None:
    """The format that the suffix of a name says; None if it says none."""
    name = output.name.lower()
    fitting = (s for s in _FORMATS if name.endswith(s) and len(name) > len(s))
    return next((_FORMATS[suffix] for suffix in fitting), None)


def format_of(output: Path, file: ModelFile) -> Format:
    """The format that the output's suffix asks for.

    Raises:
        UsageError: none, or one that `file` cannot be written in.
    """
    found = format_by_suffix(output)
    if found is None:
        raise UsageError(
            f"{output}: the suffix {output.suffix!r} names no format that is written",
            hint=f"use {', '.join(_FORMATS)}, or say --format",
        )
    if found is Format.HDF5 and not file.groups and file.format is Format.JSON:
        raise UsageError(
            f"{file.path}: is an architecture without weights, which a whole model needs",
            hint="add --weights FILE.h5, or write the architecture: OUT.json",
        )
    return found


def require_readable(file_format: Format, target: Release, output: Path) -> None:
    """Refuse a format that the target release cannot open.

    Args:
        file_format: what is to be written.
        target: the release.
        output: the file.

    Raises:
        UsageError: it cannot; the hint names the formats that it can.
    """
    written = dict.fromkeys((*_FORMATS.values(), Format.HDF5_WEIGHTS, *_BY_OPTION))
    if file_format in written and reads(target, file_format):
        return
    able = ", ".join(str(item) for item in written if reads(target, item))
    problem = f"{target} cannot read the format {file_format}"
    if file_format not in written:
        problem = f"the format {file_format} is read and not written"
    raise UsageError(
        f"{output}: {problem}",
        hint=f"{target} reads {able}: choose such a suffix, or --format",
    )


def reads(release: Release, file_format: Format) -> bool:
    """True if the loaders of the release read that format, of what keraport writes."""
    windows = table()["reads"].get(str(file_format))
    return windows is None or held(windows, release)


def output_files(output: Path, file_format: Format) -> tuple[Path, ...]:
    """The files that the output consists of: two for a checkpoint, else what it is called."""
    if file_format is not Format.CHECKPOINT:
        return (output,)
    return data_of(output), index_of(output)
