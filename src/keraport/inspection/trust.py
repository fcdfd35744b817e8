"""Whether a file may be opened in a real release without somebody saying that it is trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from keraport.errors import ForeignFileError, InputFileError, NotTrustedError
from keraport.formats import read
from keraport.inspection.graphs import graph_of_directory, hazards_of_graph
from keraport.inspection.hazards import find_hazards
from keraport.inspection.operations import REACH_OUT, graph_operations, operations_of
from keraport.inspection.raw_operations import KEEPING, computing
from keraport.inspection.rules import Hazard, HazardKind, in_order
from keraport.model import ModelFile
from keraport.text import typed

HARMLESS: Final[Mapping[HazardKind, str]] = {
    HazardKind.LINK: "nothing that Keras reads leads there, or the file would not have been read",
    HazardKind.CUSTOM_CLASS: "the file holds no code for it: the release takes the class from a "
    "file that the user names, or refuses",
}
"""Kinds of hazards that run nothing and open nothing when a release loads or calls the model, and
why. Every other kind does, also one that is added later."""

_SHOWN = 6


def running_hazards(path: Path, release: str) -> tuple[Hazard, ...]:
    """What of a model file would run, or be opened, in a real release; the worst first.

    Args:
        path: the file.
        release: id of the release that is to open it.

    Raises:
        InputFileError: the file is damaged, foreign or unsafe to read, so that nobody can tell.
    """
    # Wrong bytes in weights run nothing, and --skip-checksums lets them through.
    try:
        file = read(path, verify_checksums=False)
    except ForeignFileError:
        graph = graph_of_directory(path)
        if graph is None:
            raise
        return in_order(hazards_of_graph(graph))
    found = [*find_hazards(file, release), *graph_operations(file), *_unlisted(file)]
    return in_order(hazard for hazard in found if hazard.kind not in HARMLESS)


def require_trusted(files: Sequence[tuple[Path, str]]) -> None:
    """Refuse to run files that bring something along that would run.

    Args:
        files: each with the id of the release that is to open it.

    Raises:
        NotTrustedError: one of them does; all that would run is in the message.
        InputFileError: one of them cannot be read, so that nobody can tell.
    """
    told: list[str] = []
    data: list[Hazard] = []
    names: list[Path] = []
    for path, release in dict.fromkeys(files):
        try:
            found = running_hazards(path, release)
        except InputFileError as error:
            error.hint = _unread(error.hint)
            raise
        if found:
            names.append(path)
            data += found
            told.append(
                f"{path}: opening it in {release} would run code from the file, or open paths that "
                "it names"
            )
            told += [f"  {hazard.where}: {hazard.text}" for hazard in found[:_SHOWN]]
            told += [f"  and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    if names:
        look = " and ".join(f"`{typed(['keraport', 'inspect', str(name)])}`" for name in names)
        raise NotTrustedError(
            "\n".join(told),
            hint=f"see {look}; if you trust whoever made the file, add --trust",
            hazards=tuple(hazard.to_json() for hazard in data),
        )


def _unread(hint: str) -> str:
    """What to do about a file that keraport cannot look into before a release opens it."""
    trust = "a file that cannot be looked into is opened in a real release only with --trust"
    return f"{hint}; {trust}" if hint else trust


def _unlisted(file: ModelFile) -> tuple[Hazard, ...]:
    """Operations in the graphs of a SavedModel that nobody knows to do no more than compute."""
    names = operations_of(file)
    if not names:
        return ()
    from keraport.formats.saved_model.graph import GRAPH_FILE

    unknown = sorted(names - KEEPING - computing() - REACH_OUT.keys())
    text = "the operation {} is not among those that are known to have no side effects"
    return tuple(Hazard(HazardKind.OPERATION, GRAPH_FILE, text.format(name)) for name in unknown)
