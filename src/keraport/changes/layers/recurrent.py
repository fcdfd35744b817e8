"""Recurrent layers and their cells: time first, dtypes, unrolling, and defaults that changed."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.combinators import Added, Cosmetic, DefaultChanged
from keraport.changes.declared import declared
from keraport.changes.layers.dtype_rules import compute_dtype
from keraport.changes.layers.recurrent_v2 import CELLS, as_recurrent_v2
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import TF_1_15, TF_2_0, keras_file, own_keras_file
from keraport.model import Layer
from keraport.report import Verdict


def _time_first(layer: Layer, site: Site) -> Layer:
    return as_recurrent_v2(layer, site, f"{site.target} always takes (batch, time, ...)")


@declared
class PassesOverTimeMajor(Effect):
    """ConvLSTM2D takes the keyword and heeds it nowhere; only a Bidirectional around it does."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Drop it, or leave it to the companion's class for the Bidirectional to find."""
        config = config_of(subject)
        heeded = site.wrapper is not None and site.wrapper.class_name == "Bidirectional"
        if config.get(change.key) and heeded and isinstance(subject, Layer):
            return as_recurrent_v2(subject, site, f"{site.target} has no {change.key}")
        if change.key not in config:
            return subject
        text = f"{change.key}={config[change.key]!r} left out: {site.source} ignores it"
        site.note(Verdict.EXACT, text, source=change.source)
        return configured(subject, without(config, change.key))


@declared
class CellsOfOneDtype(Effect):
    """Recurrent layers hand their dtype to their cells; in older ones the cells are float32."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Use the companion's class for other dtypes."""
        if not isinstance(subject, Layer) or compute_dtype(subject) == "float32":
            return subject
        because = f"the cells of {site.target} have float32 weights"
        return as_recurrent_v2(subject, site, because)


@declared
class UnrollsOneStep(Effect):
    """A single step can be unrolled; older releases raise an error there."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Use the companion's class where there is one step, or it is not known how many."""
        if not config_of(subject).get("unroll") or not isinstance(subject, Layer):
            return subject
        steps = {shape[1] if shape and len(shape) > 1 else None for shape in site.input_shapes}
        if steps and steps.isdisjoint({None, 1}):
            return subject
        return as_recurrent_v2(subject, site, f"{site.target} does not unroll a single step")


_GATED = ("LSTM", "GRU", "LSTMCell", "GRUCell")

CHANGES = (
    Change(
        Kind.LAYER,
        ("RNN", "SimpleRNN", "LSTM", "GRU"),
        key="time_major",
        held="tf 1.13..",
        source=TF_1_15,
        effect=Added(neutral=False, otherwise=_time_first),
    ),
    Change(
        Kind.LAYER,
        ("CuDNNGRU", "CuDNNLSTM"),
        key="time_major",
        held="tf 1.13..",
        source=TF_1_15,
        effect=Added(
            neutral=False,
            because="its recurrent layers always take (batch, time, ...)",
            hint="put Permute around the layer, or rebuild it with time_major=False",
        ),
    ),
    Change(
        Kind.LAYER,
        ("ConvLSTM2D",),
        key="time_major",
        held="tf 1.13..",
        source=keras_file("2.3.0", "layers/convolutional_recurrent.py"),
        effect=PassesOverTimeMajor(),
    ),
    Change(
        Kind.LAYER,
        ("RNN", "SimpleRNN", "LSTM", "GRU", "ConvLSTM2D"),
        key="dtype",
        held="tf 1.15..",
        source=keras_file("1.12.0", "layers/recurrent.py"),
        effect=CellsOfOneDtype(),
    ),
    Change(
        Kind.LAYER,
        ("ConvLSTM2D",),
        key="dtype",
        held="tf 2.3..",
        source=keras_file("1.15.5", "layers/convolutional_recurrent.py"),
        effect=CellsOfOneDtype(),
    ),
    Change(
        Kind.LAYER,
        ("RNN", "SimpleRNN", "LSTM", "GRU"),
        key="unroll",
        held="tf 1.15..",
        source=keras_file("1.12.0", "layers/recurrent.py"),
        effect=UnrollsOneStep(),
    ),
    Change(
        Kind.LAYER,
        _GATED,
        key="recurrent_activation",
        held="tf 2.0.., keras2 2.3..",
        source=TF_2_0,
        effect=DefaultChanged(without="hard_sigmoid", since="sigmoid"),
    ),
    Change(
        Kind.LAYER,
        _GATED,
        key="implementation",
        held="tf 2.0.., keras2 2.3..",
        source=TF_2_0,
        effect=DefaultChanged(without=1, since=2),
    ),
    Change(
        Kind.LAYER,
        ("GRU", "GRUCell"),
        key="reset_after",
        held="tf 2.0..",
        source=TF_2_0,
        effect=DefaultChanged(without=False, since=True),
    ),
    Change(
        Kind.LAYER,
        ("SimpleRNN", "LSTM", "GRU"),
        key="enable_caching_device",
        held="tf 2.2..",
        source=keras_file("2.3.0", "layers/recurrent.py"),
        effect=Cosmetic("it only says on which device copies of the weights lie"),
    ),
    Change(
        Kind.LAYER,
        CELLS,
        key="enable_caching_device",
        held="tf 2.1..",
        source=keras_file("2.3.0", "layers/recurrent.py"),
        effect=Cosmetic("it only says on which device copies of the weights lie"),
    ),
    Change(
        Kind.LAYER,
        ("GRU", "GRUCell", "LSTM", "LSTMCell", "SimpleRNNCell"),
        key="seed",
        held="tf 2.8..",
        source=own_keras_file("2.15.0", "layers/rnn/lstm.py"),
        effect=Cosmetic("it only says what is dropped while training"),
    ),
)
