"""How layers are called."""

from __future__ import annotations

from dataclasses import dataclass, replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Meaning, Subject
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Call, Layer, TensorRef
from keraport.model.graph import find_refs
from keraport.report import Verdict


@dataclass(frozen=True, slots=True)
class TensorArguments(Meaning):
    """Keyword arguments of a call may be tensors, such as ``mask=``; older loaders take names."""

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Let a layer put such a mask on the input; refuse other arguments."""
        if isinstance(subject, Layer):
            if subject.model is None and _is_given_masks(subject):
                return _masked_before(subject, site)
            for call in subject.calls:
                for key, value in call.arguments.items():
                    if find_refs(value):
                        raise Refused(
                            f"is called with a tensor for {key}: {site.target} cannot load that",
                            hint=f"give {key} as an input of the layer, or let a layer make it",
                            source=change.source,
                        )
        return subject


def _is_given_masks(layer: Layer) -> bool:
    """True if every call has the one argument ``mask``, a tensor, for its first input."""
    return bool(layer.calls) and all(
        set(call.arguments) == {"mask"} and isinstance(call.arguments["mask"], TensorRef)
        for call in layer.calls
    )


def _masked_before(layer: Layer, site: Site) -> Expansion:
    """The mask, an input more, is put on the layer's first input by a layer before it."""
    site.companion(_WITH_MASK)
    site.note(Verdict.EXACT, f"{_WITH_MASK} before it puts the mask of the call on its input")
    name = f"{layer.name}_with_mask"
    given = len(layer.calls[0].refs())
    config = {"name": name, "trainable": True, "dtype": layer.config.get("dtype")}
    first, mask = TensorRef(INPUT, 0, 0), TensorRef(INPUT, 0, given - 1)
    masked = Layer(name, _WITH_MASK, config, (Call([first, mask]),))
    others = [TensorRef(INPUT, 0, index) for index in range(1, given - 1)]
    main = replace(layer, calls=(Call([TensorRef(name, 0, 0), *others]),))
    outputs = tuple(TensorRef(layer.name, 0, index) for index in range(_MOST_OUTPUTS))
    return Expansion((masked, main), outputs)


_WITH_MASK = "WithMask"
_MOST_OUTPUTS = 16
"""Outputs of a layer that are looked for; LSTM has three, Bidirectional seven."""

CHANGES = (
    Change(
        Kind.LAYER,
        ("*",),
        key="call",
        since="tf2.3",
        source=keras_file("2.3.0", "engine/functional.py"),
        what=TensorArguments(),
    ),
)
