"""The states of recurrent layers: those they start from, and those they keep."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of
from keraport.changes.declared import declared
from keraport.changes.layers.recurrent_v2 import (
    RECURRENT,
    as_recurrent_v2,
    has_initial_state,
    has_numbers,
)
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Call, Layer, TensorRef
from keraport.report import Verdict


@declared
class StartsFromZeroOutput(Effect):
    """Steps that are masked before the first one that is not masked give zeros.

    Older releases give the initial state there, which is the same if that is zero. They also take
    no numbers for a state, and ConvLSTM2D takes no states at all.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Use the companion's class where an initial state makes a difference."""
        if not isinstance(subject, Layer):
            return subject
        given, kept = has_initial_state(subject), _is_stateful(subject)
        if subject.class_name == "ConvLSTM2D" and given:
            because = f"ConvLSTM2D of {site.target} takes no initial state"
        elif site.masked and (given or kept):
            because = (
                "a mask reaches it, and where the first steps are masked "
                f"{site.target} outputs the initial state instead of 0"
            )
        elif has_numbers(subject):
            because = f"{site.target} takes no numbers for its initial state"
        else:
            return subject
        return as_recurrent_v2(subject, site, because)


@declared
class PutsOutInitialState(Effect):
    """Steps that are masked before the first one that is not give zeros, if not unrolled.

    Older loops give the initial state, or the state that a stateful layer kept; those that are
    unrolled give zeros.
    """

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where such a state is seen."""
        if not isinstance(subject, Layer) or not site.masked or _is_one_way(site):
            return subject
        inner = config_of(subject).get("layer")
        config = inner.config if isinstance(inner, Layer) else subject.config
        unseen = config.get("return_sequences") and not site.masked_steps_seen
        starts = has_initial_state(subject) or _is_stateful(subject)
        if unseen or config.get("unroll") or not starts:
            return subject
        raise Refused(
            f"a mask reaches it, and where the first steps are masked {site.source} outputs the "
            f"state that it starts from, and {site.target} 0",
            hint="rebuild it without an initial state and not stateful, or set unroll=True before "
            "it is saved if no sequence begins with masked steps",
            source=change.source,
        )


@declared
class KeepsStateAnywhere(Effect):
    """A stateful layer keeps its state wherever it stands and however often it is called.

    An initial state counts only as long as the state that it keeps is zero.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Use the companion's class, which keeps its state as it computes its output."""
        if not isinstance(subject, Layer) or not _is_stateful(subject):
            return subject
        elsewhere = "/" in site.path or len(subject.calls) > 1
        given = has_initial_state(subject)
        if not site.target.has("recurrent-companions"):
            if elsewhere:
                raise Refused(
                    "stateful=True on a layer that is called more than once, or stands inside "
                    f"another model: {site.target} updates its state at another time, or not at "
                    "all",
                    hint="take the layer out of the nested model, or use a separate layer for each "
                    "call",
                    source=change.source,
                )
            return subject
        if elsewhere:
            because = f"{site.target} updates its state at another time, or not at all"
        elif given:
            because = f"{site.target} always starts from the initial state instead of its own"
        else:
            return subject
        return as_recurrent_v2(subject, site, because)


@declared
class StatesInOrderOfCells(Effect):
    """Stacked cells give and take the states of the first cell first; older ones of the last."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Put the states that it returns in the order of its cells."""
        cell = config_of(subject).get("cell")
        if not isinstance(subject, Layer) or not isinstance(cell, Layer):
            return subject
        if cell.class_name != "StackedRNNCells" or not _shows_states(subject):
            return subject
        counts = [_STATES.get(item.class_name) for item in cell.config.get("cells", [])]
        if has_initial_state(subject) or None in counts or site.wrapper is not None:
            raise Refused(
                f"{site.source} has the states of the last of its stacked cells first, and "
                f"{site.target} of the first",
                hint="rebuild it as recurrent layers behind each other",
                source=change.source,
            )
        return _in_order(subject, [count or 0 for count in counts], site, change.source)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse, where states are seen."""
        cell = config_of(subject).get("cell")
        if not isinstance(subject, Layer) or not isinstance(cell, Layer):
            return subject
        if cell.class_name != "StackedRNNCells" or not _shows_states(subject):
            return subject
        raise Refused(
            f"{site.target} has the states of the last of its stacked cells first",
            hint="rebuild it as recurrent layers behind each other",
            source=change.source,
        )


_STATES = {"SimpleRNNCell": 1, "GRUCell": 1, "LSTMCell": 2}
"""Class of a cell: how many states it has."""


def _in_order(layer: Layer, counts: list[int], site: Site, source: str) -> Expansion:
    """The layer, each of its states where the source has it; its cells have so many states."""
    text = f"its states are taken in the order of {site.source}, the last cell first"
    site.note(Verdict.EXACT, text, source=source)
    main = replace(layer, calls=(Call([TensorRef(INPUT, 0, 0)]),))
    outputs = tuple(TensorRef(layer.name, 0, index) for index in (0, *_last_first(counts)))
    return Expansion((main,), outputs, main=layer.name)


def _last_first(counts: list[int]) -> list[int]:
    """The outputs that are states, of cells that have so many, those of the last cell first."""
    firsts = [1 + sum(counts[:index]) for index in range(len(counts))]
    cells = zip(firsts[::-1], counts[::-1], strict=True)
    return [first + state for first, count in cells for state in range(count)]


def _shows_states(subject: Layer) -> bool:
    return bool(subject.config.get("return_state")) or has_initial_state(subject)


def _is_one_way(site: Site) -> bool:
    """True inside a Bidirectional, which is looked at as a whole."""
    return site.wrapper is not None and site.wrapper.class_name.startswith("Bidirectional")


def _is_stateful(subject: Layer) -> bool:
    inner = subject.config.get("layer")
    config = config_of(inner) if isinstance(inner, Layer) else subject.config
    return bool(config.get("stateful"))


CHANGES = (
    Change(
        Kind.LAYER,
        (*RECURRENT, "Bidirectional"),
        key="initial_state",
        held="tf 1.15..",
        source=keras_file("1.12.0", "backend.py"),
        effect=StartsFromZeroOutput(),
    ),
    Change(
        Kind.LAYER,
        (*RECURRENT, "Bidirectional", "BidirectionalV2"),
        key="initial_state",
        # Keras 2.3 leaves it to TensorFlow's own (`tf_keras_backend.rnn`).
        held="tf 1.13.., keras2 2.3..",
        source=own_keras_file("2.2.4", "backend/tensorflow_backend.py"),
        effect=PutsOutInitialState(),
    ),
    Change(
        Kind.LAYER,
        (*RECURRENT, "Bidirectional"),
        key="stateful",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/recurrent.py"),
        effect=KeepsStateAnywhere(),
    ),
    Change(
        Kind.LAYER,
        ("RNN",),
        key="reverse_state_order",
        held="tf 1.., keras2 2.2.3..",
        source=own_keras_file("2.1.6", "layers/recurrent.py"),
        effect=StatesInOrderOfCells(),
    ),
)
