"""What may become of a case."""

from __future__ import annotations

from keraport.errors import KeraportError
from keraport.formats.sources import Sources
from keraport.model import ModelFile


def outcome(error: KeraportError) -> str:
    """The error in a word; one that a user could not act upon is a defect."""
    if error.exit_status not in (2, 3, 4) or not error.message.isprintable():
        raise AssertionError(f"{type(error).__name__}: {error.message!r}") from error
    return type(error).__name__


def read_values(file: ModelFile) -> None:
    """Read all weights, and the optimizer's state."""
    state = () if file.training is None else file.training.state
    with Sources() as sources:
        for weight in (*(w for group in file.groups for w in group.weights), *state):
            for _ in sources.blocks(weight):
                pass
