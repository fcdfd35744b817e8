"""Layers that contract dimensions (TF 2.3: ``einsum_dense.py``, ``dense_attention.py``)."""

from __future__ import annotations

import re

from keraport.analysis.shapes.values import Rule, Shapes, UnknownShape, first, integer
from keraport.model import Config

_EQUATION = re.compile(
    r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,[a-zA-Z]+->(?:\.\.\.)?([a-zA-Z]+)(?:\.\.\.)?"
)


def _einsum_dense(config: Config, inputs: Shapes) -> Shapes:
    """``_analyze_split_string``: dots stand for the first dimensions or for the last ones."""
    shape = first(inputs)
    found = _EQUATION.fullmatch(str(config.get("equation")))
    given = config.get("output_shape")
    sizes = given if isinstance(given, list | tuple) else [given]
    if found is None:
        raise UnknownShape
    before, letters, behind, made = found.groups()
    elided = len(shape) - len(letters)
    if elided < 0 or (elided and not before and not behind):
        raise UnknownShape
    declared = [None if size is None else integer(size) for size in sizes]
    # The first dimension is never declared, be it elided or the first letter of the output.
    own = made if before and elided else made[1:]
    if len(declared) != len(own):
        raise UnknownShape
    told = dict(zip(own, declared, strict=True))
    told.update(zip(letters, shape[elided:] if before else shape, strict=False))
    kept = tuple(told[letter] if letter in told else shape[0] for letter in made)
    return ((*shape[:elided], *kept) if before else (*kept, *shape[len(letters) :]),)


def _random_features(config: Config, inputs: Shapes) -> Shapes:
    return ((first(inputs, rank=2)[0], integer(config.get("output_dim"))),)


def _attention(config: Config, inputs: Shapes) -> Shapes:  # noqa: ARG001 - a `Rule`
    query, value = first(inputs, at_least=2), first(inputs[1:], at_least=2)
    return ((*query[:-1], value[-1]),)


RULES: dict[str, Rule] = {
    "attention": _attention,
    "einsum_dense": _einsum_dense,
    "random_features": _random_features,
}
