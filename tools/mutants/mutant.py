"""A mutant: a golden model with one to three mutations, made of two numbers."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from random import Random
from typing import Any

from mutants.document import Base, bases, models_in
from mutants.edits import change_value
from mutants.graph import can_be_called
from mutants.pick import pick
from mutants.training import change_training
from mutants.wiring import WIRING

_VALUE, _WIRING = 0.65, 0.25
"""How often a mutation is one of a value or of the wiring; the rest is training."""
_TRIES = 50


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is to be built.

    Args:
        index: its number in the campaign.
        base: the golden model that it was.
        mutations: what was done to it, as texts.
        document: ``model`` and ``training``, as JSON text.
    """

    index: int
    base: Base
    mutations: tuple[str, ...]
    document: str


def mutant(seed: int, index: int) -> Mutant:
    """The mutant of that number; the same numbers make the same one."""
    random = Random(f"{seed}:{index}")
    base = pick(random, bases(), lambda item: item.name)
    document = base.fresh()
    wanted = random.randint(1, 3)
    done: list[str] = []
    for _ in range(_TRIES):
        if len(done) == wanted:
            break
        changed = copy.deepcopy(document)
        told = _mutate(changed, random)
        if told and all(map(can_be_called, models_in(changed["model"], "Functional"))):
            document = changed
            done.append(told)
    return Mutant(index, base, tuple(done), json.dumps(document))


def _mutate(document: dict[str, Any], random: Random) -> str:
    """One mutation, in place; what was done, empty if it does not apply."""
    drawn = random.random()
    if drawn < _VALUE:
        return change_value(document, random)
    if drawn < _VALUE + _WIRING:
        return random.choice(WIRING)(document, random)
    return change_training(document, random)
