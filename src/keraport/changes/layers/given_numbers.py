"""Normalization by numbers that stand in the config, and the other way round (TF 2.9 and later)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, without
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Layer, Weight
from keraport.model.weights import Array, transformed_weight
from keraport.report import Verdict

_SOURCE = own_keras_file("2.15.0", "layers/preprocessing/normalization.py")
_EPSILON = 1e-7
"""The least standard deviation, ``backend.epsilon()``."""
_SINCE = {"mean": "tf 2.4..", "variance": "tf 2.4..", "invert": "tf 2.10.."}
"""Keyword: the releases that have it."""
_KEYS = tuple(_SINCE)


def _of_config(layer: Layer, site: Site) -> Layer:
    """Rescaling by the numbers."""
    mean, variance = layer.config.get("mean"), layer.config.get("variance")
    if mean is None or variance is None:
        raise Refused(
            f"invert=True: {site.target} does not undo a normalisation, and its numbers are kept "
            "as weights",
            hint="rebuild the layer with mean=... and variance=...",
            source=_SOURCE,
        )
    shape = _broadcast_shape(layer, site)
    deviation = np.maximum(np.sqrt(np.asarray(variance, np.float32)), np.float32(_EPSILON))
    centre = np.asarray(mean, np.float32)
    undone = bool(layer.config.get("invert"))
    scale = deviation if undone else 1 / deviation
    offset = centre if undone else -centre / deviation
    site.note(
        Verdict.EXACT if undone else Verdict.EQUIVALENT,
        f"rewritten as Rescaling: {site.target} keeps a mean and a variance only as weights",
        source=_SOURCE,
    )
    config = {
        **without(layer.config, *_KEYS, "axis"),
        "scale": _written(scale, shape),
        "offset": _written(offset, shape),
    }
    return replace(layer, class_name="Rescaling", config=config)


def _broadcast_shape(layer: Layer, site: Site) -> tuple[int, ...] | None:
    """The shape in which numbers of the kept axes meet a sample; None for single numbers.

    Raises:
        Refused: it is not known.
    """
    axes = layer.config.get("axis", -1)
    axes = [axes] if isinstance(axes, int) else axes
    if not axes:
        return None
    shapes = set(site.input_shapes)
    (shape,) = shapes if len(shapes) == 1 else (None,)
    if shape is None:
        if axes == [-1]:
            return (-1,)
        raise Refused(f"axis={axes!r}, and the shape of what it is given is not known")
    kept = {axis % len(shape) for axis in axes}
    sizes = [size if at in kept else 1 for at, size in enumerate(shape)]
    return tuple(-1 if size is None else size for size in sizes[1:])


def _written(numbers: Array, shape: tuple[int, ...] | None) -> object:
    """As a config holds it."""
    if shape is None or numbers.size == 1:
        return float(numbers.reshape(()))
    return numbers.reshape(shape).tolist()


@declared
class GivenNumbers(Effect):
    """The keyword holds numbers that are otherwise weights, or inverts the layer."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Rescaling where the numbers are in the config."""
        if not isinstance(subject, Layer) or subject.class_name != "Normalization":
            return subject
        if not any(key in subject.config for key in _KEYS):
            return subject
        if not any(subject.config.get(key) for key in _KEYS):
            site.note(Verdict.EXACT, "mean=None, variance=None and invert=False left out")
            return subject.with_config(without(subject.config, *_KEYS))
        return _of_config(subject, site)


@declared
class LeastDeviation(Effect):
    """A variance of 0 divides by a small number; without the change, by 0."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the least variance for smaller ones."""
        config = config_of(subject)
        if not isinstance(subject, Layer) or config.get("mean") is not None:
            return subject
        if not subject.weights:
            return subject
        site.note(
            Verdict.EXACT,
            f"variances below {_EPSILON**2:.0e} are written as that: {site.target} divides by 0",
            source=change.source,
        )
        return replace(subject, weights=tuple(map(_at_least, subject.weights)))


@declared
class SeesItsWeights(Effect):
    """The loader of HDF5 files tells the layer that its mean and variance are there.

    Without the change it goes on with a mean of 0 and a variance of 1.
    """

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class, which looks at them in each call."""
        if not isinstance(subject, Layer) or subject.config.get("mean") is not None:
            return subject
        because = f"the layer of {site.target} does not see a mean and a variance out of HDF5 files"
        return as_companion(subject, site, "NormalizationV2", because)


def _at_least(weight: Weight) -> Weight:
    if "variance" not in weight.name:
        return weight
    return transformed_weight(weight, weight.name, weight.shape, _bounded)


def _bounded(variance: Array) -> Array:
    bounded: Array = np.maximum(variance, np.asarray(_EPSILON**2, variance.dtype))
    return bounded


CHANGES = (
    Change(
        Kind.LAYER,
        ("Normalization",),
        key="variance",
        held="tf 2.4..",
        source=_SOURCE,
        effect=LeastDeviation(),
    ),
    *(
        Change(
            Kind.LAYER,
            ("Normalization",),
            key=key,
            held=held,
            source=_SOURCE,
            effect=GivenNumbers(),
        )
        for key, held in _SINCE.items()
    ),
    Change(
        Kind.LAYER,
        ("Normalization",),
        key="load",
        held="tf ..2.5, tf 2.8..",
        source=own_keras_file("2.8.0", "saving/hdf5_format.py"),
        effect=SeesItsWeights(),
    ),
)
