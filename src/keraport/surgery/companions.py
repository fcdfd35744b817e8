"""The way back: layers of a companion become the built-in layers that they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from keraport import hub
from keraport.catalog.api import Api, Kind
from keraport.catalog.releases import Release, release_with
from keraport.changes import between
from keraport.changes.operations.node import operation_name
from keraport.companion.sources_of import available
from keraport.model import KERAS, Call, Config, Layer, Model, Object, Value
from keraport.model.graph import find_refs, walk
from keraport.report import Journal, Note, Verdict

_OWN_KEYWORDS = {"Discretization": ("gives",), "Hashing": ("gives",)}
"""Keywords of companions that write down what the built-in layer does anyway."""

_ARGUMENTS = {"CategoryEncoding": "count_weights"}
"""Arguments of a call that a companion takes as a second input."""

_OF_TF_KERAS = frozenset({"tf1", "tf2", "tf2.0"})
"""Companions in the words of one of these are run by releases of the others."""

_CALLED_OTHERWISE = frozenset(
    {
        *("AdditiveAttentionV2", "AttentionV2", "CategoryEncodingV2", "HashingV2"),
        *("IntegerLookupV2", "MultiHeadAttentionByEinsum"),
        *(
            "MultiHeadAttention",
            "SlicingOpLambda",
            "SlicingOpLambdaV2",
            "SoftmaxV2",
            "StringLookupV2",
            "TFOpLambda",
        ),
        *("TFOpLambdaV2", "TextVectorizationV2"),
    }
)
"""Companions that take as inputs or keywords what the built-in class takes in its calls, or that do
more than the built-in class of some releases that have one."""

_ALWAYS: Mapping[str, Mapping[str, Value]] = {
    "MaxPoolWithArgmax": {"include_batch_in_index": {"b": True}},
}
"""Operations: what TF 1.12 always does, and newer releases only if they are told."""


def refuse_other_meanings(
    model: Model, companions: frozenset[str], target: Release, api: Api, journal: Journal
) -> None:
    """Refuse layers of a companion whose built-in class is not what it was when that was written.

    Companions do what the release does that the hub began with. Where a class of that name takes
    other keywords, or computes something else, it cannot take the place of the companion's.

    Args:
        model: for the target.
        companions: names that the companion of an earlier conversion defines.
        target: the release to be written for.
        api: what it has.
        journal: takes the refusals.
    """
    began = release_with("spells-as-the-hub")
    steps = between(began, target)
    for path, layer in walk(model) if companions else ():
        name = built_in(layer.class_name, api) if layer.class_name in companions else None
        about = steps.about(Kind.LAYER, name) if name is not None else ()
        otherwise = name is not None and layer.class_name in _CALLED_OTHERWISE
        if not otherwise and not any(
            name in step.names and step.change.held_by(began) != step.change.held_by(target)
            for step in about
        ):
            if name is not None and name != layer.class_name:
                same = f"{layer.class_name} of the companion rewritten as {name} of {target}"
                journal.note(path, Note(Verdict.EXACT, same))
            continue
        text = (
            f"{layer.class_name} of the companion is not called as {name} of {target} is"
            if otherwise
            else f"{layer.class_name} of the companion does what {name} of {began} does, and "
            f"{name} of {target} is another one"
        )
        hint = f"convert the file that was there before the companion, for {target}"
        journal.note(path, Note(Verdict.REFUSED, text, hint))


def built_in(name: str, api: Api) -> str | None:
    """What the release calls the object that a companion defines as `name`; None if it lacks it.

    Companions of classes that their own release has, too, are called after them with a mark
    (`keraport.hub.MARKS`).
    """
    # Some releases know a name with a V2, too, which the companion would take when it is imported.
    for spelling in (hub.stock_name(name), name):
        if any(api.find(kind, spelling) is not None for kind in Kind):
            return spelling
    return None


def still_needed(names: Iterable[str], api: Api) -> frozenset[str]:
    """Of a companion's objects, those that the release does not have."""
    return frozenset(name for name in names if built_in(name, api) is None)


