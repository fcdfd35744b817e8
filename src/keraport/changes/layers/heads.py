"""MultiHeadAttention (TF 2.4 and later)."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, without
from keraport.changes.combinators import NewClass
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Call, Layer
from keraport.model.graph import find_refs
from keraport.report import Verdict

_SOURCE = own_keras_file("2.15.0", "layers/attention/multi_head_attention.py")
_TENSORS = ("value", "key", "attention_mask")
"""Arguments of a call that are tensors, in the order in which the companion takes them."""
_FLAGS = {"use_causal_mask": "causal", "return_attention_scores": "scores"}
"""Arguments of a call, and the companion's keywords for them."""
_SHAPES = ("query_shape", "key_shape", "value_shape")
"""What is built from, and the companion sees for itself."""


def _heads(layer: Layer, site: Site) -> Layer:
    because = f"attention of {site.target} has one head, and no kernels"
    return heads_of_companion(layer, site, layer.class_name, because)


def heads_of_companion(layer: Layer, site: Site, name: str, because: str) -> Layer:
    """A companion's class, which takes a list of tensors, and what calls ask for as keywords."""
    asked = {_asked(call) for call in layer.calls}
    if len(asked) != 1:
        raise Refused(
            "it is called with other arguments each time, or in no graph of layers: not supported "
            "yet",
            hint="use one layer for each way of calling it",
            source=_SOURCE,
        )
    ((given, flags),) = asked
    config = {**without(layer.config, *_SHAPES), "given": list(given)}
    config |= {_FLAGS[name]: True for name in flags}
    calls = tuple(_as_list(call, given) for call in layer.calls)
    return as_companion(
        replace(layer, config=config, calls=calls),
        site,
        name,
        because,
        verdict=Verdict.EQUIVALENT,
    )


def _asked(call: Call) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which tensors a call gives behind the queries, and what it asks for."""
    given = tuple(name for name in _TENSORS if find_refs(call.arguments.get(name)))
    return given, tuple(name for name in _FLAGS if call.arguments.get(name))


def _as_list(call: Call, given: tuple[str, ...]) -> Call:
    inputs = [*find_refs(call.inputs)]
    for name in given:
        inputs += find_refs(call.arguments[name])
    return Call(inputs, without(call.arguments, *_TENSORS, *_FLAGS))


@declared
class HeedsMasks(Effect):
    """Masks of what it is called with leave steps out, and a call may ask for a causal one.

    Without the change only an ``attention_mask`` that a call is given does.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where there is such a mask."""
        if not isinstance(subject, Layer):
            return subject
        if any(call.arguments.get("use_causal_mask") for call in subject.calls):
            raise Refused(
                f"a call sets use_causal_mask, which {site.target} does not support",
                hint="give it the mask: attention_mask=...",
                source=change.source,
            )
        calls = tuple(
            Call(call.inputs, without(call.arguments, "use_causal_mask")) for call in subject.calls
        )
        return replace(self._unmasked(change, subject, site), calls=calls)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The same the other way round."""
        if not isinstance(subject, Layer):
            return subject
        return self._unmasked(change, subject, site)

    @staticmethod
    def _unmasked(change: Change, layer: Layer, site: Site) -> Layer:
        if not site.masked:
            return layer
        raise Refused(
            f"a mask reaches it, which one of {site.source} and {site.target} uses and the other "
            "does not",
            hint="give it the mask, attention_mask=..., and keep that of the steps from it",
            source=change.source,
        )


CHANGES = (
    Change(
        Kind.LAYER,
        ("MultiHeadAttention",),
        key="mask",
        # Before 2.4 the companion stands for the class, and does as the newest.
        held="tf ..2.3, tf 2.10..",
        source=own_keras_file("2.10.0", "layers/attention/multi_head_attention.py"),
        effect=HeedsMasks(),
    ),
    Change(
        Kind.LAYER,
        ("MultiHeadAttention",),
        held="tf 2.4..",
        source=_SOURCE,
        effect=NewClass(otherwise=_heads),
    ),
)
