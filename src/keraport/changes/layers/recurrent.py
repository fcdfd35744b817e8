"""Recurrent layers and their cells."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Meaning, Subject, config_of, configured
from keraport.changes.combinators import Added, Cosmetic, DefaultChanged, Unchanged
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import TF_1_15, TF_2_0, keras_file
from keraport.model import Layer, Object
from keraport.report import Verdict


@dataclass(frozen=True, slots=True)
class RepeatsLastOutput(Meaning):
    """At a masked step a recurrent layer repeats its last output.

    Older releases repeat the first state instead, which is the output of a single cell, but of
    stacked cells the state of the innermost one, unless the states are kept in reverse.
    """

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Keep the states of stacked cells in reverse."""
        config = config_of(subject)
        cells = config.get("cell")
        if not site.masked or not isinstance(cells, Layer):
            return subject
        if cells.class_name != "StackedRNNCells" or cells.config.get("reverse_state_order"):
            return subject
        cloned = site.wrapper is not None  # from its config, which does not have the order
        states = config.get("return_state") or config.get("stateful") or _has_initial_state(subject)
        if cloned or states:
            raise Refused(
                "a mask reaches its stacked cells, which stand in a wrapper or whose states are "
                f"used: at masked steps "
                f"{site.target} repeats the state of the first cell instead of the last output",
                hint="rebuild it as one recurrent layer for each cell",
                source=change.source,
            )
        site.note(
            Verdict.EXACT,
            "reverse_state_order=True added to its cells: a mask reaches them, and "
            f"{site.target} repeats the first state at masked steps; it does not write the key "
            "when it saves the model again",
            source=change.source,
        )
        reversed_cells = cells.with_config({**cells.config, "reverse_state_order": True})
        return configured(subject, {**config, "cell": reversed_cells})

    def rise(self, change: Change, layer: Layer, site: Site) -> Layer:
        """Refuse masked stacked cells: what they repeated was a state of the first cell."""
        cells = layer.config.get("cell")
        if not site.masked or not isinstance(cells, Layer):
            return layer
        if cells.class_name != "StackedRNNCells" or cells.config.get("reverse_state_order"):
            return layer
        raise Refused(
            "a mask reaches its stacked cells: at masked steps the source repeats the state of the "
            f"first cell, and {site.target} the last output",
            hint="rebuild it as one recurrent layer for each cell",
            source=change.source,
        )


def _has_initial_state(subject: Layer | Object) -> bool:
    return isinstance(subject, Layer) and any(len(call.refs()) > 1 for call in subject.calls)


@dataclass(frozen=True, slots=True)
class StartsFromZeroOutput(Meaning):
    """Steps that are masked before the first one that is not give zeros.

    Older releases give the initial state there, which is the same if that is zero.
    """

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Say so where an initial state is given."""
        if subject.class_name == "ConvLSTM2D" and _has_initial_state(subject):
            raise Refused(
                f"has an initial state, which ConvLSTM2D of {site.target} does not take",
                hint="rebuild the layer without an initial state",
                source=change.source,
            )
        stateful = bool(config_of(subject).get("stateful"))
        if site.masked and (stateful or _has_initial_state(subject)):
            site.note(
                Verdict.APPROXIMATE,
                "a mask reaches it and it has an initial state: where a sequence begins with "
                f"masked steps, or is masked as a whole, {site.target} puts out the initial state "
                "there instead of 0; it is exact for sequences padded at the end",
                source=change.source,
            )
        return subject


@dataclass(frozen=True, slots=True)
class KeepsStateAnywhere(Meaning):
    """A stateful layer keeps its state wherever it stands and however often it is called."""

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse stateful layers in nested models, and shared ones."""
        if not config_of(subject).get("stateful") or not isinstance(subject, Layer):
            return subject
        if "/" in site.path or len(subject.calls) > 1:
            raise Refused(
                f"stateful=True on a layer that is called more than once, or stands inside another "
                f"model: {site.target} updates its state at another time, or not at all",
                hint="take the layer out of the nested model, or give each call a layer of its own",
                source=change.source,
            )
        return subject


