"""Recurrent layers: time first, initial states, constants."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.combinators import Cosmetic
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import BETWEEN, DROPPED, keras3_file
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.model import Call, Config, Layer, TensorRef, Value
from keraport.model.graph import find_refs
from keraport.report import Verdict

_RNN: Final = ("RNN", "SimpleRNN", "LSTM", "GRU")
_CONVOLUTIONAL: Final = ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
_SOURCE: Final = keras3_file("layers/rnn/rnn.py")
_SWAP: Final = "SwapsTimeAndBatch"
_TIME: Final = "time_major"
_STATES: Final = "initial_state"
_ZEROES: Final = "zero_output_for_mask"
_CONSTANTS: Final = "constants"


@declared
class TimeFirst(Effect):
    """Recurrent layers may take (time, batch, ...); those of Keras 3 take the batch first."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Swap both axes before the layer, and back behind it where it gives a sequence."""
        config = config_of(subject)
        if change.key not in config:
            return subject
        plain = without(config, change.key)
        if not config[change.key]:
            site.note(
                Verdict.EXACT,
                f"{change.key}=False left out: {site.target} always takes the batch first",
                source=change.source,
            )
            return configured(subject, plain)
        if not isinstance(subject, Layer) or site.wrapper is not None:
            raise Refused(
                f"{change.key}=True in a wrapper: not supported yet, and {site.target} always "
                "takes the batch first",
                hint="rebuild the layer with time_major=False, and transpose what it is given",
                source=change.source,
            )
        if config.get("stateful"):
            raise Refused(
                f"{change.key}=True with stateful=True: not supported yet",
                hint="rebuild the layer with time_major=False",
                source=change.source,
            )
        site.companion(_SWAP)
        site.note(
            Verdict.EXACT,
            f"{change.key}=True rewritten with {_SWAP} of the companion around it: {site.target} "
            "always takes the batch first",
            source=change.source,
        )
        return _swapped(replace(subject, config=plain), sequences=bool(plain["return_sequences"]))


def _swapped(layer: Layer, *, sequences: bool) -> Expansion:
    """The layer with its first two axes exchanged before it, and behind it if it gives them."""
    counts = {len(call.refs()) for call in layer.calls}
    others = [TensorRef(INPUT, 0, index) for index in range(1, max(counts, default=1))]
    entry = f"{layer.name}_batch_first"
    core = f"{layer.name}_rnn" if sequences else layer.name
    swap = _swap(entry, layer, TensorRef(INPUT, 0, 0))
    given: list[Value] = [TensorRef(entry, 0, 0), *others]
    rnn = replace(layer, name=core, config={**layer.config, "name": core}, calls=(Call(given),))
    first, parts = TensorRef(core, 0, 0), [swap, rnn]
    if sequences:
        parts.append(_swap(layer.name, layer, first))
        first = TensorRef(layer.name, 0, 0)
    states = [TensorRef(core, 0, index) for index in range(1, 1 + _states(layer))]
    return Expansion(tuple(parts), (first, *states), main=core)


def _swap(name: str, like: Layer, given: TensorRef) -> Layer:
    config = {"name": name, "trainable": True, "dtype": like.config.get("dtype")}
    return Layer(name, _SWAP, config, (Call([given]),))


def _states(layer: Layer) -> int:
    """How many states a layer returns, as far as its own class or cell tells."""
    if not layer.config.get("return_state"):
        return 0
    cell = layer.config.get("cell")
    name = cell.class_name if isinstance(cell, Layer) else layer.class_name
    if name == "StackedRNNCells" or name not in _KNOWN:
        raise Refused(
            f"{_TIME}=True with return_state=True around {name}: not supported yet",
            hint="rebuild the layer with time_major=False",
        )
    return _KNOWN[name]


_KNOWN: Final = {
    **dict.fromkeys(("SimpleRNN", "GRU", "SimpleRNNCell", "GRUCell"), 1),
    **dict.fromkeys(("LSTM", "LSTMCell"), 2),
}


@declared
class StatesAreInputs(Effect):
    """Initial states are further inputs; in Keras 3 they are an argument of the call."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """From the argument to the inputs."""
        if not isinstance(subject, Layer):
            return subject
        return replace(subject, calls=tuple(map(_as_inputs, subject.calls)))

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """From the inputs to the argument."""
        if not isinstance(subject, Layer) or all(_is_single(c) for c in subject.calls):
            return subject
        if subject.config.get("num_constants") or any(
            call.arguments.get(_CONSTANTS) is not None for call in subject.calls
        ):
            return subject
        site.note(
            Verdict.EXACT,
            f"its initial states are handed over as {_STATES}, as {site.target} wants it",
            source=change.source,
        )
        return replace(subject, calls=tuple(map(_as_argument, subject.calls)))


def _is_single(call: Call) -> bool:
    return not isinstance(call.inputs, list) or len(call.inputs) <= 1


def _as_argument(call: Call) -> Call:
    if _is_single(call):
        return call
    first, *states = call.inputs
    return replace(call, inputs=[first], arguments={**call.arguments, _STATES: states})


def _as_inputs(call: Call) -> Call:
    states = call.arguments.get(_STATES)
    if states is None or not find_refs(states):
        return call
    given = states if isinstance(states, list) else [states]
    inputs = call.inputs if isinstance(call.inputs, list) else [call.inputs]
    return replace(call, inputs=[*inputs, *given], arguments=without(call.arguments, _STATES))


@declared
class TakesConstants(Effect):
    """Recurrent layers hand constants to their cells; those of Keras 3 do not."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse constants."""
        config: Config = config_of(subject)
        calls: tuple[Call, ...] = subject.calls if isinstance(subject, Layer) else ()
        if not config.get(change.key) and all(
            call.arguments.get(_CONSTANTS) is None for call in calls
        ):
            subject = configured(subject, without(config, change.key))
            if isinstance(subject, Layer):
                return replace(subject, calls=tuple(map(_without_nothing, calls)))
            return subject
        raise Refused(
            f"it is called with constants: {site.target} hands none to its cells",
            hint="give the cell its constants as a part of each step (RepeatVector, Concatenate)",
            source=change.source,
        )


