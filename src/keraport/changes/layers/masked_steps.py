"""What recurrent layers put out at masked steps."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.layers.recurrent_v2 import as_recurrent_v2
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Call, Layer, TensorRef
from keraport.report import Verdict

_COMPANION = "ZeroMaskedSteps"
_ZEROES = "zero_output_for_mask"
_REPEATING = ("RNN", "SimpleRNN", "LSTM", "GRU")
"""Layers that repeat their last output at masked steps wherever that keyword is not set."""
_MOST_OUTPUTS = 16
"""More than a recurrent layer returns: the sequence and the states of its cells."""


@declared
class ZeroOutputForMask(Effect):
    """A recurrent layer can put out zeros at masked steps instead of repeating its last output."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Drop the keyword; where it matters, use the companion's class."""
        config = config_of(subject)
        if change.key not in config:
            return subject
        matters = site.masked or site.wrapper is not None
        # A Bidirectional sets the keyword anew, and ConvLSTM2D ignores it.
        set_anew = site.wrapper is not None and site.wrapper.class_name == "Bidirectional"
        heeded = subject.class_name != "ConvLSTM2D" and not set_anew
        if config[change.key] and matters and heeded and isinstance(subject, Layer):
            because = f"at masked steps {site.target} always repeats the last output"
            return as_recurrent_v2(subject, site, because)
        site.note(
            Verdict.EXACT,
            f"{change.key}={config[change.key]!r} left out: it makes no difference here",
            source=change.source,
        )
        return configured(subject, without(config, change.key))


@declared
class SkipsMaskedFrames(Effect):
    """ConvLSTM2D skips masked steps; older releases cannot call it with a mask."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Use the companion's class behind a mask."""
        if not site.masked or not isinstance(subject, Layer):
            return subject
        return as_recurrent_v2(subject, site, f"ConvLSTM2D of {site.target} takes no mask")


@declared
class BidirectionalZeroes(Effect):
    """A Bidirectional that returns sequences gives zeros at masked steps.

    Older releases repeat the previous output of each direction instead. That is invisible where
    everything behind it skips the masked steps too, such as another recurrent layer.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Set masked steps to 0 behind it, where they are looked at."""
        inner = config_of(subject).get("layer")
        if not (site.masked_steps_seen and isinstance(inner, Layer)):
            return subject
        if not inner.config.get("return_sequences") or not isinstance(subject, Layer):
            return subject
        if subject.config.get("merge_mode") is None or site.wrapper is not None:
            because = f"at masked steps {site.target} repeats the last output instead of 0"
            return as_recurrent_v2(subject, site, because)
        return _followed_by_zeros(subject, site, change.source)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Use a companion that repeats outputs, where masked steps are looked at."""
        inner = config_of(subject).get("layer")
        if not (site.masked_steps_seen and isinstance(inner, Layer)):
            return subject
        if not inner.config.get("return_sequences") or not isinstance(subject, Layer):
            return subject
        if inner.class_name not in _REPEATING or site.target.has("names-tensorflow-1"):
            raise Refused(
                "a mask reaches it, it returns sequences, and its masked steps are looked at: they "
                f"are the previous output in the source and 0 in {site.target}",
                hint="rebuild it as two recurrent layers, one of them go_backwards, and a "
                "Concatenate",
                source=change.source,
            )
        because = f"{site.target} gives 0 at masked steps instead of the previous output"
        told = subject.with_config({**subject.config, _ZEROES: False})
        return as_companion(told, site, "BidirectionalV2", because)


@declared
class ZeroesLastOutput(Effect):
    """A Bidirectional that returns its last output gives zeros if the last step is masked."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse a mask."""
        inner = config_of(subject).get("layer")
        if not (site.masked and isinstance(inner, Layer)) or inner.config.get("return_sequences"):
            return subject
        zeroes, other = site.source, site.target
        if not change.held_by(zeroes):
            zeroes, other = other, zeroes
        raise Refused(
            f"a mask reaches it: {zeroes} gives 0 if the last step is masked, and {other} the last "
            "output",
            hint="take the mask away in the model",
            source=change.source,
        )

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The same the other way round."""
        return self.to_release(change, subject, site)


def _followed_by_zeros(layer: Layer, site: Site, source: str) -> Expansion:
    site.companion(_COMPANION)
    site.note(
        Verdict.EXACT,
        f"{_COMPANION} behind it sets masked steps to 0, where {site.target} repeats the previous "
        "output",
        source=source,
    )
    name = f"{layer.name}_unmasked"
    main = replace(
        layer,
        name=name,
        config={**layer.config, "name": name},
        calls=(Call([TensorRef(INPUT, 0, 0)]),),
    )
    zeros = Layer(
        layer.name,
        _COMPANION,
        {"name": layer.name, "trainable": True, "dtype": layer.config.get("dtype")},
        (Call([TensorRef(name, 0, 0)]),),
    )
    states = tuple(TensorRef(name, 0, index) for index in range(1, _MOST_OUTPUTS))
    return Expansion((main, zeros), (TensorRef(layer.name, 0, 0), *states), main=name)


CHANGES = (
    Change(
        Kind.LAYER,
        ("ConvLSTM2D",),
        key="mask",
        held="tf 1.15..",
        source=keras_file("1.12.0", "backend.py"),
        effect=SkipsMaskedFrames(),
    ),
    Change(
        Kind.LAYER,
        ("RNN", "SimpleRNN", "LSTM", "GRU", "ConvLSTM2D"),
        key="zero_output_for_mask",
        held="tf 1.13..",
        source=keras_file("1.15.5", "layers/recurrent.py"),
        effect=ZeroOutputForMask(),
    ),
    Change(
        Kind.LAYER,
        ("Bidirectional",),
        key="layer",
        held="tf 1.13..",
        source=keras_file("1.15.5", "layers/wrappers.py"),
        effect=BidirectionalZeroes(),
    ),
    Change(
        Kind.LAYER,
        ("Bidirectional",),
        key="zero_output_for_mask",
        held="tf 1.13..1.13",
        source=keras_file("1.13.1", "layers/wrappers.py"),
        effect=ZeroesLastOutput(),
    ),
)
