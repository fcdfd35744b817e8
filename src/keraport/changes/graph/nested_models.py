"""Models in models: what older releases cannot do with them, so that they are taken apart.

Taking a nested model apart means that its layers become layers of the model around it
(`keraport.surgery.unnest`), which changes no tensor. Where that cannot be done, because whose each
of its weights is cannot be told, it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.combinators import Unchanged
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import again_in, keras3_file
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Layer
from keraport.model.graph import find_refs, walk

_MODELS = ("Functional", "Sequential")


@declared
class NeedsUnnesting(Effect):
    """Something that nested models can do here, and elsewhere only layers outside of them.

    Args:
        reason: what the target cannot do with this nested model at this place; empty if all is
            well. It is asked while the model is nested, and again of what could not be helped.
        hint: the workaround where the layers cannot be taken out of the model.
    """

    alters_meaning = True

    reason: Callable[[Layer, Site], str]
    hint: str = "take the layers of the nested model into the model around it"

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Put the layers of the nested model in its place; refuse where that is impossible."""
        if not isinstance(subject, Layer) or subject.model is None or site.wrapper is not None:
            return subject
        reason = self.reason(subject, site)
        if reason:
            raise Refused(reason, hint=self.hint, source=change.source)
        return subject


@declared
class MasksLeaveModels(Effect):
    """A mask that is made inside a nested model goes on behind it; without the change it is lost.

    Layers that skip masked steps behind it see all steps there.
    """

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse what the source release computes without the mask."""
        if not isinstance(subject, Layer) or subject.model is None or not site.gives_mask:
            return subject
        raise Refused(
            f"a mask is made inside it, which {site.source} loses behind it and {site.target} does "
            "not",
            hint="set mask_zero=False in the Embedding inside it, or take Masking out, if nothing "
            "in the model itself uses the mask",
            source=change.source,
        )


@declared
class MasksEnterModels(Unchanged):
    """A model inside a wrapper, which cannot be taken apart, takes the masks of its inputs."""

    alters_meaning = True

    companion: ClassVar[str] = "InputLayerV2"
    """The companion's class of inputs that take masks."""


def _masked(_layer: Layer, site: Site) -> str:
    if not site.masked:
        return ""
    return f"a mask reaches it, and nested models of {site.target} take none"


def _gives_mask(_layer: Layer, site: Site) -> str:
    if not site.gives_mask:
        return ""
    return f"a mask that is made inside it goes on behind it, and {site.target} loses it"


def _given_masks(layer: Layer, site: Site) -> str:
    if not any(find_refs(call.arguments.get("mask")) for call in layer.calls):
        return ""
    return f"is called with a tensor for mask: {site.target} cannot load that"


def _given_too_little(layer: Layer, site: Site) -> str:
    if layer.model is None or layer.model.is_sequential:
        return ""
    wanted = len(find_refs(layer.model.inputs))
    in_stack = site.model is not None and site.model.is_sequential
    given = [1] if in_stack else [len(find_refs(call.inputs)) for call in layer.calls]
    if all(count == wanted for count in given):
        return ""
    return f"has {wanted} inputs and is called with {given[0]}: {site.target} wants them all"


def _told_of_training(layer: Layer, site: Site) -> str:
    if all(call.arguments.get("training") is None for call in layer.calls):
        return ""
    return f"is called with training=...: models of {site.target} do not take it"


def _keeps_states(layer: Layer, site: Site) -> str:
    if layer.model is None:
        return ""
    for path, inner in walk(layer.model):
        if inner.config.get("stateful"):
            return f"{path} in it keeps its states, which {site.target} does not in nested models"
    return ""


def _gives_list(layer: Layer, site: Site) -> str:
    stack = site.model
    if stack is None or not stack.is_sequential or stack.layers[-1].name == layer.name:
        return ""
    return f"gives a list in {site.target}, which no layer behind it in a Sequential takes"


CHANGES = (
    Change(
        Kind.LAYER,
        ("Functional",),
        key="outputs",
        held=again_in("3.3"),
        source=keras3_file("models/functional.py", "3.2.1"),
        effect=NeedsUnnesting(_gives_list),
    ),
    Change(
        Kind.LAYER,
        _MODELS,
        key="mask",
        held="tf 1.15..",
        source=keras_file("1.12.0", "engine/network.py"),
        effect=NeedsUnnesting(_masked),
    ),
    Change(
        Kind.LAYER,
        _MODELS,
        key="mask",
        held="tf 1.15..",
        source=keras_file("1.12.0", "engine/network.py"),
        effect=MasksEnterModels("without a mask there is nothing to let in"),
    ),
    Change(
        Kind.LAYER,
        _MODELS,
        key="mask",
        held="tf 1.15..",
        source=keras_file("1.12.0", "engine/network.py"),
        effect=NeedsUnnesting(_gives_mask),
    ),
    Change(
        Kind.LAYER,
        _MODELS,
        key="mask",
        held="tf 1.15.., keras2 1..",
        source=keras_file("1.12.0", "engine/network.py"),
        effect=MasksLeaveModels(),
    ),
    Change(
        Kind.LAYER,
        _MODELS,
        key="mask",
        held="tf 2.3..",
        source=keras_file("2.3.0", "engine/functional.py"),
        effect=NeedsUnnesting(_given_masks),
    ),
    Change(
        Kind.LAYER,
        ("Functional",),
        key="call",
        held="tf 2.3..2.3",
        source=keras_file("1.12.0", "engine/base_layer.py"),
        effect=NeedsUnnesting(
            _given_too_little, "rebuild the nested model with the inputs it uses"
        ),
    ),
    Change(
        Kind.LAYER,
        _MODELS,
        key="training",
        held="tf 1.., tf-keras 2.., keras3 3.., keras2 none",
        source=own_keras_file("2.2.4", "engine/network.py"),
        effect=NeedsUnnesting(_told_of_training),
    ),
    Change(
        Kind.LAYER,
        _MODELS,
        key="stateful",
        held="tf 1.15..",
        source=keras_file("1.12.0", "engine/training_arrays.py"),
        effect=NeedsUnnesting(_keeps_states),
    ),
)
