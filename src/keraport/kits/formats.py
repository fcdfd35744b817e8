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

WRITTEN: Final = tuple(dict.fromkeys((*_FORMATS.values(), Format.HDF5_WEIGHTS, *_BY_OPTION)))
"""What keraport writes, in the order in which it is listed."""


def format_by_suffix(output: Path) -> Format | None:
    """The format that the suffix of a name says; None if it says none."""
    name = output.name.lower()
    fitting = (s for s in _FORMATS if name.endswith(s) and len(name) > len(s))
    return next((_FORMATS[suffix] for suffix in fitting), None)


def format_of(output: Path, target: Release) -> Format:
    """The format that the output's suffix asks for.

    Raises:
        UsageError: none; the hint names the suffixes of what the target reads.
    """
    found = format_by_suffix(output)
    if found is None:
        able = ", ".join(suffix for suffix, item in _FORMATS.items() if reads(target, item))
        raise UsageError(
            f"{output}: the suffix {output.suffix!r} names no format that is written",
            hint=f"{target} reads {able}: give OUT one of these suffixes, or use --format",
        )
    return found


def require_weights(file_format: Format, file: ModelFile) -> None:
    """Refuse to write an architecture as a whole model.

    Raises:
        UsageError: `file` has no weights, and the format needs them.
    """
    if file_format is Format.HDF5 and not file.groups and file.format is Format.JSON:
        raise UsageError(
            f"{file.path}: is an architecture without weights, which a whole model needs",
            hint="add --weights FILE.h5, or write the architecture: OUT.json",
        )


def suffix_of_models(target: Release) -> str:
    """The suffix of a whole model that the release reads, for lines to type."""
    return ".h5" if reads(target, Format.HDF5) else ".keras"


def formats_of(target: Release) -> tuple[Format, ...]:
    """The formats that keraport writes and the release reads."""
    return tuple(item for item in WRITTEN if reads(target, item))


def require_readable(file_format: Format, target: Release, output: Path) -> None:
    """Refuse a format that the target release cannot open.

    Args:
        file_format: what is to be written.
        target: the release.
        output: the file.

    Raises:
        UsageError: it cannot; the hint names the formats that it can.
    """
    if file_format in formats_of(target):
        return
    problem = f"{target} cannot read the format {file_format}"
    if file_format not in WRITTEN:
        problem = f"the format {file_format} is read and not written"
    raise UsageError(
        f"{output}: {problem}",
        hint=f"{target} reads {', '.join(formats_of(target))}: give OUT the suffix of one of "
        "these, or use --format",
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
