"""What layers of Keras 3 do otherwise, or not at all, on a backend that is not TensorFlow.

Measured with Keras 3.15.1, jax 0.10.2 and torch 2.13.0 on a CPU.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import DROPPED, EVERY, keras3_file
from keraport.changes.layers.dtype_rules import own_dtype
from keraport.changes.site import Expansion, Refused, Shape, Site
from keraport.model import Config, Layer
from keraport.report import Verdict

_HINT: Final = "convert it with --backend tensorflow"
_WORDS: Final = ("HashedCrossing", "StringLookup", "TextVectorization")
"""Layers that look up and hash with TensorFlow, whatever the backend is."""

_WIDE: Final = {"jax": {"float64": "float32", "int64": "int32", "uint64": "uint32"}}
"""Backend: dtypes that it narrows, unless it is told otherwise (``JAX_ENABLE_X64=1``)."""
_FLOAT: Final = "float64"


@declared
class NeedsTensorFlow(Effect):
    """A layer that imports TensorFlow, whatever the backend is."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse it on other backends."""
        if not site.target.backend:
            return subject
        raise _needs_tensorflow(subject.class_name, change, site)


_KNOWN: Final[Mapping[str, tuple[object, ...]]] = {
    "idf_weights": (None,),
    "invert": (False,),
    "oov_method": ("floormod",),
    "output_mode": ("count", "int", "multi_hot", "one_hot"),
    "salt": (None,),
    "sparse": (False,),
    "vocabulary_dtype": ("int64",),
}
"""Keyword of IntegerLookup that the companion lacks, or knows in part: the values it stands for."""
_LOOKED_UP: Final = (
    *("mask_token", "max_tokens", "name", "num_oov_indices", "oov_token", "output_mode"),
    *("pad_to_max_tokens", "trainable", "vocabulary"),
)
_INT32: Final = range(-(2**31), 2**31)


@declared
class LooksUpInTable(Effect):
    """IntegerLookup has a table of TensorFlow, whatever the backend is."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class, whose vocabulary is a constant."""
        if not site.target.backend or not isinstance(subject, Layer):
            return subject
        config = subject.config
        for key, known in _KNOWN.items():
            if key in config and config[key] not in known:
                raise _needs_tensorflow(f"IntegerLookup({key}={config[key]!r})", change, site)
        tokens = config.get(change.key)
        if not isinstance(tokens, list) or not tokens:
            raise _needs_tensorflow("IntegerLookup without a vocabulary", change, site)
        narrow = "int64" in _WIDE.get(site.target.backend, {})
        if narrow and any(token not in _INT32 for token in tokens):
            raise _needs_tensorflow("IntegerLookup of numbers wider than int32", change, site)
        plain = replace(subject, config={key: config[key] for key in _LOOKED_UP if key in config})
        because = (
            f"the stock layer needs TensorFlow; on {site.target.backend} a constant holds its "
        )
        because += "vocabulary"
        if config.get("num_oov_indices") == 0:
            because += ", and what is not in it gives -1 instead of an error"
        return as_companion(plain, site, "IntegerLookupV2", because)


_WHOLE: Final = frozenset({"int32", "int64"})
_HASHED: Final = ("mask_value", "name", "num_bins", "salt", "trainable")


@declared
class HashesStrings(Effect):
    """Hashing makes strings of what it is given, with TensorFlow, whatever the backend is."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class for integers with a salt."""
        if not site.target.backend or not isinstance(subject, Layer):
            return subject
        config = subject.config
        given = {dtype for call in site.dtypes for dtype in call.inputs}
        if not given or not given <= _WHOLE:
            raise _needs_tensorflow("Hashing of words", change, site)
        if config.get("salt") is None or config.get("output_mode", "int") != "int":
            raise _needs_tensorflow("Hashing without a salt, or not to whole numbers", change, site)
        plain = replace(subject, config={key: config[key] for key in _HASHED if key in config})
        because = "the stock layer needs TensorFlow; SipHash64 is computed in Python"
        return as_companion(plain, site, "HashingOfIntegers", because)


def _needs_tensorflow(what: str, change: Change, site: Site) -> Refused:
    return Refused(
        f"{what} needs TensorFlow, and the model is to run on {site.target.backend}",
        hint="look the words up before the model, or " + _HINT,
        source=change.source,
    )


@declared
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


