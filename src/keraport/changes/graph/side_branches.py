"""Layers that no output of a model needs: what ``add_loss`` and ``add_metric`` are given."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, without
from keraport.changes.combinators import NewClass, Unchanged
from keraport.changes.declared import declared
from keraport.changes.site import Site
from keraport.changes.sources import keras_file
from keraport.model import Layer
from keraport.report import Verdict

ADDS = {"AddLoss": "loss", "AddMetric": "metric"}
"""Class that `Model.add_loss` and `Model.add_metric` make: what it adds."""


@declared
class KeepsSideBranches(Unchanged):
    """A loader keeps the layers that no output needs; older ones drop them, weights and all.

    `keraport.surgery.side_branches` takes them out of the model for these.
    """

    alters_meaning = True


def _passed_on(layer: Layer, site: Site) -> Layer:
    """A layer that gives what it is given, and adds it to the losses or metrics."""
    added = ADDS[layer.class_name]
    site.note(
        Verdict.EXACT,
        f"rewritten as Activation('linear'): {site.target} has no {layer.class_name}; what it "
        f"gives is the same, and it adds no {added}",
    )
    config = without(layer.config, "aggregation", "metric_name", "unconditional")
    return replace(layer, class_name="Activation", config={**config, "activation": "linear"})


CHANGES = (
    Change(
        Kind.LAYER,
        ("Functional",),
        key="add_loss",
        held="tf 1.15.., keras3 none",
        source=keras_file("1.15.5", "engine/network.py"),
        effect=KeepsSideBranches("a model whose layers all lead to outputs stays what it is"),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=held,
            source=keras_file("1.15.5", "engine/base_layer.py"),
            effect=NewClass(otherwise=_passed_on),
        )
        for name, held in (
            ("AddLoss", "tf 1.14.., keras3 none"),
            ("AddMetric", "tf 1.15.., keras3 none"),
        )
    ),
)
