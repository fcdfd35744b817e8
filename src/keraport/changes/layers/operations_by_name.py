"""Operations that a graph names by a function of TensorFlow, or by an attribute (TF 2.4 on)."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.catalog.public_names import public_names
from keraport.changes.change import Change, Effect, Subject, config_of
from keraport.changes.combinators import NewClass
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.operations.called import has_constants, with_template
from keraport.changes.operations.folded import NotWorkedOut, folded
from keraport.changes.operations.functions import (
    COMPUTING,
    ELSEWHERE,
    IDLE,
    arguments_of,
    called,
    own,
)
from keraport.changes.operations.node import NodeError, operation_name, read_node
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Layer
from keraport.report import Verdict, brief

_SOURCE = own_keras_file("2.15.0", "layers/core/tf_op_layer.py")
_HINT = "rebuild the model with layers in the place of the operations"
_SIZES_HINT = (
    "write the numbers as constants: a Reshape layer in the place of tf.reshape with tf.shape in it"
)

_BY_ATTRIBUTE = (
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


@declared
class Functions(Effect):
    """TFOpLambda calls a function of TensorFlow's public API, which has to be there.

    Releases before TF 2.4 that have the class take no values in the place of its first tensors.
    """

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """A function of the target, called in a companion's layer where its own cannot."""
        if not isinstance(subject, Layer):
            return subject
        name = str(subject.config.get("function"))
        if site.api.find(Kind.LAYER, subject.class_name) is None:
            return self._older(subject, name, site)
        written_out = own(name) in (site.offered or ())
        known = name in public_names(site.target.id) or name in _MORE_NAMES
        if not known and _is_called_so(subject, ELSEWHERE.get(name, ""), site):
            site.note(Verdict.EXACT, f"tf.{name} is called tf.{ELSEWHERE[name]} there")
            name, written_out = ELSEWHERE[name], False
            subject = subject.with_config({**subject.config, "function": name})
        elif not known and not written_out:
            raise Refused(f"{site.target} has no tf.{name[:80]}", hint=_HINT, source=_SOURCE)
        constants = any(has_constants(call.inputs) for call in subject.calls)
        if not constants and not written_out:
            return subject
        if name not in COMPUTING and not written_out:
            raise Refused(
                f"tf.{name[:80]} is called with a value in the place of a tensor: not supported "
                "yet",
                hint=_HINT,
                source=_SOURCE,
            )
        layer = with_template(subject.with_config({**subject.config, "function": name}))
        because = f"TFOpLambda of {site.target} takes only tensors"
        if written_out:
            site.companion(own(name))
            because = f"tf.{name} is unavailable, or takes other arguments"
        return as_companion(layer, site, "TFOpLambdaV2", because)

    def _older(self, layer: Layer, name: str, site: Site) -> Layer:
        """The companion's TFOpLambda with a function of the target, or one of the companion."""
        known = arguments_of(name, site.target)
        if known is None:
            raise Refused(
                f"{site.target} has no {layer.class_name}, and no function that is known to do "
                f"what tf.{name[:80]} does",
                hint=_HINT,
                source=_SOURCE,
            )
        layer = with_template(layer)
        arguments = layer.config["arguments"]["kwargs"]
        kept = {
            key: item
            for key, item in arguments.items()
            if item is not None and (key in known or item not in IDLE.get(key, ()))
        }
        unknown = [key for key in kept if key not in known]
        if unknown:
            raise Refused(
                f"tf.{name} is called with {unknown[0]}={brief(kept[unknown[0]])}, which is "
                f"unavailable in {site.target}",
                hint=_HINT,
                source=_SOURCE,
            )
        function = called(name, site.target) or name
        text = f"calls tf.{function}"
        if own(name) in (site.offered or ()):
            site.companion(own(name))
            function, text = name, f"tf.{name} is unavailable, and written out"
        config = {**layer.config, "function": function}
        config["arguments"] = {**layer.config["arguments"], "kwargs": kept}
        return as_companion(layer.with_config(config), site, layer.class_name, text)


def _is_called_so(layer: Layer, name: str, site: Site) -> bool:
    """True if the target has a function of that name that takes what this one is called with."""
    public = public_names(site.target.id).get(name)
    asked = {key for call in layer.calls for key in call.arguments if key != "name"}
    return public is not None and asked <= set(public.parameters or ())


def _sliced(layer: Layer, site: Site) -> Layer:
    """The companion's class, called with the tensors alone."""
    because = f"{site.target} has no layer for slices of tensors"
    return as_companion(with_template(layer), site, layer.class_name, because)


@declared
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


@declared
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
    Change(
        Kind.LAYER,
        ("SlicingOpLambda",),
        held="tf 2.15..",
        source=_SOURCE,
        effect=NewClass(otherwise=_sliced),
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
