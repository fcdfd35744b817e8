"""The cells of RNN: any class, stacked at any depth, with constants, behind a mask."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.declared import declared
from keraport.changes.layers.recurrent_v2 import (
    as_recurrent_v2,
    has_initial_state,
    is_plain,
    is_plain_stack,
)
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Layer
from keraport.report import Verdict


@declared
class RepeatsLastOutput(Effect):
    """At a masked step a recurrent layer repeats its last output.

    Older releases repeat the first state instead, which is the output of a single cell, but of
    stacked cells the state of the innermost one, unless the states are kept in reverse.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Use the companion's class; without companions, keep the states in reverse."""
        config = config_of(subject)
        cell = config.get("cell")
        if not site.masked or not isinstance(cell, Layer) or is_plain(cell):
            return subject
        cloned = site.wrapper is not None  # from its config, which does not have the order
        states = config.get("return_state") or config.get("stateful") or has_initial_state(subject)
        reversible = site.stock_only and is_plain_stack(cell) and not cloned and not states
        if isinstance(subject, Layer) and not reversible:
            because = f"at masked steps {site.target} repeats the first state of its cells"
            return as_recurrent_v2(subject, site, because)
        site.note(
            Verdict.EXACT,
            "reverse_state_order=True added to its cells: a mask reaches them, and "
            f"{site.target} repeats the first state at masked steps; it does not write the key "
            "when it saves the model again",
            source=change.source,
        )
        reversed_cells = cell.with_config({**cell.config, "reverse_state_order": True})
        return configured(subject, {**config, "cell": reversed_cells})

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse masked stacked cells: what they repeated was a state of the first cell."""
        cells = config_of(subject).get("cell")
        if not site.masked or not isinstance(cells, Layer):
            return subject
        if cells.class_name != "StackedRNNCells" or cells.config.get("reverse_state_order"):
            return subject
        raise Refused(
            "a mask reaches its stacked cells: at masked steps the source repeats the state of the "
            f"first cell, and {site.target} the last output",
            hint="rebuild it as one recurrent layer for each cell",
            source=change.source,
        )


@declared
class TakesAnyCell(Effect):
    """Cells may have structures of states, and are built from the shape of one step alone.

    Older releases know lists of states, and hand the shapes of constants to the cell, too.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Use the companion's class around cells of the user's own, and nested stacks."""
        cell = config_of(subject).get("cell")
        if not isinstance(subject, Layer) or not isinstance(cell, Layer):
            return subject
        constants = subject.config.get("num_constants")
        if is_plain(cell) or is_plain_stack(cell) or (site.stock_only and not constants):
            return subject
        because = f"{site.target} calls and builds custom cells differently"
        return as_recurrent_v2(subject, site, because)


@declared
class NestedCells(Effect):
    """Stacked cells may hold stacked cells."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse such nesting, unless the RNN around it becomes one of the companion's."""
        cells = config_of(subject).get("cells")
        nested = isinstance(cells, list) and any(
            isinstance(item, Layer) and item.class_name == "StackedRNNCells" for item in cells
        )
        if nested and not site.target.has("recurrent-companions"):
            raise Refused(
                f"holds StackedRNNCells, which {site.target} does not take there",
                hint="rebuild it as layers behind each other",
                source=change.source,
            )
        return subject


CHANGES = (
    Change(
        Kind.LAYER,
        ("StackedRNNCells",),
        key="cells",
        held="tf 2.3..",
        source=keras_file("1.12.0", "layers/recurrent.py"),
        effect=NestedCells(),
    ),
    Change(
        Kind.LAYER,
        ("RNN",),
        key="cell",
        held="tf 1.15..",
        source=keras_file("1.12.0", "layers/recurrent.py"),
        effect=TakesAnyCell(),
    ),
    Change(
        Kind.LAYER,
        ("RNN",),
        key="cell",
        # Keras 2.3 leaves it to TensorFlow's own (`tf_keras_backend.rnn`).
        held="tf 1.15.., keras2 2.3..",
        source=keras_file("1.12.0", "backend.py"),
        effect=RepeatsLastOutput(),
    ),
)