@dataclass(frozen=True, slots=True)
class CellsOfOneDtype(Meaning):
    """Recurrent layers hand their dtype to their cells; in older ones the cells are float32."""

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse other dtypes."""
        dtype = config_of(subject).get("dtype", "float32")
        if dtype in ("float64", "float16"):
            raise Refused(
                f"dtype={dtype!r}: the cells of {site.target} have float32 weights",
                hint="build the layer in float32",
                source=change.source,
            )
        return subject


@dataclass(frozen=True, slots=True)
class NestedCells(Meaning):
    """Stacked cells may hold stacked cells, and Bidirectional any layer that looks like an RNN."""

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse such nesting."""
        config = config_of(subject)
        cells = config.get("cells")
        inner = cells if isinstance(cells, list) else [config.get("layer")]
        wanted = _RNN if "layer" in config else None
        for item in inner:
            if not isinstance(item, Layer):
                continue
            nested = (
                item.class_name == "StackedRNNCells"
                if wanted is None
                else (item.class_name not in wanted and site.api.find(Kind.LAYER, item.class_name))
            )
            if nested:
                raise Refused(
                    f"holds a {item.class_name}, which {site.target} does not take there",
                    hint="rebuild it as layers behind each other",
                    source=change.source,
                )
        return subject


_RNN = ("RNN", "SimpleRNN", "LSTM", "GRU", "ConvLSTM2D")
_GATED = ("LSTM", "GRU", "LSTMCell", "GRUCell")

_CELLS = ("SimpleRNNCell", "LSTMCell", "GRUCell")

CHANGES = (
    Change(
        Kind.LAYER,
        (*_RNN, "CuDNNGRU", "CuDNNLSTM"),
        key="time_major",
        since="tf1.15",
        source=TF_1_15,
        what=Added(
            neutral=False,
            because="its recurrent layers always take (batch, time, ...)",
            hint="put Permute around the layer, or rebuild it with time_major=False",
        ),
    ),
    Change(
        Kind.LAYER,
        (*_RNN, "Bidirectional"),
        key="initial_state",
        since="tf1.15",
        source=keras_file("1.12.0", "backend.py"),
        what=StartsFromZeroOutput(),
    ),
    Change(
        Kind.LAYER,
        _RNN,
        key="stateful",
        since="tf2.3",
        source=keras_file("2.3.0", "layers/recurrent.py"),
        what=KeepsStateAnywhere(),
    ),
    Change(
        Kind.LAYER,
        ("SimpleRNN", "LSTM", "GRU", "ConvLSTM2D"),
        key="dtype",
        since="tf1.15",
        source=keras_file("1.12.0", "layers/recurrent.py"),
        what=CellsOfOneDtype(),
    ),
    Change(
        Kind.LAYER,
        ("StackedRNNCells", "Bidirectional"),
        key="cells",
        since="tf2.3",
        source=keras_file("1.12.0", "layers/recurrent.py"),
        what=NestedCells(),
    ),
    Change(
        Kind.LAYER,
        ("RNN",),
        key="cell",
        since="tf1.15",
        source=keras_file("1.12.0", "backend.py"),
        what=RepeatsLastOutput(),
    ),
    Change(
        Kind.LAYER,
        _GATED,
        key="recurrent_activation",
        since="tf2.3",
        source=TF_2_0,
        what=DefaultChanged(older="hard_sigmoid", newer="sigmoid"),
    ),
    Change(
        Kind.LAYER,
        _GATED,
        key="implementation",
        since="tf2.3",
        source=TF_2_0,
        what=DefaultChanged(older=1, newer=2),
    ),
    Change(
        Kind.LAYER,
        ("GRU", "GRUCell"),
        key="reset_after",
        since="tf2.3",
        source=TF_2_0,
        what=DefaultChanged(older=False, newer=True),
    ),
    Change(
        Kind.LAYER,
        ("SimpleRNN", "LSTM", "GRU", *_CELLS),
        key="enable_caching_device",
        since="tf2.3",
        source=keras_file("2.3.0", "layers/recurrent.py"),
        what=Cosmetic("it only says on which device copies of the weights lie"),
    ),
    Change(
        Kind.LAYER,
        ("CuDNNGRU", "CuDNNLSTM"),
        since="tf2.3",
        source=TF_2_0,
        what=Unchanged("the classes stay loadable by name in later releases"),
    ),
)
