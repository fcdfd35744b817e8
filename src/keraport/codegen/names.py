"""Names for variables and functions out of the names of layers and models."""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import field

from keraport.records import dataclass

_TAKEN = frozenset({*keyword.kwlist, *dir(builtins), "print", "exec", "nonlocal", "np", "tf"})
"""What means something in Python 2.7 to 3.13, or in the source itself."""


@dataclass(slots=True)
class Names:
    """Hands out names that are unique among those it has handed out.

    Args:
        taken: names that are never handed out.
    """

    taken: set[str] = field(default_factory=set)

    def new(self, wanted: str) -> str:
        """A Python 2 identifier that reminds of `wanted`."""
        name = re.sub(r"[^0-9a-zA-Z_]+", "_", wanted).strip("_") or "layer"
        if name[0].isdigit():
            name = f"layer_{name}"
        unique, count = name, 1
        while unique in self.taken or unique in _TAKEN:
            count += 1
            unique = f"{name}_{count}"
        self.taken.add(unique)
        return unique
