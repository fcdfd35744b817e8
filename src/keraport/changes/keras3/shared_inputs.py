"""Inputs of a model that layers read in dtypes of their own.

Up to 3.4, a layer of Keras 3 that casts an ``Input`` changes the dtype of the ``Input`` itself
(``DTypePolicy.convert_input``), so that the model casts what it is fed for all of its layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import again_in, keras3_file
from keraport.changes.layers.dtype_rules import FLOATS, own_dtype
from keraport.changes.objects.policies import policy_name
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Layer, Model
from keraport.model.graph import find_refs

_EXACT: Final = frozenset({"float32", "float64"})
"""Between these a cast loses no more than float32 rounds."""


@declared
class CastsForItself(Effect):
    """A layer casts what it reads for itself alone; without the change for all readers."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse an input whose readers would no longer be given what they are given."""
        self._check(change, subject, site, f"in {site.target} one of them casts it for all")
        return subject

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The same the other way round."""
        self._check(change, subject, site, f"in {site.source} one of them casts it for all")
        return subject

    @staticmethod
    def _check(change: Change, subject: Subject, site: Site, because: str) -> None:
        model = site.model
        if not isinstance(subject, Layer) or model is None or model.is_sequential:
            return
        given = policy_name(subject.config.get("dtype", "float32")) or "float32"
        if given not in FLOATS:
            return
        read = {dtype or given for dtype in _dtypes_read(subject, model)}
        rounded = given not in _EXACT and read != {given}
        if not rounded and (len(read) < 2 or read <= _EXACT):
            return
        raise Refused(
            f"it is {given}, and its readers take it as {', '.join(sorted(read))}: {because}",
            hint="give each of them a separate Input",
            source=change.source,
        )


def _dtypes_read(layer: Layer, model: Model) -> Iterator[str]:
    """The dtype that each reader casts an input to; empty where it casts nothing."""
    for reader in model.layers:
        if any(ref.layer == layer.name for call in reader.calls for ref in call.refs()):
            yield _cast_to(reader)
    if any(ref.layer == layer.name for ref in find_refs(model.outputs)):
        yield ""


def _cast_to(reader: Layer) -> str:
    if reader.model is None:
        policy = policy_name(reader.config.get("dtype", "float32")) or "float32"
        own = policy.removeprefix("mixed_") if policy.startswith("mixed_") else own_dtype(reader)
        return own if own in FLOATS else ""
    if not reader.model.is_sequential or not reader.model.layers:
        return ""
    # A Sequential casts to the dtype of its Input, a graph leaves that to each of its own.
    first = reader.model.layers[0]
    dtype = policy_name(first.config.get("dtype", "float32")) or "float32"
    return dtype if first.class_name == "InputLayer" else ""


CHANGES: Final = (
    Change(
        Kind.LAYER,
        ("InputLayer",),
        key="dtype",
        held=again_in("3.5"),
        source=keras3_file("dtype_policies/dtype_policy.py", "3.4.1"),
        effect=CastsForItself(),
    ),
)
