"""What takes the place of an operation that a target lacks, a module for each subject.

A rule is asked if the target does not register the operation, or not with these inputs and
settings. It puts nodes into its `Site`, and gives what takes the place of each output; none if the
last node has the name and the outputs of the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.rules import (
    arrays,
    boxes,
    diagonals,
    einsum,
    images,
    normalisation,
    ragged,
    scatters,
    state,
    text,
    values,
)
from keraport.graphs.site import Site

Rule = Callable[[Site], list[Ref]]

_SUBJECTS: Final = (
    arrays,
    boxes,
    diagonals,
    einsum,
    images,
    normalisation,
    ragged,
    scatters,
    state,
    text,
    values,
)
RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {op: rule for subject in _SUBJECTS for op, rule in subject.RULES.items()}
)
