"""What outputs are called, and whether their places are free."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from keraport.errors import ForeignFileError, KeraportError, OutputError
from keraport.formats import sniff
from keraport.formats.atomic import PARTIAL_SUFFIX
from keraport.kits.formats import output_files, suffix_of_models
from keraport.many.sources import Source
from keraport.model import WEIGHTS_ALONE, Format
from keraport.planning import target_of

_SUFFIXES: Final[Mapping[Format, str]] = {
    Format.HDF5: ".h5",
    Format.HDF5_WEIGHTS: ".h5",
    Format.JSON: ".json",
    Format.KERAS: ".keras",
    Format.KERAS_WEIGHTS: ".weights.h5",
    Format.CHECKPOINT: "",
    Format.SAVED_MODEL_1X: "",
}
"""What names of outputs end in."""


class Names:
    """The names of outputs in one run.

    Args:
        to: id of the target release.
        backend: what that computes with; empty for TensorFlow.
        file_format: what is written; if None, whole models, and architectures of architectures.
    """

    def __init__(self, to: str, backend: str, file_format: Format | None) -> None:
        self._format = file_format
        self._whole = suffix_of_models(target_of(to, backend))

    def of(self, source: Source) -> PurePosixPath:
        """The output of a source, below the folder of outputs.

        Raises:
            OutputError: it would lie outside that folder.
        """
        stem = source.stem
        if stem.is_absolute() or ".." in stem.parts or not stem.name:
            raise OutputError(
                f"{source.shown}: its name leads out of the folder of the outputs",
                hint="fetch it, and convert it under another name",
            )
        return stem.with_name(f"{stem.name}{self._suffix(source)}")

    def _suffix(self, source: Source) -> str:
        if self._format is not None:
            return _SUFFIXES[self._format]
        return _SUFFIXES[Format.JSON] if source.is_architecture else self._whole

    def is_there(self, output: Path) -> bool:
        """Whether an output was written."""
        wanted = output_files(output, self._format or Format.HDF5)
        return all(item.exists() for item in wanted)


def clashes(
    planned: Iterable[tuple[Source, PurePosixPath]], owners: Mapping[PurePosixPath, str]
) -> dict[str, str]:
    """Sources whose output another one has, by their URLs, with what that one is called.

    Args:
        planned: each source with its output, in order: the first has it.
        owners: outputs of earlier runs, with the URLs of their sources, which keep them.
    """
    first: dict[PurePosixPath, Source] = {}
    late: list[tuple[Source, PurePosixPath]] = []
    for source, output in planned:
        holder = first.setdefault(output, source)
        if holder is source:
            continue
        if owners.get(output) == source.key:
            first[output], source = source, holder
        late.append((source, output))
    return {source.key: first[output].shown for source, output in late}


def holds_no_model(source: Source) -> bool:
    """Whether a file of a folder holds weights alone, or something else that is no model."""
    if source.path is None:
        return False
    try:
        return sniff(source.path) in WEIGHTS_ALONE
    except ForeignFileError:
        return True
    except KeraportError:
        return False


def clash(source: Source, other: str, output: Path) -> OutputError:
    """The error for a source whose output another one has."""
    return OutputError(
        f"{source.shown}: its output would be {output}, which is that of {other}",
        hint="rename one of the two, or convert it with an --out-dir of its own",
    )


def sweep(output: Path) -> None:
    """Remove what a process that was killed has left of an output: files and folders of ours."""
    start = f".{output.stem}"
    try:
        left = [item for item in output.parent.iterdir() if item.name.endswith(PARTIAL_SUFFIX)]
    except OSError:
        return
    for item in left:
        if item.name.startswith(start):
            remove(item)


def remove(path: Path) -> None:
    """Remove a file or folder of ours, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
