"""Normalisation, and layers that are called with ``training``, in Keras 3."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport import hub
from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.combinators import Added, NewClass
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import BETWEEN, DROPPED, again_in, keras3_file, up_to
from keraport.changes.layers.softmax import with_masks_as_inputs
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Call, Layer, Weight
from keraport.model.weights import Array, transformed_weight
from keraport.records import dataclass
from keraport.report import Verdict

_TRAINING: Final = "training"
_FUNCTIONAL: Final = keras3_file("models/functional.py")


@declared
class IdleTraining(Effect):
    """``training`` in a call of a layer that does the same in training and in prediction."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Leave it out."""
        if not isinstance(subject, Layer) or not _says(subject) or _trains(subject):
            return subject
        site.note(
            Verdict.EXACT,
            f"training of its call left out: it predicts the same; while it trains, {site.target} "
            "looks at `trainable` only",
            source=change.source,
        )
        return replace(subject, calls=tuple(map(_without, subject.calls)))


@declared
class KeepsTraining(Effect):
    """``training=True`` of a call holds; Keras 3 replaces it by what the model is called with."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Leave it out: other releases would apply it."""
        if not isinstance(subject, Layer) or not _says(subject):
            return subject
        site.note(
            Verdict.EXACT,
            f"training of its call left out: {site.source} replaces it by what the model is called "
            f"with, and {site.target} would apply it",
            source=change.source,
        )
        return replace(subject, calls=tuple(map(_without, subject.calls)))

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class for BatchNormalization; refuse others."""
        if not isinstance(subject, Layer) or not _trains(subject):
            return subject
        if subject.class_name == "BatchNormalization" and not subject.config.get("renorm"):
            plain = replace(subject, calls=tuple(map(_without, subject.calls)))
            because = f"it is called with training=True, which {site.target} drops"
            return as_companion(plain, site, "BatchNormalizationV2", because)
        raise Refused(
            f"it is called with training=True, which {site.target} replaces by what the model is "
            "called with",
            hint="call the model with training=True, and leave it out here",
            source=change.source,
        )


def _trains(layer: Layer) -> bool:
    """True if a layer that a model predicts with does what it does while it trains."""
    frozen = layer.class_name == "BatchNormalization" and layer.config.get("trainable") is False
    asked = any(bool(call.arguments.get(_TRAINING)) for call in layer.calls)
    return asked and not frozen and _heeds(layer)


def _says(layer: Layer) -> bool:
    return any(call.arguments.get(_TRAINING) is not None for call in layer.calls)


def _heeds(layer: Layer) -> bool:
    row = hub.row(layer.class_name)
    return layer.model is not None or row is None or row.tells_training or bool(row.holds)


def _without(call: Call) -> Call:
    return replace(call, arguments=without(call.arguments, _TRAINING))


@declared
class OverAllAxes(Effect):
    """UnitNormalization takes several axes at once, in Keras 3, too.

    Its loader of HDF5 files leaves a list of axes out (``legacy/saving/saving_utils.py``).
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class."""
        if not isinstance(subject, Layer) or not _is_list(subject):
            return subject
        because = f"{site.target} leaves a list of axes out of HDF5 files, and takes the last one"
        return as_companion(subject, site, "UnitNormalizationV2", because)


def _is_list(subject: Subject) -> bool:
    axis = config_of(subject).get("axis")
    return isinstance(axis, list) and len(axis) > 1


@declared
class AddsMasks(Effect):
    """Softmax adds a mask to what it is called with; Keras 3 gives zeros where all is masked."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class for older releases where a mask is applied."""
        if not isinstance(subject, Layer) or not _has_mask(subject, site):
            return subject
        because = f"{site.source} gives zeros where everything is masked"
        return as_companion(with_masks_as_inputs(subject), site, "SoftmaxOfKeras3", because)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class where there is a mask."""
        if not isinstance(subject, Layer) or not _has_mask(subject, site):
            return subject
        because = f"{site.target} gives zeros where everything is masked"
        return as_companion(subject, site, "SoftmaxV2", because)


def _has_mask(layer: Layer, site: Site) -> bool:
    return site.masked or any(call.arguments.get("mask") is not None for call in layer.calls)


@declared
class AxesInAList(Effect):
    """BatchNormalization writes its axes in a list; Keras 3 takes one axis, as a number."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Take the axis out of its list."""
        config = config_of(subject)
        axis = config.get(change.key)
        if not isinstance(axis, list):
            return subject
        if len(axis) != 1:
            raise Refused(
                f"{change.key}={axis!r}: {site.target} normalises over one axis",
                hint="reshape what it is given so that the axes are one",
                source=change.source,
            )
        site.note(
            Verdict.EXACT, f"{change.key}={axis!r} written as {axis[0]!r}", source=change.source
        )
        return configured(subject, {**config, change.key: axis[0]})

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Put the axis into a list, as older releases write it."""
        config = config_of(subject)
        axis = config.get(change.key)
        if not isinstance(axis, int):
            return subject
        return configured(subject, {**config, change.key: [axis]})


@declared
class AxesInOrder(Effect):
    """LayerNormalization has its weights in the order of its axes; Keras 3 sorts them."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Sort the axes, and the weights with them."""
        axes = config_of(subject).get(change.key)
        if not isinstance(subject, Layer) or not isinstance(axes, list) or sorted(axes) == axes:
            return subject
        if len({axis < 0 for axis in axes}) > 1 or (site.path != subject.name):
            raise Refused(
                f"{change.key}={axes!r}: not supported yet, {site.target} sorts the axes",
                hint="rebuild the layer with its axes in order",
                source=change.source,
            )
        order = sorted(range(len(axes)), key=axes.__getitem__)
        site.note(
            Verdict.EXACT,
            f"{change.key}={axes!r} written as {sorted(axes)!r}, and its weights reshaped",
            source=change.source,
        )
        weights = tuple(_reshaped(weight, order) for weight in subject.weights)
        return replace(
            subject, config={**subject.config, change.key: sorted(axes)}, weights=weights
        )


