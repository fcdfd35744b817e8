"""What becomes of a mask where a layer casts the tensor that it comes with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import again_in, keras3_file
from keraport.changes.objects.policies import policy_name
from keraport.changes.site import CallDtypes, Expansion, Refused, Site
from keraport.model import Layer, Model

HINT: Final = "use one dtype for the layer and for those before it, and save the model again"


def casts(layer: Layer, model: Model, dtypes: Sequence[CallDtypes]) -> bool:
    """True if a layer of a model casts what it is given in some of its calls.

    Args:
        layer: one of the model's.
        model: in the hub's words.
        dtypes: of its calls (`keraport.analysis.dtypes.infer_dtypes`).
    """
    if any(any(call.casts) for call in dtypes):
        return True
    # Mixed policies are as older releases have them there: float32.
    mixed = {item.name: _mixed(item) for item in model.layers}
    givers = {mixed.get(ref.layer, "") for call in layer.calls for ref in call.refs()}
    return bool(givers - {_mixed(layer)})


def _mixed(layer: Layer) -> str:
    name = policy_name(layer.config.get("dtype")) or ""
    return name if name.startswith("mixed_") else ""


@declared
class HandsMasksThroughCasts(Effect):
    """A layer that casts what it is given takes the mask of it; without the change there is none.

    Measured with Masking in float32 before a GRU in float64 and in mixed_float16, in Keras 3.0 to
    3.15: 3.5 to 3.13 compute without the mask. Files of 3.10 and later do not say it in the call,
    whether it reaches the layer or not (`keraport.surgery.recorded_masks`).
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse such a cast where a mask arrives."""
        if not isinstance(subject, Layer) or not site.masked or site.model is None:
            return subject
        if not casts(subject, site.model, site.dtypes):
            return subject
        raise Refused(
            f"a mask reaches it where it casts what it is given, and {site.target} loses it there",
            hint=HINT,
            source=change.source,
        )


CHANGES: Final = (
    Change(
        Kind.LAYER,
        ("*",),
        key="mask",
        held=f"{again_in('3.14')}, keras3 ..3.4",
        source=keras3_file("layers/layer.py"),
        effect=HandsMasksThroughCasts(),
    ),
)
