"""What masks do to layers that know nothing of them."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind, load_api
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Call, Layer, TensorRef
from keraport.report import Verdict

ATTACHES = "WithMask"
"""The companion's layer that gives its first tensor the second one as mask."""

DROPS = "WithoutMask"
"""The companion's layer that passes a tensor on without its mask."""

_HINT = "take the mask away in the model"

_HANDLES_MASKS = frozenset(
    {
        "Bidirectional",
        "ConvLSTM2D",
        "Concatenate",
        "Dot",
        "Embedding",
        "GRU",
        "InputLayer",
        "LSTM",
        "Lambda",
        "Masking",
        "RNN",
        "SimpleRNN",
        "TimeDistributed",
        DROPS,
        "ZeroMaskedSteps",
    }
)
"""Layers with a ``compute_mask`` of their own, whatever they say of supporting masks (TF 1.12)."""

_TAKEN_CARE_OF = frozenset({"GlobalAveragePooling1D"})
"""Layers for which a change of an earlier release says what becomes of the mask."""

_IDENTITIES = {
    "Activation": ("activation", "linear"),
    "AlphaDropout": ("rate", 0),
    "GaussianDropout": ("rate", 0),
}
"""Layers that return the very tensor they are given, at that value of that keyword."""


def returns_input(layer: Layer, call: Call) -> bool:
    """True for a layer that returns the very tensor it is given, a Lambda apart.

    Noise does so at any rate where it is called with ``training=False`` (``K.in_train_phase``).
    """
    name = layer.class_name
    if name in _NOISE and call.arguments.get("training") in (False, 0):
        return True
    key, value = _IDENTITIES.get(name, ("", None))
    return layer.config.get(key) == value if key else name == _RETURNS_INPUT


_NOISE = ("AlphaDropout", "GaussianDropout", "GaussianNoise")
_RETURNS_INPUT = "ActivityRegularization"
"""It always returns it."""


@declared
class MasksStopQuietly(Effect):
    """A mask that reaches a layer which does not support masking is dropped.

    Older releases refuse to call such a layer. Nested models are taken apart before
    (`keraport.changes.graph.nested_models`).
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Take the mask away before the layer, or refuse where it is needed behind."""
        if not site.masked or not isinstance(subject, Layer) or subject.model is not None:
            return subject
        if site.wrapper is not None and site.wrapper.class_name != "TimeDistributed":
            return subject
        name = subject.class_name
        spec = site.api.find(Kind.LAYER, name)
        if spec is None or spec.supports_masking or name in _HANDLES_MASKS | _TAKEN_CARE_OF:
            return subject
        before = load_api(site.source.id).find(Kind.LAYER, name)
        if before is not None and before.supports_masking:
            raise Refused(
                f"a mask reaches it, which {name} of {site.source} takes into account or passes "
                f"on, and {name} of {site.target} does not",
                hint=_HINT,
                source=change.source,
            )
        if site.wrapper is not None:
            raise Refused(
                f"a mask reaches it inside a {site.wrapper.class_name}, and {name} of "
                f"{site.target} does not take one",
                hint=_HINT,
                source=change.source,
            )
        return behind_without_mask(subject, site, change.source)


def behind_without_mask(layer: Layer, site: Site, source: str) -> Expansion:
    """The layer behind the companion's, which drops the mask of what it is given."""
    site.companion(DROPS)
    site.note(
        Verdict.EXACT,
        f"{DROPS} before it drops the mask, which {site.source} does by itself",
        source=source,
    )
    name = f"{layer.name}_without_mask"
    config = {"name": name, "trainable": True, "dtype": layer.config.get("dtype")}
    dropped = Layer(name, DROPS, config, (Call([TensorRef(INPUT, 0, 0)]),))
    main = replace(layer, calls=(Call([TensorRef(name, 0, 0)]),))
    outputs = (TensorRef(layer.name, 0, 0),)
    return Expansion((dropped, main), outputs, main=layer.name)


@declared
class IdentitiesKeepMasks(Effect):
    """A layer that returns its very input passes the mask on; older releases lose it there.

    They lose it for whatever is called on that input later, too, so that upward the whole model has
    to be looked at (`keraport.surgery.returned_inputs`).
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Use LeakyReLU(alpha=1), which does nothing to a new tensor."""
        if not site.masked or not isinstance(subject, Layer) or site.wrapper is not None:
            return subject
        returning = [returns_input(subject, call) for call in subject.calls or (Call([]),)]
        if not any(returning):
            return subject
        key, value = _IDENTITIES.get(subject.class_name, ("", None))
        if subject.class_name == _RETURNS_INPUT:
            because = (
                f"a mask reaches it, which {site.target} loses where a layer returns its input"
            )
            return as_companion(subject, site, f"{subject.class_name}V2", because)
        if not all(returning):
            raise Refused(
                "a mask reaches it, and it is called with training=False and without: "
                f"{site.target} loses the mask of the one call",
                hint=_HINT,
                source=change.source,
            )
        idle = f"{key}={value!r}" if key and subject.config.get(key) == value else ""
        called = f"{subject.class_name}({idle or 'training=False'})"
        site.note(
            Verdict.EXACT,
            f"LeakyReLU(alpha=1.0) in the place of {called}, at which {site.target} loses the mask",
            source=change.source,
        )
        kept = {k: v for k, v in subject.config.items() if k in ("name", "trainable", "dtype")}
        calls = tuple(Call(call.inputs) for call in subject.calls)
        config = {**kept, "alpha": 1.0}
        return replace(subject, class_name="LeakyReLU", config=config, calls=calls)


@declared
class LambdasHandMasksOn(Effect):
    """A tensor that a Lambda returns as it is given keeps its mask; in older releases it ends.

    Upward the function gets a copy to return (`keraport.lambdas.returned`).
    """

    alters_meaning = True


CHANGES = (
    Change(
        Kind.LAYER,
        ("Lambda",),
        key="mask",
        held="tf 2.0.., keras2 none",
        source=keras_file("2.3.0", "engine/base_layer.py"),
        effect=LambdasHandMasksOn(),
    ),
    Change(
        Kind.LAYER,
        ("*",),
        key="mask",
        held="tf 1.15..",
        source=keras_file("1.12.0", "engine/base_layer.py"),
        effect=MasksStopQuietly(),
    ),
    Change(
        Kind.LAYER,
        ("Activation", *_NOISE, _RETURNS_INPUT),
        key="mask",
        # Measured in 1.13.2 and 1.14.0, and in standalone Keras 2.0 to 2.3.
        held="tf 1.14.., keras2 1..",
        source=keras_file("1.12.0", "engine/base_layer.py"),
        effect=IdentitiesKeepMasks(),
    ),
)
