"""Choices that stay what they are when there is more to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from random import Random
from typing import Any, TypeVar

Item = TypeVar("Item")


def pick(random: Random, items: Sequence[Item], key: Callable[[Item], Any] = repr) -> Item:
    """One of the items, each as likely as the others.

    Another item among them changes the choice only where it is chosen itself, so that a new golden
    model does not make all mutants new ones.

    Args:
        random: gives one number.
        items: to choose from.
        key: what tells them apart, as something to print.
    """
    drawn = random.random()
    return max(items, key=lambda item: blake2b(f"{key(item)} {drawn}".encode()).digest())