def written_again(
    model: Model,
    names: Iterable[str],
    source: Release,
    target: Release,
    api: Api,
    journal: Journal,
) -> tuple[frozenset[str], frozenset[str]]:
    """Of a companion's objects, those that the companion for the target has to define as well.

    With them those that no companion for the target has, and that stay what they are: it runs what
    is written for the source.

    Args:
        model: for the target, with the release's own classes where it has them.
        names: that the companion of an earlier conversion defines.
        source: the release that this companion was written for.
        target: the release to be written for.
        api: what it has.
        journal: takes the refusals of those that no companion for the target has.
    """
    needed, offered = still_needed(names, api), available(target.companion_api)
    found: set[str] = set()
    kept: set[str] = set()
    runs = {source.companion_api, target.companion_api} <= _OF_TF_KERAS
    for path, layer in walk(model) if needed else ():
        for name in sorted(needed.intersection(_named(layer))):
            if name in offered or runs:
                (found if name in offered else kept).add(name)
                continue
            text = f"{name} of the companion: no companion for {target} has it"
            hint = f"convert the file that was there before the companion, for {target}"
            journal.note(path, Note(Verdict.REFUSED, text, hint))
    return frozenset(found), frozenset(kept)


def _named(item: Value) -> Iterator[str]:
    """Classes and functions that a layer names, as far down as there are layers and objects."""
    if isinstance(item, str):
        yield item
    elif isinstance(item, Layer | Object):
        yield item.class_name
        yield from _named(item.config)
    elif isinstance(item, Mapping):
        for value in item.values():
            yield from _named(value)
    elif isinstance(item, list | tuple):
        for value in item:
            yield from _named(value)


def with_built_ins(model: Model, companions: frozenset[str], api: Api) -> Model:
    """The model with layers of a companion in the release's own classes where it has them.

    Args:
        model: in the words of the release.
        companions: names that the companion of an earlier conversion defines.
        api: what the release has.
    """
    if not companions:
        return model
    return replace(model, layers=tuple(_layer(layer, companions, api) for layer in model.layers))


def _layer(layer: Layer, companions: frozenset[str], api: Api) -> Layer:
    if layer.model is not None:
        return replace(layer, model=with_built_ins(layer.model, companions, api))
    name = built_in(layer.class_name, api) if layer.class_name in companions else None
    own = () if name is None else _OWN_KEYWORDS.get(layer.class_name, ())
    config: Config = {
        key: _value(value, companions, api) for key, value in layer.config.items() if key not in own
    }
    if name is None:
        return replace(layer, config=config)
    if layer.class_name == "TensorFlowOpLayer":
        config = _with_attributes(config)
    calls = tuple(_as_called(call, _ARGUMENTS.get(layer.class_name)) for call in layer.calls)
    return replace(layer, class_name=name, config=config, calls=calls, package=KERAS, extra={})


def _with_attributes(config: Config) -> Config:
    """The config of an operation that says what the older release did unasked."""
    node = config.get("node_def")
    if not isinstance(node, Mapping) or operation_name(config) not in _ALWAYS:
        return config
    attributes = {**_ALWAYS[operation_name(config)], **node.get("attr", {})}
    return {**config, "node_def": {**node, "attr": attributes}}


def _as_called(call: Call, argument: str | None) -> Call:
    """The call with its second input as an argument of that name."""
    given = find_refs(call.inputs)
    if argument is None or len(given) != 2:
        return call
    return Call([given[0]], {**call.arguments, argument: given[1]})


def _value(value: Value, companions: frozenset[str], api: Api) -> Value:
    if isinstance(value, Layer):
        return _layer(value, companions, api)
    if isinstance(value, list):
        return [_value(item, companions, api) for item in value]
    return value
