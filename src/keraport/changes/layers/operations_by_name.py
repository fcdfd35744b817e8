"""Operations that a graph names by a function of TensorFlow, or by an attribute (TF 2.4 on)."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.catalog.public_names import public_names
from keraport.changes.change import Change, Subject, What, config_of
from keraport.changes.combinators import NewClass
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.report import brief

_SOURCE = own_keras_file("2.15.0", "layers/core/tf_op_layer.py")
_HINT = "rebuild the model with layers in the place of the operations"

_BY_ATTRIBUTE = (
    ("SlicingOpLambda", "slices of tensors are not supported yet"),
    ("ClassMethod", "methods of classes are not supported yet"),
    ("InstanceMethod", "methods of tensors are not supported yet"),
    ("InstanceProperty", "attributes of tensors are not supported yet"),
)
"""Class, and why it cannot be expressed."""


@dataclass(frozen=True, slots=True)
class Functions(What):
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
        if name not in public_names(site.target.id):
            raise Refused(f"{site.target} has no tf.{brief(name)}", hint=_HINT, source=_SOURCE)
        return subject


CHANGES = (
    Change(
        Kind.LAYER,
        ("TFOpLambda",),
        held="tf 2.15..",
        source=_SOURCE,
        what=Functions(),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held="tf 2.15..",
            source=_SOURCE,
            what=NewClass(because=because, hint=_HINT),
        )
        for name, because in _BY_ATTRIBUTE
    ),
)
