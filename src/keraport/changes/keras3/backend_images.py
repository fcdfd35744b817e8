"""What layers of images, volumes and steps compute otherwise on a backend that is not TensorFlow.

Measured with Keras 3.15.1, jax 0.10.2 and torch 2.13.0 on a CPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.keras3.repeated_borders import (
    can_be_taken_apart,
    is_even,
    padding_of_averages,
    with_repeated_borders,
)
from keraport.changes.keras3.windows import DROPPED, EVERY, keras3_file
from keraport.changes.layers.dtype_rules import own_dtype
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Layer, Object
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

    alters_meaning = True

    default: str

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class where the backend was measured to differ."""
        backend, method = site.target.backend, self._method(change, subject)
        if self._is_alike(backend, subject, method):
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

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse what was saved on a backend that was measured to differ."""
        backend, method = site.source.backend, self._method(change, subject)
        if self._is_alike(backend, subject, method) or _is_in_table(backend, method, subject):
            return subject
        raise Refused(
            f"{change.key}={method!r}: the file was saved on {backend}, which computes other "
            "numbers than TensorFlow does",
            hint=f"resize with {_either(_ALIKE[backend])}, without antialias, or before the model",
            source=change.source,
        )

    def _method(self, change: Change, subject: Layer | Object) -> str:
        return str(config_of(subject).get(change.key) or self.default)

    @staticmethod
    def _is_alike(backend: str, subject: Layer | Object, method: str) -> bool:
        smooth = bool(config_of(subject).get("antialias")) and method != "nearest"
        return method in _ALIKE[backend] and not smooth

    @staticmethod
    def _is_computed(layer: Layer, method: str) -> bool:
        padded = bool(layer.config.get("pad_to_aspect_ratio"))
        return method in _COMPUTED and not padded and own_dtype(layer) == "float32"


_STEPS_OF_TABLE: Final = 1024
"""TensorFlow looks cubic weights up at so many places between two pixels (``kTableSize``)."""


def _is_in_table(backend: str, method: str, subject: Layer | Object) -> bool:
    """True for cubic weights that jax computes where TensorFlow's table has them."""
    times = _listed(config_of(subject).get("size"))
    if backend != "jax" or method != "bicubic" or subject.class_name != "UpSampling2D" or not times:
        return False
    return all(item > 0 and _STEPS_OF_TABLE % (2 * item) == 0 for item in times)


def _either(names: tuple[str, ...]) -> str:
    return ", ".join(names[:-1]) + f" or {names[-1]}"


@declared
class InterpolatesBesideJax(Interpolates):
    """What jax resizes otherwise."""

    backends = frozenset({"jax"})


@declared
class InterpolatesBesideTorch(Interpolates):
    """What torch resizes otherwise."""

    backends = frozenset({"torch"})


@declared
class PadsAverages(Effect):
    """The average at a border is of what lies inside.

    torch repeats the border where it pads one side more than the other, and averages that as well.
    """

    alters_meaning = True
    backends = frozenset({"torch"})

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class on torch where anything is padded."""
        config = config_of(subject)
        padded = config.get(change.key) == "same"
        if not padded or not isinstance(subject, Layer) or not _reaches_out(config, site):
            return subject
        because = "torch counts the padding in averages at the borders, TensorFlow does not"
        return as_companion(
            subject, site, f"{subject.class_name}V2", because, verdict=Verdict.EQUIVALENT
        )

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Borders repeated by layers before it, which then averages without padding."""
        config = config_of(subject)
        if config.get(change.key) != "same" or not isinstance(subject, Layer):
            return subject
        paddings = {padding_of_averages(config, shape) for shape in site.input_shapes or (None,)}
        known = paddings - {None}
        if paddings == known and all(map(is_even, known)):
            return subject
        if len(known) == len(paddings) == 1 and can_be_taken_apart(subject, site):
            shape = site.input_shapes[0]
            site.note(
                Verdict.EXACT,
                "rewritten with borders that are repeated before it, and padding='valid': "
                "torch averages these as well",
                source=change.source,
            )
            return with_repeated_borders(subject, shape or (), known.pop() or ())
        raise Refused(
            "padding='same': the file was saved on torch, which repeats the border and averages "
            "that as well",
            hint="give the model an input of a fixed size, or pad before the layer and give it "
            "padding='valid'",
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


def _change(
    names: tuple[str, ...], key: str, path: str, effect: Effect, held: str = DROPPED
) -> Change:
    return Change(Kind.LAYER, names, key=key, held=held, source=keras3_file(path), effect=effect)


_IMAGE: Final = "backend/torch/image.py"
_RESIZED_BY_DEFAULT: Final = (("Resizing", "bilinear"), ("UpSampling2D", "nearest"))

CHANGES = (
    *(
        _change((name,), "interpolation", _IMAGE, beside(default=default), EVERY)
        for name, default in _RESIZED_BY_DEFAULT
        for beside in (InterpolatesBesideJax, InterpolatesBesideTorch)
    ),
    _change(_POOLING, "padding", "backend/torch/nn.py", PadsAverages(), EVERY),
    _change(("MultiHeadAttention",), "value_dim", "backend/jax/nn.py", SizesOfValues()),
)