@declared
class Narrows(Effect):
    """Wide dtypes are what they say; jax has them only if it is told so."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Note in the report what becomes of them."""
        if not isinstance(subject, Layer):
            return subject
        backend, wide = site.target.backend, own_dtype(subject)
        narrow = _WIDE.get(backend, {}).get(wide)
        if narrow is None:
            return subject
        if wide == _FLOAT:
            site.note(
                Verdict.EXACT,
                f"{wide} is {narrow} on {backend} by default: the line that loads the output sets "
                "jax_enable_x64",
                source=change.source,
            )
            return subject
        site.note(
            Verdict.EXACT,
            f"{wide} is {narrow} on {backend}, unless JAX_ENABLE_X64=1 is set: the numbers have to "
            "fit",
            source=change.source,
        )
        return subject


_COUNTS_AS_INTEGERS: Final = frozenset({"torch"})
"""Backends whose ``one_hot`` gives integers (``backend/torch/nn.py``)."""


_NO_PIXEL: Final = 1e-30
"""A limit that leaves nothing of a count of pixels in float32."""


@declared
class ClipsCounts(Effect):
    """Histograms are clipped at fractions of a count; torch, in integers, rounds those down."""

    alters_meaning = True
    backends = _COUNTS_AS_INTEGERS

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse a limit that is none."""
        config = config_of(subject)
        limit = float(config.get(change.key, 4.0))
        if limit <= 0:
            return subject  # nothing is clipped
        sizes = _tiles(site, config)
        if all(size is not None and (limit * size / 256).is_integer() for size in sizes):
            return subject
        raise Refused(
            f"{change.key}={limit} computes other numbers on {site.target.backend} than on "
            "TensorFlow: it stands for pixels of a tile, and that is rounded down there",
            hint=_HINT,
            source=change.source,
        )

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The limit that stands for as many pixels as torch leaves of it."""
        config = config_of(subject)
        limit = float(config.get(change.key, 4.0))
        if limit <= 0:
            return subject
        sizes = set(_tiles(site, config))
        size = next(iter(sizes)) if len(sizes) == 1 else None
        if size is None:
            raise Refused(
                f"{change.key}={limit}: the file was saved on {site.source.backend}, which rounds "
                "the pixels of a tile that it stands for down, and the size of images is open",
                hint="give the model images of a fixed size",
                source=change.source,
            )
        pixels = int(limit * size / 256)
        if limit * size / 256 == pixels:
            return subject
        # 0 would be no limit at all.
        fitted = pixels * 256 / size or _NO_PIXEL
        text = f"{change.key}={limit} rewritten as {fitted}: {site.source.backend} rounds pixels"
        site.note(Verdict.EXACT, f"{text} of a tile down", source=change.source)
        return configured(subject, {**config, change.key: fitted})


def _tiles(site: Site, config: Config) -> list[int | None]:
    """The pixels of a tile, for each call."""
    return [_tile(config, shape) for shape in site.input_shapes] or [None]


def _tile(config: Config, shape: Shape) -> int | None:
    """The pixels of a tile of an image; None where that is open."""
    if shape is None or len(shape) != 4:
        return None
    height, width = shape[2:] if config.get("data_format") == "channels_first" else shape[1:3]
    if height is None or width is None:
        return None
    rows, columns = config.get("tile_grid_size", (8, 8))
    return int(math.ceil(height / rows) * math.ceil(width / columns))


def _change(
    names: tuple[str, ...], key: str, path: str, effect: Effect, held: str = DROPPED
) -> Change:
    return Change(Kind.LAYER, names, key=key, held=held, source=keras3_file(path), effect=effect)


CHANGES = (
    _change(_WORDS, "backend", "layers/preprocessing/string_lookup.py", NeedsTensorFlow()),
    _change(("Hashing",), "salt", "layers/preprocessing/hashing.py", HashesStrings()),
    _change(
        ("IntegerLookup",), "vocabulary", "layers/preprocessing/index_lookup.py", LooksUpInTable()
    ),
    _change(
        ("BatchNormalization",),
        "synchronized",
        "layers/normalization/batch_normalization.py",
        Synchronises(),
    ),
    _change(
        ("ContrastLimitedAdaptiveHistogramEqualization",),
        "clip_limit",
        "layers/preprocessing/image_preprocessing/clahe.py",
        ClipsCounts(),
        EVERY,
    ),
    _change(("*",), "dtype", "backend/jax/core.py", Narrows()),
)
