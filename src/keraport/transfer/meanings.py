"""Names that mean something else on the two sides of a transfer, told apart before comparing."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind, load_api
from keraport.catalog.releases import Release
from keraport.changes import Steps, between
from keraport.model import Model
from keraport.report import Journal
from keraport.transfer.sides import Rebuilt, Trained
from keraport.translate.rewrite import rewrite_model
from keraport.translate.rewriting import Rewriting


def told_apart(trained: Trained, rebuilt: Rebuilt) -> tuple[Trained, Rebuilt]:
    """Both sides with activations under names that mean the same function on either side.

    A conversion gives a name another meaning only where it crosses a change of that meaning; a
    transfer compares two files that each keep their own.

    Args:
        trained: in the hub's words; left alone if it holds weights only.
        rebuilt: in the hub's words.
    """
    if trained.model is None or trained.words is None:
        return trained, rebuilt
    mine = _as_meant(trained.model, trained.words, rebuilt.words)
    its = _as_meant(rebuilt.model, rebuilt.words, trained.words)
    return replace(trained, model=mine), replace(rebuilt, model=its)


def _as_meant(model: Model, written: Release, other: Release) -> Model:
    """A model with the activations that mean something else in `other` by the hub's names."""
    crossed = [
        step
        for step in between(written, other)
        if step.to_hub and step.change.kind is Kind.ACTIVATION
    ]
    if not crossed:
        return model
    api = load_api(other.id)
    return rewrite_model(model, Rewriting(written, other, Steps(crossed), api, Journal()))
