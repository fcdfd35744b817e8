"""Dtypes at a model's door: newer layers cast what they are given, older ones do not."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Meaning, Subject, configured
from keraport.changes.objects.policies import policy_name
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import TF_2_0
from keraport.model import Layer, Model
from keraport.report import Verdict

_FLOATS = frozenset({"float16", "float32", "float64", "bfloat16"})
_CASTS_INTEGERS = frozenset({"Dense"})
"""Layers that newer releases let take integers (``ops/core.py``, TF 2.3)."""
_TAKES_INDICES = frozenset({"Embedding"})


@dataclass(frozen=True, slots=True)
class CastsInputs(Meaning):
    """Layers cast what they are given to their own dtype (``Layer._maybe_cast_inputs``).

    At a model's door the cast is the same when the input tensor has the layers' dtype at once and
    the caller's array is converted as it is fed. Between layers older releases have no layer for
    it.
    """

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Give an input the dtype that the layers behind it compute in; refuse other casts."""
        if not isinstance(subject, Layer):
            return subject
        if site.wrapper is not None:
            _require_dtype(subject, site.wrapper, compute_dtype(site.wrapper), site, change.source)
        if site.model is None:
            return subject
        if subject.class_name != "InputLayer":
            _require_same_dtype(subject, site.model, site, change.source)
            return subject
        old, new = subject.config.get("dtype", "float32"), _door_dtype(subject, site.model)
        if old == new:
            return subject
        site.note(
            Verdict.EXACT,
            f"takes {new} instead of {old}: the layers behind it cast to {new} in the source, "
            f"and in {site.target} the array is converted as it is fed",
            source=change.source,
        )
        return configured(subject, {**subject.config, "dtype": new})


def _door_dtype(entry: Layer, model: Model) -> str:
    """The dtype that an input can have without a cast behind it; its own if there is none."""
    dtype = str(entry.config.get("dtype", "float32"))
    readers = _readers(entry, model)
    wanted = {compute_dtype(reader) for reader in readers}
    if any(reader.class_name in _TAKES_INDICES for reader in readers):
        return dtype
    return wanted.pop() if len(wanted) == 1 and wanted <= _FLOATS else dtype


def _require_same_dtype(layer: Layer, model: Model, site: Site, source: str) -> None:
    for giver in _givers(layer, model):
        is_input = giver.class_name == "InputLayer"
        given = _door_dtype(giver, model) if is_input else compute_dtype(giver)
        _require_dtype(layer, giver, given, site, source)


def _require_dtype(layer: Layer, giver: Layer, given: str, site: Site, source: str) -> None:
    own = compute_dtype(layer)
    casts = given in _FLOATS or layer.class_name in _CASTS_INTEGERS
    if own in _FLOATS and given != own and casts:
        raise Refused(
            f"computes in {own} what {giver.name} gives it in {given}: layers of "
            f"{site.target} do not cast",
            hint="build the whole model in one dtype",
            source=source,
        )


def _readers(layer: Layer, model: Model) -> list[Layer]:
    if model.is_sequential:
        return list(model.layers[_index(layer, model) + 1 :][:1])
    return [
        reader
        for reader in model.layers
        if any(ref.layer == layer.name for call in reader.calls for ref in call.refs())
    ]


def _givers(layer: Layer, model: Model) -> list[Layer]:
    if model.is_sequential:
        index = _index(layer, model)
        return [model.layers[index - 1]] if index else []
    names = {ref.layer for call in layer.calls for ref in call.refs()}
    return [giver for giver in model.layers if giver.name in names]


def _index(layer: Layer, model: Model) -> int:
    return [item.name for item in model.layers].index(layer.name)


def compute_dtype(layer: Layer) -> str:
    """The dtype of what a layer computes, as far as its config says."""
    if layer.model is not None:
        return compute_dtype(layer.model.layers[-1])
    name = policy_name(layer.config.get("dtype", "float32")) or "float32"
    return "float32" if name.startswith("mixed_") else name


CHANGES = (
    Change(
        Kind.LAYER,
        ("*",),
        key="dtype",
        since="tf2.3",
        source=TF_2_0,
        what=CastsInputs(),
    ),
)
