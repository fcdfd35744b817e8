"""What layers of Keras 3 do otherwise, or not at all, on a backend that is not TensorFlow.

Measured with Keras 3.15.1, jax 0.10.2 and torch 2.13.0 on a CPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.keras3.windows import DROPPED, keras3_file
from keraport.changes.layers.dtype_rules import own_dtype
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Layer
from keraport.report import Verdict

_HINT: Final = "convert it with --backend tensorflow"
_WORDS: Final = (
    *("HashedCrossing", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization"),
)
"""Layers that look up and hash with TensorFlow, whatever the backend is."""

_IMAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "jax": ("area", "bilinear", "lanczos3", "lanczos5", "nearest"),
    "torch": ("bilinear", "nearest"),
}
"""Backend: the interpolations that give what TensorFlow gives. Bicubic ones are off by 8e-4 of the
largest output on jax, and by 0.1 on torch."""

_POOLING: Final = ("AveragePooling1D", "AveragePooling2D", "AveragePooling3D")
_WIDE: Final = {"jax": {"float64": "float32", "int64": "int32", "uint64": "uint32"}}
"""Backend: dtypes that it narrows, unless it is told otherwise (``JAX_ENABLE_X64=1``)."""
_FLOAT: Final = "float64"


@dataclass(frozen=True, slots=True)
class NeedsTensorFlow(Effect):
    """A layer that imports TensorFlow, whatever the backend is."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse it on other backends."""
        if not site.target.backend:
            return subject
        raise Refused(
            f"{subject.class_name} needs TensorFlow, and the model is to run on "
            f"{site.target.backend}",
            hint="look the words up before the model, or " + _HINT,
            source=change.source,
        )


@dataclass(frozen=True, slots=True)
class Synchronises(Effect):
    """BatchNormalization adds up over devices while it trains, on TensorFlow alone."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Leave the keyword out on other backends."""
        config = config_of(subject)
        if not site.target.backend or not config.get(change.key):
            return subject
        site.note(
            Verdict.EXACT,
            f"{change.key}=True left out: {site.target.backend} does not do it; it predicts the "
            "same",
            source=change.source,
        )
        return configured(subject, without(config, change.key))


@dataclass(frozen=True, slots=True)
class Interpolates(Effect):
    """Images are resized by the backend.

    Args:
        default: the interpolation of a config that names none.
    """

    default: str

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse what was measured to differ."""
        backend = site.target.backend
        method = str(config_of(subject).get(change.key) or self.default)
        if not backend or method in _IMAGES.get(backend, ()):
            return subject
        raise Refused(
            f"{change.key}={method!r}: {backend} computes other numbers than TensorFlow does, or "
            "has no such method",
            hint=_HINT,
            source=change.source,
        )


@dataclass(frozen=True, slots=True)
class PadsAverages(Effect):
    """The average at a border is of what lies inside; torch counts the padding as well."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse it on torch where anything is padded."""
        config = config_of(subject)
        padded = config.get(change.key) == "same"
        if site.target.backend != "torch" or not padded or not _reaches_out(config, site):
            return subject
        raise Refused(
            f"{change.key}='same': torch counts the padding in averages at the borders, "
            "TensorFlow does not",
            hint="pool with padding='valid', or " + _HINT,
            source=change.source,
        )


def _reaches_out(config: Mapping[str, object], site: Site) -> bool:
    """False if every window is known to lie inside."""
    sizes, steps = (_listed(config.get(key)) for key in ("pool_size", "strides"))
    steps = steps or sizes
    first = config.get("data_format") == "channels_first"
    for shape in site.input_shapes or (None,):
        if shape is None:
            return True
        given = shape[2:] if first else shape[1:-1]
        if not len(given) == len(sizes) == len(steps):
            return True
        for length, size, step in zip(given, sizes, steps, strict=True):
            if length is None or (-(-length // step) - 1) * step + size > length:
                return True
    return False


def _listed(value: object) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value,)
    return tuple(value) if isinstance(value, list | tuple) else ()


@dataclass(frozen=True, slots=True)
class Narrows(Effect):
    """Wide dtypes are what they say; jax has them only if it is told so."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse wide floats; say what becomes of wide integers."""
        if not isinstance(subject, Layer):
            return subject
        backend, wide = site.target.backend, own_dtype(subject)
        narrow = _WIDE.get(backend, {}).get(wide)
        if narrow is None:
            return subject
        if wide == _FLOAT:
            raise Refused(
                f"{change.key}={wide!r}: {backend} computes in {narrow} unless JAX_ENABLE_X64=1 "
                "is set",
                hint="build the model in float32, or " + _HINT,
                source=change.source,
            )
        site.note(
            Verdict.EXACT,
            f"{wide} is {narrow} on {backend}, unless JAX_ENABLE_X64=1 is set: the numbers have to "
            "fit",
            source=change.source,
        )
        return subject


def _change(names: tuple[str, ...], key: str, path: str, effect: Effect) -> Change:
    return Change(Kind.LAYER, names, key=key, held=DROPPED, source=keras3_file(path), effect=effect)


CHANGES = (
    _change(_WORDS, "backend", "layers/preprocessing/string_lookup.py", NeedsTensorFlow()),
    _change(
        ("BatchNormalization",),
        "synchronized",
        "layers/normalization/batch_normalization.py",
        Synchronises(),
    ),
    _change(
        ("Resizing",), "interpolation", "backend/torch/image.py", Interpolates(default="bilinear")
    ),
    _change(
        ("UpSampling2D",),
        "interpolation",
        "backend/torch/image.py",
        Interpolates(default="nearest"),
    ),
    _change(_POOLING, "padding", "backend/torch/nn.py", PadsAverages()),
    _change(("*",), "dtype", "backend/jax/core.py", Narrows()),
)