def _without_nothing(call: Call) -> Call:
    """The call less arguments that say nothing, which not every call takes."""
    kept = {
        key: value
        for key, value in call.arguments.items()
        if value is not None or key not in (_CONSTANTS, _STATES)
    }
    return replace(call, arguments=kept)


@declared
class MasksBesideStates(Effect):
    """A mask reaches a layer that is given its initial state; in Keras 3 it does not."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class."""
        if not isinstance(subject, Layer) or not (site.masked and _has_states(subject)):
            return subject
        because = f"{site.target} loses the mask where the initial state is given"
        return as_companion(subject, site, f"{subject.class_name}V2", because)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse: the layer would skip steps that it did not skip."""
        if not isinstance(subject, Layer) or not (site.masked and _has_states(subject)):
            return subject
        raise Refused(
            f"a mask reaches it, which {site.source} loses where the initial state is given, and "
            f"{site.target} does not",
            hint="take the mask away in the model",
            source=change.source,
        )


@declared
class NoZeroOutputs(Effect):
    """A convolutional LSTM repeats its output at masked steps, whatever the keyword says.

    In Keras 3 it gives zeros where the keyword is set, and Bidirectional sets it.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Leave it out; refuse a Bidirectional around such a layer that a mask reaches."""
        config = config_of(subject)
        inner = config.get("layer")
        if isinstance(inner, Layer):
            if inner.class_name in _CONVOLUTIONAL and site.masked:
                raise Refused(
                    f"a mask reaches it: {site.target} gives zeros at masked steps of a "
                    f"{inner.class_name} in it",
                    hint="take the mask away in the model",
                    source=change.source,
                )
            return subject
        if not config.get(_ZEROES):
            return subject
        site.note(
            Verdict.EXACT,
            f"{_ZEROES}=True left out: {subject.class_name} of {site.source} ignores it",
            source=change.source,
        )
        return configured(subject, without(config, _ZEROES))

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where a mask reaches such a layer."""
        config = config_of(subject)
        inner = config.get("layer")
        convolutional = not isinstance(inner, Layer) or inner.class_name in _CONVOLUTIONAL
        zeroes = isinstance(inner, Layer) or config.get(_ZEROES)
        if not (site.masked and convolutional and zeroes):
            return subject
        raise Refused(
            f"a mask reaches it: {site.source} gives zeros at masked steps, and {site.target} does "
            "not",
            hint="take the mask away in the model",
            source=change.source,
        )


def _has_states(layer: Layer) -> bool:
    return any(not _is_single(c) or c.arguments.get(_STATES) is not None for c in layer.calls)


CHANGES = (
    Change(
        Kind.LAYER,
        _RNN,
        key=_TIME,
        held=DROPPED,
        source=_SOURCE,
        effect=TimeFirst(),
    ),
    Change(
        Kind.LAYER,
        _CONVOLUTIONAL,
        key=_TIME,
        held=DROPPED,
        source=keras3_file("layers/rnn/conv_lstm.py"),
        effect=Cosmetic("a convolutional LSTM ignores it"),
    ),
    Change(
        Kind.LAYER,
        (*_RNN, *_CONVOLUTIONAL, "Bidirectional", "BidirectionalV2"),
        key="num_constants",
        held=DROPPED,
        source=_SOURCE,
        effect=TakesConstants(),
    ),
    Change(
        Kind.LAYER,
        (*_RNN, *_CONVOLUTIONAL, "Bidirectional", "BidirectionalV2"),
        key=_STATES,
        held=DROPPED,
        source=_SOURCE,
        effect=StatesAreInputs(),
    ),
    Change(
        Kind.LAYER,
        (*_RNN, *_CONVOLUTIONAL, "Bidirectional"),
        key="mask",
        held=DROPPED,
        source=keras3_file("layers/layer.py"),
        effect=MasksBesideStates(),
        drift=f"0.17 to 1.9 of the largest output {BETWEEN}",
    ),
    Change(
        Kind.LAYER,
        (*_CONVOLUTIONAL, "Bidirectional"),
        key=_ZEROES,
        held=DROPPED,
        source=keras3_file("layers/rnn/rnn.py"),
        effect=NoZeroOutputs(),
        drift=f"0.73 to 0.80 of the largest output {BETWEEN}: ConvLSTM2D",
    ),
)
