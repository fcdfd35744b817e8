"""Masks of what is merged: Keras 3 has made of them something else twice."""

from __future__ import annotations

from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.keras3.masks import masks_are_said
from keraport.changes.keras3.windows import BETWEEN, again_in, keras3_file, up_to
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Layer

MERGES: Final = (*("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"),)


_SET_MASKED_STEPS: Final = ("Maximum", "Minimum", "Multiply")
"""What puts something neutral in the place of masked steps, since Keras 3.4."""


@declared
class MergesMasks(Effect):
    """What is merged is masked where any input is.

    In Keras 3 it is where all are, and nowhere if one input has no mask.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class."""
        if not isinstance(subject, Layer) or not site.masked or site.wrapper is not None:
            return subject
        because = f"{site.target} masks what all inputs mask, {site.source} what any does"
        return _merging(change, subject, site, because)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where somebody looks at the mask that comes out: it would be another one.

        Masked steps themselves are others where they are multiplied or compared.
        """
        if not isinstance(subject, Layer) or not site.masked:
            return subject
        if subject.class_name in _SET_MASKED_STEPS and site.masked_steps_seen:
            raise Refused(
                f"a mask reaches it, and what it gives at masked steps is looked at: {site.source} "
                f"leaves masked steps out, and {site.target} computes with them",
                hint="take the mask away in the model",
                source=keras3_file(f"layers/merging/{subject.class_name.lower()}.py"),
            )
        if masks_are_said(site):
            return subject
        raise Refused(
            f"a mask reaches it: {site.source} masks what all inputs mask, {site.target} what any "
            "does",
            hint="take the mask away in the model",
            source=change.source,
        )


def _merging(change: Change, layer: Layer, site: Site, because: str) -> Layer:
    """The companion's class, which masks what any input masks.

    Raises:
        Refused: Concatenate along other axes than the last and that of the steps.
    """
    axis = config_of(layer).get("axis", -1)
    able = {-1, 1}
    for shape in site.all_input_shapes:
        able |= {len(shape) - 1, 1 - len(shape)} if shape else set()
    if layer.class_name == "Concatenate" and axis not in able:
        raise Refused(
            f"axis={axis!r}, and a mask reaches it: not supported yet",
            hint="take the mask away in the model",
            source=change.source,
        )
    return as_companion(layer, site, f"{layer.class_name}V2", because)


@declared
class PassesMasksOn(Effect):
    """What is merged may be masked; in Keras 3.0 to 3.3 masks end at a merge."""

    alters_meaning = True
    renames_last = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class, for what releases before Keras 3 mask; refuse another mask."""
        if not isinstance(subject, Layer) or not site.masked:
            return subject
        # Between releases of Keras 3, or inside a wrapper, nothing stands for it.
        if site.source.has("has-operations") or site.wrapper is not None:
            return self.to_hub(change, subject, site)
        return _merging(change, subject, site, f"masks end at a merge in {site.target}")

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse a mask."""
        if not isinstance(subject, Layer) or not site.masked:
            return subject
        raise Refused(
            f"a mask reaches it, which {self._says(change, site)}",
            hint="take the mask away in the model, or put Masking behind the layer",
            source=change.source,
        )

    @staticmethod
    def _says(change: Change, site: Site) -> str:
        ends, other = site.target, site.source
        if change.held_by(ends):
            ends, other = other, ends
        return f"ends there in {ends}, and does not in {other}"


@declared
class TakesMasks(Effect):
    """A mask of steps may reach attention; up to Keras 3.11 its call fails then."""

    alters_meaning = True
    renames_last = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class where a mask arrives; refuse one that it is called with."""
        if not isinstance(subject, Layer):
            return subject
        given = any(call.arguments.get("mask") is not None for call in subject.calls)
        if not (site.masked or given):
            return subject
        because = f"a mask reaches it, with which it cannot be called in {site.target}"
        if site.wrapper is None and not given:
            return as_companion(subject, site, f"{subject.class_name}ShapedByCall", because)
        raise Refused(because, hint="take the mask away in the model", source=change.source)


CHANGES = (
    Change(
        Kind.LAYER,
        ("Attention", "AdditiveAttention"),
        key="mask",
        held=again_in("3.12"),
        source=keras3_file("layers/attention/attention.py", "3.11.3"),
        effect=TakesMasks(),
    ),
    Change(
        Kind.LAYER,
        MERGES,
        key="supports_masking",
        held=again_in("3.4"),
        source=keras3_file("layers/merging/base_merge.py", "3.3.3"),
        effect=PassesMasksOn(),
    ),
    Change(
        Kind.LAYER,
        MERGES,
        key="mask",
        held=up_to("3.3"),
        source=keras3_file("layers/merging/base_merge.py"),
        effect=MergesMasks(),
        drift=f"0.40 of the largest output {BETWEEN}: a ConvLSTM2D behind Add",
    ),
)