@dataclass(frozen=True, slots=True)
class _Reshape:
    """Makes an array of that shape; equal to another that does the same."""

    shape: tuple[int, ...]

    def __call__(self, array: Array) -> Array:
        return array.reshape(self.shape)


def _reshaped(weight: Weight, order: list[int]) -> Weight:
    """In the shape of the sorted axes, as older releases take it before they multiply by it."""
    shape = tuple(weight.shape[axis] for axis in order)
    return transformed_weight(weight, weight.name, shape, _Reshape(shape))


def _synchronised(layer: Layer, site: Site) -> Layer:
    site.note(Verdict.EXACT, "rewritten as BatchNormalization(synchronized=True)")
    config = {**layer.config, "synchronized": True}
    return replace(layer, class_name="BatchNormalization", config=config)


_RENORMALISES: Final = "BatchRenormalization"


def _renormalised(layer: Layer, site: Site) -> Layer:
    """The companion's class, which trains as Keras 3.14 does."""
    because = f"BatchNormalization of {site.target} does not renormalise"
    axis = layer.config.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    return as_companion(
        layer.with_config({**layer.config, "axis": axis}), site, _RENORMALISES, because
    )


def _plain(layer: Layer, site: Site) -> Layer:  # noqa: ARG001
    """Without what a layer that does not renormalise makes no use of."""
    return layer.with_config(without(layer.config, "renorm_clipping", "renorm_momentum"))


CHANGES = (
    Change(
        Kind.LAYER,
        ("UnitNormalization",),
        key="axis",
        held=up_to("3.5"),
        source=keras3_file("layers/normalization/unit_normalization.py"),
        effect=OverAllAxes(),
        drift=f"1.0 of the largest output {BETWEEN}",
    ),
    Change(
        Kind.LAYER,
        ("Softmax",),
        key="masked",
        held=up_to("3.9"),
        source=keras3_file("layers/activations/softmax.py"),
        effect=AddsMasks(),
        drift=f"0.33 of 1 {BETWEEN}: three values, all masked",
    ),
    Change(
        Kind.LAYER,
        ("BatchNormalization", "SyncBatchNormalization"),
        key="axis",
        held=DROPPED,
        source=keras3_file("layers/normalization/batch_normalization.py"),
        effect=AxesInAList(),
    ),
    Change(
        Kind.LAYER,
        ("LayerNormalization",),
        key="axis",
        held=up_to("3.13"),
        source=keras3_file("layers/normalization/layer_normalization.py"),
        effect=AxesInOrder(),
    ),
    Change(
        Kind.LAYER,
        ("SyncBatchNormalization",),
        held=DROPPED,
        source=own_keras_file("2.15.0", "layers/normalization/batch_normalization.py"),
        effect=NewClass(otherwise=_synchronised),
    ),
    *(
        Change(
            Kind.LAYER,
            ("BatchNormalization",),
            key=key,
            held=again_in("3.14"),
            source=keras3_file("layers/normalization/batch_normalization.py"),
            effect=Added(
                neutral=neutral,
                otherwise=otherwise,
                because="its layers do not renormalise",
                hint="rebuild the layer without renorm; predictions do not need it",
            ),
        )
        # Behind the first, nothing of a layer that renormalises is left to the others.
        for key, neutral, otherwise in (
            ("renorm", False, _renormalised),
            ("renorm_clipping", None, _plain),
            ("renorm_momentum", 0.99, _plain),
        )
    ),
    Change(
        Kind.LAYER,
        ("*",),
        key=_TRAINING,
        held=DROPPED,
        source=_FUNCTIONAL,
        effect=IdleTraining(),
    ),
    Change(
        Kind.LAYER,
        ("*",),
        key=_TRAINING,
        held=DROPPED,
        source=_FUNCTIONAL,
        effect=KeepsTraining(),
        drift=f"0.2 to 10 {BETWEEN}: BatchNormalization",
    ),
)
