"""What two files say differently, put together with what each difference does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraport.discrepancies.effects import Comparison, measure
from keraport.discrepancies.results import Effects, Setting
from keraport.errors import KeraportError
from keraport.model.graph import walk
from keraport.transfer.choices import Choices
from keraport.transfer.plan import plan
from keraport.transfer.rewording import in_words_of
from keraport.transfer.sides import read_architecture, read_trained
from keraport.transfer.wiring import INPUTS

if TYPE_CHECKING:
    from keraport.cli.output import Progress
    from keraport.runtimes.pool import RuntimePool


def explained(given: Comparison, pool: RuntimePool, progress: Progress) -> Effects:
    """What the two files of a comparison say differently, and how much each of it matters.

    Empty where that cannot be told: files of weights only, layers that no name and no order puts
    together.
    """
    try:
        return measure(given, settings(given), pool, progress)
    except KeraportError:
        # Predictions were compared already; an explanation of theirs is not owed.
        return Effects()


def settings(given: Comparison) -> tuple[Setting, ...]:
    """What the configs of the two files disagree about, in the order of the source's layers.

    Raises:
        KeraportError: one of the files is not a whole model.
    """
    trained = read_trained(given.source, given.source_release.id)
    rebuilt = read_architecture(given.output, given.target_release.id)
    if trained.model is None:
        return ()
    order = {path: number for number, (path, _) in enumerate(walk(trained.model))}
    others = dict(walk(rebuilt.model))
    trained, _ = in_words_of(trained, rebuilt, Choices())
    found = plan(trained, rebuilt, given.output, Choices()).transfer.differences
    rows = [
        Setting(
            item.trained,
            item.rebuilt,
            item.key,
            item.trained_value,
            item.rebuilt_value,
            others.get(item.rebuilt),
        )
        for item, _ in found
        if item.arithmetic and item.trained in order and item.key != INPUTS
    ]
    return tuple(sorted(rows, key=lambda row: order[row.trained]))
