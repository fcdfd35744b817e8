"""Bidirectional around any layers, and TimeDistributed for batches of a fixed size."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.combinators import Added
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.layers.recurrent_v2 import RECURRENT, as_recurrent_v2, is_v2
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Layer
from keraport.report import Verdict


def _own_way_back(layer: Layer, site: Site) -> Layer:
    return as_recurrent_v2(layer, site, f"both directions in {site.target} are copies of one layer")


@declared
class AroundAnyLayer(Effect):
    """Bidirectional takes any layer that looks like a recurrent one, and hands constants on."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Use the companion's class where the layer in it is not a stock one."""
        inner = config_of(subject).get("layer")
        if not isinstance(subject, Layer) or not isinstance(inner, Layer):
            return subject
        constants = subject.config.get("num_constants")
        stock = inner.class_name in RECURRENT or inner.class_name in ("CuDNNGRU", "CuDNNLSTM")
        if stock and not constants:
            return subject
        if not site.target.has("recurrent-companions"):
            if stock or site.api.find(Kind.LAYER, inner.class_name) is None:
                return subject
            raise Refused(
                f"holds a {inner.class_name}, which {site.target} does not take there",
                hint="rebuild it as layers behind each other",
                source=change.source,
            )
        because = (
            f"it holds {inner.class_name}"
            if is_v2(inner)
            else f"{site.target} makes copies of {inner.class_name} and calls them otherwise"
        )
        return as_recurrent_v2(subject, site, because)


@declared
class ReversesTime(Effect):
    """Bidirectional reverses its outputs along time; without the change along axis 1."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse what the source reversed along the batch."""
        return self.to_release(change, subject, site)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse a layer with time first in it, if the target has such layers."""
        inner = config_of(subject).get("layer")
        if not isinstance(inner, Layer) or not config_of(inner).get("time_major"):
            return subject
        entry = site.api.find(Kind.LAYER, inner.class_name)
        if entry is None or not entry.accepts("time_major"):
            return subject
        raise Refused(
            f"time_major=True of the layer in it: {site.source} and {site.target} reverse "
            "the backward direction along different axes",
            hint="put Permute around the layer, and rebuild it with time_major=False",
            source=change.source,
        )


_SAME_STEP_BY_STEP = frozenset(
    {
        *("Activation", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "Conv1D"),
        *("Conv2D", "Conv3D", "Dense", "Flatten", "GlobalAveragePooling1D"),
        *("GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalMaxPooling1D"),
        *("GlobalMaxPooling2D", "GlobalMaxPooling3D", "LeakyReLU", "MaxPooling1D", "MaxPooling2D"),
        *("MaxPooling3D", "Permute", "RepeatVector", "Reshape"),
    }
)
"""Layers that keep samples apart and do the same in training."""


@declared
class StepsAsOneBatch(Effect):
    """TimeDistributed makes one batch of all steps, and of their masks, whatever the batch size.

    Older releases go step by step where that is fixed, without masks, and fail at layers that
    tell whether they are trained.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Use the companion's class for a fixed batch size."""
        fixed = any(shape and shape[0] is not None for shape in site.input_shapes)
        inner = config_of(subject).get("layer")
        if not isinstance(subject, Layer) or not isinstance(inner, Layer) or not fixed:
            return subject
        if inner.class_name in _SAME_STEP_BY_STEP and not site.masked:
            return subject
        if not site.target.has("steps-through-fixed-batches"):
            # Some of them it does (`_always_use_reshape`), and masks are lost in others.
            raise Refused(
                f"the batch size is fixed, for which {site.target} calls some layers step by step",
                hint="rebuild the model with a batch size of None",
                source=change.source,
            )
        because = f"the batch size is fixed, for which {site.target} calls the layer step by step"
        return as_companion(subject, site, "TimeDistributedV2", because)


@declared
class ModelsOfAnySize(Effect):
    """TimeDistributed gives a model steps of other sizes than its inputs say, with a warning.

    Older releases fold what comes out by the shape that the model has for its own inputs.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse steps of another size."""
        inner = config_of(subject).get("layer")
        model = inner.model if isinstance(inner, Layer) else None
        first = model.layers[0] if model is not None and model.layers else None
        said = first.config.get("batch_input_shape") if first is not None else None
        if not isinstance(said, list):
            return subject
        for shape in site.input_shapes:
            step = shape[2:] if shape is not None else ()
            differs = len(step) == len(said) - 1 and any(
                None not in (given, own) and given != own
                for given, own in zip(step, said[1:], strict=True)
            )
            if differs:
                raise Refused(
                    f"its model is built for inputs of shape {said[1:]!r} and is given steps of "
                    f"shape {list(step)!r}, which {site.target} gives another shape",
                    hint="rebuild the model inside for the size of its steps",
                    source=change.source,
                )
        return subject


@declared
class FrozenByConfig(Effect):
    """``trainable=False`` in the config freezes a Bidirectional; without the change it is ignored.

    What is frozen lists its weights in another order.
    """

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """What the release that wrote the file makes of it."""
        config = config_of(subject)
        if config.get(change.key, True):
            return subject
        site.note(
            Verdict.EXACT,
            f"trainable=False written as True: {site.source} ignores it in a Bidirectional",
            source=change.source,
        )
        return configured(subject, {**config, change.key: True})

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Freeze what is inside."""
        config = config_of(subject)
        if config.get(change.key, True):
            return subject
        site.note(
            Verdict.EXACT,
            f"trainable=False written into the layers inside: {site.target} ignores it in a "
            "Bidirectional",
            source=change.source,
        )
        inside = {
            key: value.with_config({**value.config, change.key: False})
            for key, value in config.items()
            if isinstance(value, Layer)
        }
        return configured(subject, {**config, **inside, change.key: True})


CHANGES = (
    Change(
        Kind.LAYER,
        ("Bidirectional",),
        held="tf 2.3..",
        source=keras_file("1.15.5", "layers/wrappers.py"),
        effect=ReversesTime(),
    ),
    Change(
        Kind.LAYER,
        ("TimeDistributed",),
        key="layer",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/wrappers.py"),
        effect=ModelsOfAnySize(),
    ),
    Change(
        Kind.LAYER,
        ("TimeDistributed",),
        key="layer",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/wrappers.py"),
        effect=StepsAsOneBatch(),
    ),
    Change(
        Kind.LAYER,
        ("Bidirectional",),
        key="layer",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/wrappers.py"),
        effect=AroundAnyLayer(),
    ),
    Change(
        Kind.LAYER,
        ("Bidirectional",),
        key="backward_layer",
        held="tf 1.14..",
        source=keras_file("1.15.5", "layers/wrappers.py"),
        effect=Added(neutral=None, otherwise=_own_way_back),
    ),
    Change(
        Kind.LAYER,
        ("Bidirectional", "BidirectionalV2"),
        key="trainable",
        held="tf 2.12..",
        source=own_keras_file("2.15.0", "layers/rnn/bidirectional.py"),
        effect=FrozenByConfig(),
    ),
)
