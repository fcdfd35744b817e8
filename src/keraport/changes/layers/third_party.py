"""Layers and functions of well-known packages, which no release has and companions define."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport import hub
from keraport.catalog.api import Kind
from keraport.catalog.windows import NO_RELEASE
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Layer
from keraport.report import Verdict

_ADDONS: Final = "https://github.com/tensorflow/addons/tree/v0.23.0/tensorflow_addons"
_ATTENTION: Final = "https://github.com/CyberZHG/keras-self-attention/tree/v0.51.0"
_HEADS: Final = "https://github.com/CyberZHG/keras-multi-head/tree/v0.29.0"
_CONTRIB: Final = (
    "https://github.com/keras-team/keras-contrib/blob/"
    "b20aa1a1fa58e7ddace8eb856766001cb6e5e528/keras_contrib/layers/normalization/"
    "instancenormalization.py"
)

_KERAS_1: Final = own_keras_file("1.2.2", "layers/advanced_activations.py")

_APPLICATIONS: Final = {
    "KerasLayerScale": "convnext",
    "KerasStochasticDepth": "convnext",
    "KerasCustomScaleLayer": "inception_resnet_v2",
}
"""Modules of ``keras.applications`` by the layers that they define."""

_SOURCES: Final = {
    **{
        name: own_keras_file("2.15.0", f"applications/{module}.py")
        for name, module in _APPLICATIONS.items()
    },
    **{row.name: _KERAS_1 for row in hub.legacy.GONE},
    "KerasSeqSelfAttention": _ATTENTION,
    "KerasSeqWeightedAttention": _ATTENTION,
    "KerasMultiHeadAttention": _HEADS,
    "ContribInstanceNormalization": _CONTRIB,
}
"""Where layers are from that are not of TensorFlow Addons."""

_BY_VERSION: Final = frozenset(
    {"KerasSeqSelfAttention", "KerasSeqWeightedAttention", "KerasMultiHeadAttention"}
)
"""Layers of which some versions multiply by masks, and others subtract 10000."""

_BUILT_IN: Final = {"AddonsGroupNormalization": "GroupNormalization"}
"""Layers that compute what a layer of Keras does, where no mask reaches them: these pass it on, and
that counts masked values out."""


_BUILT_IN_FUNCTIONS: Final = {"addons_mish": "mish"}
"""Functions that compute what a function of Keras does."""


def _with_activation(layer: Layer, old: str, new: str) -> Layer:
    config = {key: new if value == old else value for key, value in layer.config.items()}
    return layer.with_config(config)


@declared
class DefinedByCompanions(Effect):
    """A class or a function that no release has."""

    one_way = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Ask for the companion."""
        if not isinstance(subject, Layer):
            return subject
        if change.kind is Kind.ACTIVATION:
            name = change.names[0]
            built_in = _BUILT_IN_FUNCTIONS.get(name, "")
            if site.api.find(Kind.ACTIVATION, built_in) is not None:
                site.note(Verdict.EXACT, f"the activation is {built_in} of {site.target}")
                return _with_activation(subject, name, built_in)
            site.companion(name)
            site.note(Verdict.EXACT, f"{name} is defined by the companion file")
            return subject
        if site.masked and subject.class_name in _BY_VERSION:
            raise Refused(
                "a mask reaches it: versions of the package compute other things of masks, and the "
                "file does not say which one it was",
                hint="write the class of your version for the target in a file and add "
                "--objects FILE.py",
                source=change.source,
            )
        name = _BUILT_IN.get(subject.class_name, "")
        if site.api.find(Kind.LAYER, name) is not None and not site.masked:
            site.note(Verdict.EXACT, f"rewritten as {name}, which computes the same without masks")
            return replace(subject, class_name=name)
        return as_companion(subject, site, subject.class_name, "no release has it")


CHANGES = (
    *(
        Change(
            Kind.LAYER,
            (row.name,),
            held=NO_RELEASE,
            source=_SOURCES.get(row.name, f"{_ADDONS}/layers"),
            effect=DefinedByCompanions(),
        )
        for row in (*hub.third_party.ROWS, *hub.legacy.GONE)
    ),
    *(
        Change(
            Kind.ACTIVATION,
            (name,),
            held=NO_RELEASE,
            source=f"{_ADDONS}/activations",
            effect=DefinedByCompanions(),
        )
        for name in sorted(hub.third_party.ACTIVATIONS)
    ),
)
