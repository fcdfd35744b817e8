"""Says the trained file in the words of the architecture, before anything is matched."""

from __future__ import annotations

from dataclasses import replace

from keraport.discrepancies.reexpress import Said, reexpress
from keraport.transfer.choices import Choices
from keraport.transfer.sides import Rebuilt, Trained
from keraport.transfer.units import units_of_model


def in_words_of(trained: Trained, rebuilt: Rebuilt, choices: Choices) -> tuple[Trained, Said]:
    """The trained file as if it had been built like the architecture, where that is exact.

    Args:
        trained: nothing is done with a file of weights only, which does not tell what it computes.
        rebuilt: the architecture.
        choices: layers that the user named stay as they are.
    """
    if trained.model is None:
        return trained, Said()
    keep = {*choices.maps, *choices.maps.values(), *choices.leave_out, *choices.keep_initial}
    found = reexpress(trained.model, rebuilt.model, keep)
    if not found.said.steps:
        return trained, found.said
    return replace(trained, model=found.model, units=units_of_model(found.model)), found.said
