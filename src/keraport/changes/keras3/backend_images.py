"""What layers of images, volumes and steps compute otherwise on a backend that is not TensorFlow.

Measured with Keras 3.15.1, jax 0.10.2 and torch 2.13.0 on a CPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keraport.catalog.api import Kind
from keraport.catalog.windows import held
from keraport.changes.change import Change, Effect, Subject, config_of
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.keras3.images import adds_bias_along_width, bias_refused
from keraport.changes.keras3.windows import DROPPED, keras3_file, up_to
from keraport.changes.layers.dtype_rules import own_dtype
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Layer
from keraport.report import Verdict

_HINT: Final = "convert it with --backend tensorflow"

_ALIKE: Final[Mapping[str, tuple[str, ...]]] = {
    "jax": ("bilinear", "lanczos3", "lanczos5", "nearest"),
    "torch": ("bilinear", "nearest"),
}
"""Backend: the interpolations that give what TensorFlow gives. Bicubic ones are off by 8e-4 of the
largest output on jax, and by 0.1 on torch; neither has area, and torch no lanczos."""

_COMPUTED: Final = ("area", "bicubic", "bilinear", "lanczos3", "lanczos5")
"""What the companion computes as TensorFlow does."""

_POOLING: Final = ("AveragePooling1D", "AveragePooling2D", "AveragePooling3D")


@declared
class Interpolates(Effect):
    """Images are resized by the backend.

    Args:
        default: the interpolation of a config that names none.
    """

    default: str

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class where the backend was measured to differ."""
        backend, config = site.target.backend, config_of(subject)
        method = str(config.get(change.key) or self.default)
        smooth = bool(config.get("antialias")) and method != "nearest"
        if not backend or (method in _ALIKE.get(backend, ()) and not smooth):
            return subject
        if not isinstance(subject, Layer) or not self._is_computed(subject, method):
            raise Refused(
                f"{change.key}={method!r}: {backend} computes other numbers than TensorFlow does, "
                "or has no such method",
                hint=_HINT,
                source=change.source,
            )
        because = (
            f"{change.key}={method!r} is computed as TensorFlow does, which {backend} does not"
        )
        return as_companion(
            subject, site, f"{subject.class_name}V2", because, verdict=Verdict.EQUIVALENT
        )

    @staticmethod
    def _is_computed(layer: Layer, method: str) -> bool:
        padded = bool(layer.config.get("pad_to_aspect_ratio"))
        return method in _COMPUTED and not padded and own_dtype(layer) == "float32"


@declared
class PadsAverages(Effect):
    """The average at a border is of what lies inside; torch counts the padding as well."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class on torch where anything is padded."""
        config = config_of(subject)
        padded = config.get(change.key) == "same"
        if site.target.backend != "torch" or not padded or not isinstance(subject, Layer):
            return subject
        if not _reaches_out(config, site):
            return subject
        because = "torch counts the padding in averages at the borders, TensorFlow does not"
        return as_companion(
            subject, site, f"{subject.class_name}V2", because, verdict=Verdict.EQUIVALENT
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


@declared
class AddsBiasAlongWidth(Effect):
    """Keras 3.7 and later may add the bias of images with the channels first along the width.

    It does so on TensorFlow alone.
    """

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse a file whose own release does."""
        if not site.target.backend or held(up_to("3.6"), site.source):
            return subject
        if adds_bias_along_width(subject, site):
            raise bias_refused(change, f"{site.source} with TensorFlow")
        return subject


@declared
class SizesOfValues(Effect):
    """Attention to values of another size than its keys, at which jax fails."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class, which computes it with ``einsum``."""
        config = config_of(subject)
        size = config.get(change.key)
        alike = size is None or size == config.get("key_dim")
        if site.target.backend != "jax" or alike or not isinstance(subject, Layer):
            return subject
        because = "jax fails at values of another size than keys"
        return as_companion(
            *(subject, site, "MultiHeadAttentionByEinsum", because), verdict=Verdict.EQUIVALENT
        )


def _change(names: tuple[str, ...], key: str, path: str, effect: Effect) -> Change:
    return Change(Kind.LAYER, names, key=key, held=DROPPED, source=keras3_file(path), effect=effect)


_IMAGE: Final = "backend/torch/image.py"

CHANGES = (
    _change(("Resizing",), "interpolation", _IMAGE, Interpolates(default="bilinear")),
    _change(("UpSampling2D",), "interpolation", _IMAGE, Interpolates(default="nearest")),
    _change(_POOLING, "padding", "backend/torch/nn.py", PadsAverages()),
    _change(
        (
            *("Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose"),
            *("Conv3DTranspose", "DepthwiseConv1D", "DepthwiseConv2D"),
            *("SeparableConv1D", "SeparableConv2D"),
        ),
        "data_format",
        "backend/tensorflow/numpy.py",
        AddsBiasAlongWidth(),
    ),
    _change(("MultiHeadAttention",), "value_dim", "backend/jax/nn.py", SizesOfValues()),
)
