"""Functions and layers that take the same arguments in all releases, and compute something else."""

from __future__ import annotations

from typing import Final

import libcst as cst

from keraport.catalog.releases import Release
from keraport.catalog.windows import held
from keraport.porting.context import Context, literal
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Changed:
    """What some releases compute otherwise than all others.

    Args:
        some: those releases, as windows on their lines.
        reason: what is said of it.
        argument: that it is about; empty if it is about all calls.
        place: of the argument.
        plain: values of the argument that mean the same everywhere.
        others: the releases known to be as all others; empty if those are all that `some` leaves.
        helper: that computes what `some` do, in all others.
    """

    some: str
    reason: str
    argument: str = ""
    place: int = 0
    plain: tuple[object, ...] = ()
    others: str = ""
    helper: str = ""

    def differs(self, source: Release, target: Release) -> bool:
        """True unless both are known to compute the same."""
        ends = (source, target)
        if all(held(self.some, one) for one in ends):
            return False
        if self.others:
            return not all(held(self.others, one) for one in ends)
        return any(held(self.some, one) for one in ends)


_HINGE = Changed(
    "tf ..1.13, keras2 ..2.2.4",
    "takes labels of 0 and 1 as -1 and 1 since TensorFlow 1.14 and Keras 2.3, and as they are "
    "before: give it labels of -1 and 1",
)
_BILINEAR = "interpolates between other points in Keras 2 than in all later releases"

_CHANGED: Final = {
    "keras.activations.softmax": Changed(
        "tf ..2.3, keras2 ..2.3",
        "looks at the axis of tensors of rank 2 in later releases, and takes the last one up to "
        "TensorFlow 2.3",
        "axis",
        1,
        (-1,),
        "tf 2.6.., keras3 3.0..",
    ),
    "keras.layers.Softmax": Changed(
        "keras2 ..2.3",
        "takes the last axis of tensors of rank 2 in Keras 2, whatever its axis",
        "axis",
        0,
        (-1,),
    ),
    "keras.backend.batch_dot": Changed(
        "tf ..1.15, keras2 ..2.2.4",
        "multiplies tensors of rank 4 and more otherwise since TensorFlow 2 and Keras 2.3: write "
        "it as an einsum, or make sure that no tensor has more than 3 axes",
        helper="_batch_dot_v1",
    ),
    "keras.losses.hinge": _HINGE,
    "keras.losses.squared_hinge": _HINGE,
    "keras.metrics.hinge": _HINGE,
    "keras.metrics.squared_hinge": _HINGE,
    "keras.metrics.Hinge": _HINGE,
    "keras.metrics.SquaredHinge": _HINGE,
    "keras.layers.UpSampling2D": Changed(
        "tf 1.13..1.14, keras2 ..2.3", _BILINEAR, "interpolation", 2, ("nearest",)
    ),
    "keras.backend.resize_images": Changed(
        "tf 1.13..1.14, keras2 ..2.3", _BILINEAR, "interpolation", 4, ("nearest",)
    ),
    "keras.layers.Conv2DTranspose": Changed(
        "tf ..1.13, keras2 none",
        "does not look at dilation_rate in TensorFlow 1.12, and does later",
        "dilation_rate",
        6,
        (1, (1, 1), [1, 1]),
    ),
}


def changed_call(
    original: cst.Call, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """A call that computes something else there is marked, or written as what it means here."""
    api = context.api(original.func)
    known = _CHANGED.get(api.path) if api is not None else None
    if api is None or known is None or not known.differs(context.source, context.target):
        return updated
    if known.argument and _is_plain(original, known):
        return updated
    if known.helper and held(known.some, context.source) and isinstance(updated, cst.Call):
        context.changed(original, f"{api.path} is {known.helper}, which is put into the file")
        return updated.with_changes(func=context.helper(known.helper))
    if api.path == "keras.activations.softmax" and isinstance(updated, cst.Call):
        written = _softmax(original, updated, known, context)
        if written is not None:
            return written
    context.left(original, f"{api.path} {known.reason}")
    return updated


def _is_plain(call: cst.Call, known: Changed) -> bool:
    """True if the argument is not given, or is of those that mean the same everywhere."""
    hidden = any(item.star for item in call.args)
    for index, item in enumerate(call.args):
        name = item.keyword.value if item.keyword else ""
        if name == known.argument or (not name and not item.star and index == known.place):
            try:
                return literal(item.value) in known.plain
            except ValueError:
                return False
    return not hidden


def _softmax(
    original: cst.Call, updated: cst.Call, known: Changed, context: Context
) -> cst.Call | None:
    """``tf.nn.softmax``, which looks at the axis; None if it is not sure that the source does."""
    old = not held(known.others, context.target)
    if not old or not held(known.others, context.source) or context.is_for_keras3:
        return None
    words = {item.keyword.value for item in updated.args if item.keyword}
    starred = any(item.star for item in updated.args)
    axis = next(
        (item.value for item in original.args if item.keyword and item.keyword.value == "axis"),
        original.args[1].value if len(original.args) > 1 else None,
    )
    try:
        whole = axis is not None and isinstance(literal(axis), int)
    except ValueError:
        whole = False
    if starred or "x" in words or not whole:
        return None
    context.changed(original, "keras.activations.softmax with an axis is tf.nn.softmax")
    return updated.with_changes(func=context.named("nn.softmax"))
