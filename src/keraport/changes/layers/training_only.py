"""Keywords that take no part in predictions, only in training."""

from __future__ import annotations

from keraport.changes.change import without
from keraport.changes.combinators import Rewrite
from keraport.changes.site import Site
from keraport.model import Layer
from keraport.report import Verdict


def only_while_training(key: str, because: str) -> Rewrite:
    """A lowering that leaves a keyword out, and says what will be different while training.

    Args:
        key: the keyword.
        because: what the target does without it, while it trains.
    """

    def left_out(layer: Layer, site: Site) -> Layer:
        text = f"{key}={layer.config[key]!r} left out: while {site.target} trains, {because}"
        site.note(Verdict.EXACT, text)
        return layer.with_config(without(layer.config, key))

    return left_out
