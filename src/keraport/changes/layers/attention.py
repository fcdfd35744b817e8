"""Attention and AdditiveAttention."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, without
from keraport.changes.combinators import Added, Cosmetic, NewClass
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import NEW, keras3_file
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Call, Config, Layer, TensorRef, Value
from keraport.model.graph import find_refs
from keraport.report import Verdict

_NAMES = ("AdditiveAttention", "Attention")
_RANK = 3
"""The rank that ``Dot`` multiplies as ``Attention`` does."""


def _attention(layer: Layer, site: Site) -> Layer | Expansion:
    """Dot, Softmax and Dot where nothing else happens; else the companion's class."""
    if not _is_plain(layer, site):
        return as_companion(layer, site, layer.class_name, "there are no attention layers")
    site.note(
        Verdict.EQUIVALENT,
        "rewritten as Dot (queries with keys), Softmax and Dot (with values), which has its name",
    )
    key = TensorRef(INPUT, 0, len(layer.calls[0].refs()) - 1)
    scores, weights = f"{layer.name}_scores", f"{layer.name}_weights"
    parts = [
        _part(layer, scores, "Dot", [TensorRef(INPUT, 0, 0), key], axes=[2, 2], normalize=False),
        _part(layer, weights, "Softmax", [TensorRef(scores, 0, 0)], axis=-1),
    ]
    dropout = layer.config.get("dropout", 0.0)
    if dropout:
        dropped = f"{layer.name}_dropout"
        parts.append(_part(layer, dropped, "Dropout", [TensorRef(weights, 0, 0)], rate=dropout))
        weights = dropped
    values = [TensorRef(weights, 0, 0), TensorRef(INPUT, 0, 1)]
    parts.append(_part(layer, layer.name, "Dot", values, axes=[2, 1], normalize=False))
    return Expansion(tuple(parts), (TensorRef(layer.name, 0, 0),))


def _part(like: Layer, name: str, class_name: str, refs: list[TensorRef], **config: Value) -> Layer:
    common: Config = {"name": name, "trainable": True, "dtype": like.config.get("dtype")}
    return Layer(name, class_name, {**common, **config}, (Call(refs),))


def _is_plain(layer: Layer, site: Site) -> bool:
    """True if it multiplies matrices and does nothing else with them."""
    config = layer.config
    words = ("use_scale", "causal", "scores")
    if layer.class_name != "Attention" or any(map(config.get, words)):
        return False
    if config.get("score_mode", "dot") != "dot":
        return False
    counts = {len(call.refs()) for call in layer.calls}
    called_alike = len(counts) == 1 and not any(call.arguments for call in layer.calls)
    ranks = {None if shape is None else len(shape) for shape in site.all_input_shapes}
    return site.wrapper is None and not site.masked and called_alike and ranks == {_RANK}


@declared
class MasksAsArgument(Effect):
    """The masks may be given as the argument ``mask``: tensors in a call, which older loaders lack.

    The companion's class takes them as further inputs.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Make inputs of the masks."""
        if not isinstance(subject, Layer) or site.api.find(Kind.LAYER, subject.class_name):
            return subject
        given = {_given(call.arguments.get("mask")) for call in subject.calls}
        if given in (set(), {()}) or len(given) != 1:
            return subject
        (masks,) = given
        config = {**subject.config, "masks": list(masks)}
        site.note(Verdict.EXACT, "takes the masks of its call as further inputs")
        return replace(subject, config=config, calls=tuple(map(_with_masks, subject.calls)))


def _with_masks(call: Call) -> Call:
    inputs = [*find_refs(call.inputs), *find_refs(call.arguments["mask"])]
    return Call(inputs, without(call.arguments, "mask"))


def _given(masks: Value) -> tuple[bool, ...]:
    """Which of the masks of queries and of values a call is given; () if none."""
    if not isinstance(masks, list) or not find_refs(masks):
        return ()
    return tuple(isinstance(mask, TensorRef) for mask in masks)


@declared
class AddedDropout(Added):
    """A keyword of classes that some older releases lack altogether."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Drop 0; refuse other rates where the target has the class without the keyword."""
        if site.api.find(Kind.LAYER, subject.class_name) is None:
            return subject
        return Added.to_release(self, change, subject, site)


@declared
class CausalInConfig(Effect):
    """Whether attention is causal stands in the config; without the change, in each call."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Into the config, where all calls agree."""
        if not isinstance(subject, Layer) or not subject.calls or change.key in subject.config:
            return subject
        if not all(call.arguments.get(_IN_CALL) is True for call in subject.calls):
            return subject
        site.note(Verdict.EXACT, f"{_IN_CALL}=True of its calls is causal=True there")
        calls = tuple(replace(c, arguments=without(c.arguments, _IN_CALL)) for c in subject.calls)
        return replace(subject, config={**subject.config, change.key: True}, calls=calls)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Into the calls, for from the config it is read and not saved again."""
        causal = config_of(subject).get(change.key)
        if not isinstance(subject, Layer) or causal is None:
            return subject
        plain = subject.with_config(without(subject.config, change.key))
        if not causal:
            site.note(Verdict.EXACT, f"causal=False left out: {site.target} is told by each call")
            return plain
        site.note(Verdict.EXACT, f"causal=True is {_IN_CALL}=True of its calls there")
        calls = tuple(replace(c, arguments={**c.arguments, _IN_CALL: True}) for c in plain.calls)
        return replace(plain, calls=calls)


@declared
class AsksInCalls(Effect):
    """A call may ask for causal attention, and for the scores; without the change none may."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Give the scores in a companion's class; refuse what only some calls ask for."""
        if not isinstance(subject, Layer):
            return subject
        asked = {
            name: {bool(call.arguments.get(name)) for call in subject.calls} for name in _ASKED
        }
        if True in asked[_IN_CALL] or len(asked[_SCORES]) > 1:
            name = _IN_CALL if True in asked[_IN_CALL] else _SCORES
            raise Refused(
                f"{name}=True in only some of its calls: not supported yet",
                hint="use one layer for the calls with it, and one for the others",
                source=change.source,
            )
        calls = tuple(
            replace(call, arguments=without(call.arguments, *_ASKED)) for call in subject.calls
        )
        layer = replace(subject, calls=calls)
        if True not in asked[_SCORES]:
            return layer
        return _newer(layer.with_config({**layer.config, "scores": True}), site)


