"""What the optimizer keeps, carried over, or refused with the reason.

Predictions do not depend on it, but training does: an optimizer that lost its state takes steps of
another size. So a file whose optimizer took steps is not converted without it unless the user says
so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from keraport.model import Model, Training, WeightGroup
from keraport.optimizers import Kept, NotCarriedError, carried
from keraport.optimizers.layouts import PRODUCT, STEP
from keraport.report import OPTIMIZER, Note, StateNote, Verdict
from keraport.translate.rewriting import Rewriting

_HINT: Final = (
    "add --drop-optimizer to convert the model without the state of its optimizer, which then "
    "starts afresh"
)


def with_state(
    training: Training,
    model: Model,
    groups: Sequence[WeightGroup],
    kept: Kept | None,
    rewriting: Rewriting,
) -> Training:
    """The training config with the optimizer's variables as the target lists them.

    Args:
        training: in the target's words.
        model: likewise.
        groups: its weights, in the target's order.
        kept: of the source; None if there is nothing to carry.
        rewriting: towards the target.
    """
    if kept is None or training.optimizer is None:
        return training
    if kept.unknown:
        rewriting.journal.left_out.append(unread(kept.unknown))
        return training
    try:
        state = carried(kept, training.optimizer, model, groups, rewriting.target)
    except NotCarriedError as error:
        refuse_state(kept, error.message, rewriting)
        return training
    rewriting.journal.training.extend(_told(kept, rewriting))
    return replace(training, state=state)


def _told(kept: Kept, rewriting: Rewriting) -> Iterator[StateNote]:
    """What is said about a state that goes on, and about what the file has none of."""
    source = rewriting.source
    if STEP in kept.state.scalars:
        yield StateNote(Verdict.EXACT, f"{kept.name} goes on after {_steps(kept.steps)}")
    else:
        yield StateNote(
            Verdict.EQUIVALENT,
            f"{kept.name} goes on, and counts its steps from 0: {source} does not save how many it "
            "took, and does the same with the file",
        )
    if kept.name != "Nadam" or PRODUCT in kept.state.scalars:
        return
    if kept.generation.multiplies_often:
        yield StateNote(
            Verdict.EQUIVALENT,
            f"the product of momentums of Nadam follows from the count of steps: {source} does not "
            "save it, and starts it at 1 when it loads the file",
        )
    else:
        yield StateNote(
            Verdict.EQUIVALENT,
            f"the product of momentums of Nadam starts at 1: {source} does not save it, and does "
            "the same with the file",
        )


def unread(why: str) -> str:
    """What is said about a state that cannot be told from the file."""
    return f"the state of the optimizer ({why}): training goes on with a fresh one"


def left_out(kept: Kept) -> str:
    """What is said about a state that is not carried over."""
    name = kept.name
    return (
        f"the state of {name} after {_steps(kept.steps)}: training goes on with a fresh optimizer"
    )


def refuse_state(kept: Kept, why: str, rewriting: Rewriting) -> None:
    """Refuse the conversion for the optimizer's sake."""
    text = f"{kept.name} took {_steps(kept.steps)}, and its state cannot go on: {why}"
    rewriting.journal.note(OPTIMIZER, Note(Verdict.REFUSED, text, _HINT))


def _steps(count: int | None) -> str:
    if count is None:
        return "some steps"
    return "1 step" if count == 1 else f"{count:,} steps"
