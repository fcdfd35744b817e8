"""What layers of standalone Keras take otherwise than those of TensorFlow, where they are told."""

from __future__ import annotations

from typing import Final

from keraport import hub
from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, configured
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Layer
from keraport.report import Verdict

_NEVER: Final = "tf 1.., tf-keras 2.., keras3 3.., keras2 none"
"""All but standalone Keras."""


@declared
class OneAxis(Effect):
    """BatchNormalization is told one axis as a number; TensorFlow writes a list of it."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Take the axis out of its list."""
        if not isinstance(subject, Layer):
            return subject
        axes = subject.config.get("axis")
        if not isinstance(axes, list):
            return subject
        if len(axes) != 1:
            raise Refused(
                f"axis={axes!r}: {site.target} normalises along one axis",
                hint="rebuild the layer with one axis",
                source=change.source,
            )
        site.note(Verdict.EXACT, f"axis={axes!r} is {axes[0]!r} there", source=change.source)
        return configured(subject, {**subject.config, "axis": axes[0]})


@declared
class OneFloat(Effect):
    """Weights have the float that the user's settings say, whatever the layer's dtype is."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse layers with weights in another dtype."""
        if not isinstance(subject, Layer) or subject.model is not None:
            return subject
        dtype = subject.config.get("dtype")
        stock = subject.class_name.removesuffix("V2")
        has_weights = subject.weights or hub.variables(stock, subject.config)
        # Policies are rewritten by changes of their own.
        if not isinstance(dtype, str) or dtype == "float32" or not has_weights:
            return subject
        raise Refused(
            f"dtype={dtype!r}: weights of {site.target} are float32, or what they meet is, unless "
            "all of Keras is set to another float",
            hint="build the whole model in float32",
            source=change.source,
        )


@declared
class AnyFloat(Effect):
    """All layers compute in their own dtype; in Keras 2.3 some parts of many do not."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse layers with weights in another dtype, but for those that were seen to do it."""
        if not isinstance(subject, Layer) or subject.class_name in _IN_ANY_FLOAT:
            return subject
        return OneFloat().to_release(change, subject, site)


_IN_ANY_FLOAT: Final = frozenset({"Dense"})
"""What was measured in Keras 2.3.1; BatchNormalization and recurrent layers fail there."""

CHANGES = (
    Change(
        Kind.LAYER,
        ("BatchNormalization",),
        key="axis",
        held=_NEVER,
        source=own_keras_file("2.2.4", "layers/normalization.py"),
        effect=OneAxis(),
    ),
    Change(
        Kind.LAYER,
        ("*",),
        key="dtype",
        held=_NEVER,
        source=own_keras_file("2.3.1", "engine/base_layer.py"),
        effect=AnyFloat(),
    ),
    Change(
        Kind.LAYER,
        ("*",),
        key="dtype",
        held="tf 1.., tf-keras 2.., keras3 3.., keras2 2.3..",
        source=own_keras_file("2.2.4", "engine/base_layer.py"),
        effect=OneFloat(),
    ),
)
