"""Softmax, which takes a mask to tell what it leaves out (TF 2.4 and later)."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, without
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Call, Layer
from keraport.model.graph import find_refs
from keraport.report import Verdict

_LAST = (-1, [-1])


@declared
class TakesMasks(Effect):
    """A mask that reaches Softmax, or is given to it, is added to what it is called with.

    The mask of the steps of a sequence does not fit the features: it is an error, or, in a batch
    of one, something else without a word. Without the change Softmax passes masks on unread.
    """

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Activation passes masks on unread as well; it knows the last axis alone."""
        if not site.masked or not isinstance(subject, Layer):
            return subject
        axis = subject.config.get("axis", -1)
        if axis not in _LAST:
            because = f"Softmax of {site.target} would apply the mask that reaches it"
            return as_companion(subject, site, "PlainSoftmax", because)
        site.note(
            Verdict.EXACT,
            f'rewritten as Activation("softmax"): Softmax of {site.target} would apply the mask '
            "that reaches it",
            source=change.source,
        )
        config = {**without(subject.config, "axis"), "activation": "softmax"}
        return replace(subject, class_name="Activation", config=config)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Masks and several axes in the companion's class; it takes a mask as a second input."""
        if not isinstance(subject, Layer):
            return subject
        given = any(call.arguments.get("mask") is not None for call in subject.calls)
        axis = subject.config.get("axis", -1)
        if isinstance(axis, list) and len(axis) == 1:
            subject = subject.with_config({**subject.config, "axis": axis[0]})
        several = isinstance(axis, list) and len(axis) > 1
        if not given and not site.masked and not several:
            return subject
        lacks = "takes only one axis" if several else "applies no mask"
        because = f"Softmax of {site.target} {lacks}"
        return as_companion(with_masks_as_inputs(subject), site, "SoftmaxV2", because)


@declared
class SeveralAxes(Effect):
    """Softmax may go over several axes at once."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """One axis as a number, several in the companion's class."""
        if not isinstance(subject, Layer):
            return subject
        axis = subject.config.get("axis", -1)
        if not isinstance(axis, list):
            return subject
        if len(axis) == 1:
            return subject.with_config({**subject.config, "axis": axis[0]})
        because = f"Softmax of {site.target} takes only one axis"
        return as_companion(subject, site, "SoftmaxV2", because)


def with_masks_as_inputs(layer: Layer) -> Layer:
    """A layer that is called with the masks of its calls as second inputs.

    Raises:
        Refused: some of its calls have none.
    """
    calls = tuple(map(_with_mask, layer.calls))
    if len({len(call.refs()) for call in calls}) > 1:
        raise Refused(
            "a mask is given to it in only some of its calls: not supported yet",
            hint="use one Softmax for the calls with a mask, and one for the others",
        )
    return replace(layer, calls=calls)


def _with_mask(call: Call) -> Call:
    mask = find_refs(call.arguments.get("mask"))
    return Call([*find_refs(call.inputs), *mask], without(call.arguments, "mask"))


CHANGES = (
    Change(
        Kind.LAYER,
        ("Softmax",),
        key="mask",
        held="tf 2.4..",
        source=own_keras_file("2.15.0", "layers/activation/softmax.py"),
        effect=TakesMasks(),
    ),
    Change(
        Kind.LAYER,
        ("Softmax",),
        key="axis",
        held="tf 2.4.., keras2 2.1..",
        source=own_keras_file("2.2.4", "activations.py"),
        effect=SeveralAxes(),
    ),
)
