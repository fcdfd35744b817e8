"""Dtypes at a model's door: newer layers cast what they are given, older ones do not."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Subject, config_of, configured
from keraport.changes.objects.policies import policy_name
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import TF_2_0
from keraport.model import Layer, Model
from keraport.report import Verdict

_FLOATS = frozenset({"float16", "float32", "float64", "bfloat16"})
_TAKES_INDICES = frozenset({"Embedding"})


@dataclass(frozen=True, slots=True)
class CastsInputs:
    """Layers cast their inputs to their own dtype (``Layer._maybe_cast_inputs``).

    The cast is the same when the input tensor has the layers' dtype at once and the caller's array
    is converted as it is fed.
    """

    def up(self, change: Change, subject: Subject) -> Subject:  # noqa: ARG002
        """Nothing: where no cast was needed, none takes place."""
        return subject

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Give the input the dtype that the layers behind it compute in."""
        config = config_of(subject)
        dtype = config.get("dtype", "float32")
        if site.model is None or not isinstance(subject, Layer):
            return subject
        readers = _readers(subject, site.model)
        wanted = {_compute_dtype(reader) for reader in readers}
        if any(reader.class_name in _TAKES_INDICES for reader in readers):
            return subject
        if len(wanted) != 1 or wanted == {dtype} or not wanted <= _FLOATS:
            return subject
        (new,) = wanted
        site.note(
            Verdict.EXACT,
            f"takes {new} instead of {dtype}: the layers behind it cast to {new} in the source, "
            f"and in {site.target} the array is converted as it is fed",
            source=change.source,
        )
        return configured(subject, {**config, "dtype": new})


def _readers(layer: Layer, model: Model) -> list[Layer]:
    if model.is_sequential:
        index = [item.name for item in model.layers].index(layer.name)
        return list(model.layers[index + 1 : index + 2])
    return [
        reader
        for reader in model.layers
        if any(ref.layer == layer.name for call in reader.calls for ref in call.refs())
    ]


def _compute_dtype(layer: Layer) -> str:
    if layer.model is not None:
        return _compute_dtype(layer.model.layers[0])
    name = policy_name(layer.config.get("dtype", "float32")) or "float32"
    return "float32" if name.startswith("mixed_") else name


CHANGES = (
    Change(
        Kind.LAYER,
        ("InputLayer",),
        key="dtype",
        since="tf2.3",
        source=TF_2_0,
        what=CastsInputs(),
    ),
)
