"""Operations that a graph names by a function of TensorFlow, or by an attribute (TF 2.4 on)."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.catalog.public_names import public_names
from keraport.changes.change import Change, Effect, Subject, config_of
from keraport.changes.combinators import NewClass
from keraport.changes.operations.folded import NotWorkedOut, folded
from keraport.changes.operations.node import NodeError, operation_name, read_node
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Layer

_SOURCE = own_keras_file("2.15.0", "layers/core/tf_op_layer.py")
_HINT = "rebuild the model with layers in the place of the operations"
_SIZES_HINT = (
    "write the numbers as constants: a Reshape layer in the place of tf.reshape with tf.shape in it"
)

_BY_ATTRIBUTE = (
    ("SlicingOpLambda", "slices of tensors are not supported yet"),
    ("ClassMethod", "methods of classes are not supported yet"),
    ("InstanceMethod", "methods of tensors are not supported yet"),
    ("InstanceProperty", "attributes of tensors are not supported yet"),
)
"""Class, and why it cannot be expressed."""


_MORE_NAMES = frozenset(
    {
        *("__operators__.add", "__operators__.eq", "__operators__.ne"),
        *("compat.v1.batch_to_space_nd", "compat.v1.floor_div", "compat.v1.gather"),
        *("compat.v1.image.resize_bilinear", "compat.v1.image.resize_nearest_neighbor"),
        *("compat.v1.nn.conv1d", "compat.v1.nn.conv2d", "compat.v1.nn.crelu"),
        *("compat.v1.nn.depthwise_conv2d", "compat.v1.nn.fused_batch_norm"),
        *("compat.v1.nn.sigmoid_cross_entropy_with_logits", "compat.v1.norm", "compat.v1.pad"),
        *("compat.v1.nn.softmax_cross_entropy_with_logits_v2", "compat.v1.shape"),
        *("compat.v1.squeeze", "compat.v1.transpose"),
    }
)
"""What TensorFlow 2.3 finds besides its public names (``tf_export.get_symbol_from_name``)."""


@dataclass(frozen=True, slots=True)
class Functions(Effect):
    """TFOpLambda calls a function of TensorFlow's public API, which has to be there."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse a function that the target does not have."""
        name = str(config_of(subject).get("function"))
        if site.api.find(Kind.LAYER, subject.class_name) is None:
            raise Refused(
                f"{site.target} has no {subject.class_name}; calls of functions are not supported "
                "yet",
                hint=_HINT,
                source=change.source,
            )
        if name not in public_names(site.target.id) and name not in _MORE_NAMES:
            raise Refused(f"{site.target} has no tf.{name[:80]}", hint=_HINT, source=_SOURCE)
        return subject


@dataclass(frozen=True, slots=True)
class ConstantsOfOtherWidths(Effect):
    """The file does not record the dtypes of constants; loaders take float32 and int32 for them."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse an operation that takes a constant of another dtype."""
        try:
            node = read_node(config_of(subject))
        except NodeError:
            node = None
        if node is None:
            return subject
        for index, constant in node.constants.items():
            dtype, taken = node.inputs[index], _TAKEN.get(constant.dtype.kind, node.inputs[index])
            if constant.size == 0:
                taken = "float32"
            if dtype != taken:
                raise Refused(
                    f"a constant of dtype {dtype}, which the file does not record: {site.target} "
                    f"takes {taken} for it, and cannot open the model",
                    hint="cast the tensor beside it to float32 or int32",
                    source=change.source,
                )
        return subject


@dataclass(frozen=True, slots=True)
class NumbersAreNoShapes(Effect):
    """Integers of at most one dimension may be negative where they are known from the start.

    Otherwise the loader makes a tensor of that shape, which fails.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse an operation whose result is known, and negative."""
        if not isinstance(subject, Layer) or site.model is None:
            return subject
        prefix = site.path.removesuffix(subject.name)
        if all(shape is not None and len(shape) > 1 for shape in site.output_shapes):
            return subject
        try:
            results = folded(subject, site.model, lambda name: site.shapes_given(prefix + name))
        except NotWorkedOut:
            raise Refused(
                f"the operation {operation_name(subject.config)} on sizes that are known when the "
                f"model is opened: not supported yet, {site.target} cannot open the model if a "
                "number of the result is negative",
                hint=_SIZES_HINT,
                source=change.source,
            ) from None
        for numbers in (item.ravel().tolist() for item in results):
            if None in numbers or all(number >= 0 for number in numbers):
                continue
            raise Refused(
                f"the operation {operation_name(subject.config)} gives {numbers}, known from the "
                f"sizes of the model: {site.target} takes it for a shape, and cannot open the "
                "model",
                hint=_SIZES_HINT,
                source=change.source,
            )
        return subject


_TAKEN = {"f": "float32", "i": "int32", "b": "bool"}
"""What a loader makes of a constant, by the kind of its numbers."""

CHANGES = (
    Change(
        Kind.LAYER,
        ("TFOpLambda",),
        held="tf 2.15..",
        source=_SOURCE,
        effect=Functions(),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held="tf 2.4..",
            source=_SOURCE,
            effect=NewClass(because=because, hint=_HINT),
        )
        for name, because in _BY_ATTRIBUTE
    ),
    Change(
        Kind.LAYER,
        ("TensorFlowOpLayer",),
        key="constants",
        held="tf ..2.3",
        source=own_keras_file("2.15.0", "engine/base_layer.py"),
        effect=ConstantsOfOtherWidths(),
    ),
    Change(
        Kind.LAYER,
        ("TensorFlowOpLayer",),
        held="tf ..2.3",
        source=own_keras_file("2.15.0", "engine/keras_tensor.py"),
        effect=NumbersAreNoShapes(),
    ),
)