def _newer(layer: Layer, site: Site) -> Layer:
    """The companion's class, which does what that of the target does not."""
    if site.api.find(Kind.LAYER, layer.class_name) is None:
        return layer
    because = f"attention of {site.target} gives no scores, and does not add for them"
    return as_companion(layer, site, f"{layer.class_name}V2", because)


@declared
class ScaledAsQueries(Effect):
    """The scale has an entry for each feature of the queries; without the change, of the values."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class, where the two may differ."""
        if not isinstance(subject, Layer) or not subject.config.get("use_scale", True):
            return subject
        if all(len(find_refs(call.inputs)) < _WITH_KEYS for call in subject.calls):
            return subject
        queries, values = (site.all_input_shapes or (None, None))[:2]
        if queries is not None and values is not None and queries[-1] == values[-1] is not None:
            return subject
        if site.api.find(Kind.LAYER, subject.class_name) is None:
            return subject
        because = f"that of {site.target} has a scale for each feature of the values"
        plain = subject.with_config(without(subject.config, "seed"))
        return as_companion(plain, site, "AdditiveAttentionV2", because)


@declared
class MasksBesideKeys(Effect):
    """Masks may arrive where queries, values and keys are given; without the change it raises."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class, which passes over the mask of the keys."""
        if not isinstance(subject, Layer) or subject.class_name not in _NAMES or not site.masked:
            return subject
        if all(len(find_refs(call.inputs)) < _WITH_KEYS for call in subject.calls):
            return subject
        if site.api.find(Kind.LAYER, subject.class_name) is None:
            return subject
        because = f"that of {site.target} takes no masks beside three inputs"
        return as_companion(subject, site, f"{subject.class_name}V2", because)


_WITH_KEYS = 3
_IN_CALL = "use_causal_mask"
_SCORES = "return_attention_scores"
_ASKED = (_IN_CALL, _SCORES)
"""Arguments of a call."""

CHANGES = (
    *(
        Change(
            Kind.LAYER,
            ("MultiHeadAttention",),
            key=key,
            held="tf 2.5..",
            source=own_keras_file("2.15.0", "layers/attention/multi_head_attention.py"),
            effect=Cosmetic("the layer is built by what it is called with"),
        )
        for key in ("query_shape", "key_shape", "value_shape")
    ),
    Change(
        Kind.LAYER,
        _NAMES,
        key="causal",
        held="tf ..2.9",
        source=own_keras_file("2.15.0", "layers/attention/base_dense_attention.py"),
        effect=CausalInConfig(),
    ),
    Change(
        Kind.LAYER,
        _NAMES,
        key="call",
        held="tf 2.10..",
        source=own_keras_file("2.15.0", "layers/attention/base_dense_attention.py"),
        effect=AsksInCalls(),
    ),
    Change(
        Kind.LAYER,
        ("Attention",),
        key="score_mode",
        held="tf 2.9..",
        source=own_keras_file("2.15.0", "layers/attention/attention.py"),
        effect=Added(neutral="dot", otherwise=_newer),
    ),
    Change(
        Kind.LAYER,
        _NAMES,
        key="mask",
        held="tf 2.3..",
        source=keras_file("2.3.0", "engine/functional.py"),
        effect=MasksAsArgument(),
    ),
    Change(
        Kind.LAYER,
        _NAMES,
        key="dropout",
        held="tf 2.2..",
        source=keras_file("2.3.0", "layers/dense_attention.py"),
        effect=AddedDropout(neutral=0.0, because="its attention has no dropout"),
    ),
    Change(
        Kind.LAYER,
        _NAMES,
        held="tf 1.15..1.15, tf 2.1..",
        source=keras_file("1.15.5", "layers/dense_attention.py"),
        effect=NewClass(otherwise=_attention),
    ),
    Change(
        Kind.LAYER,
        _NAMES,
        key="masks",
        held="tf 2.4..",
        source=keras_file("2.3.0", "layers/dense_attention.py"),
        effect=MasksBesideKeys(),
    ),
    Change(
        Kind.LAYER,
        ("AdditiveAttention",),
        key="scale",
        held=NEW,
        source=keras3_file("layers/attention/additive_attention.py"),
        effect=ScaledAsQueries(),
    ),
    Change(
        Kind.LAYER,
        # A companion's class may have taken its place already, which does not have this keyword.
        (*_NAMES, *(f"{name}V2" for name in _NAMES)),
        key="seed",
        held="tf 2.8..",
        source=own_keras_file("2.15.0", "layers/attention/base_dense_attention.py"),
        effect=Cosmetic("it only says what is dropped while training"),
    ),
)
