"""UpSampling2D, which learnt to interpolate."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, without
from keraport.changes.combinators import Added
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Layer
from keraport.report import Verdict

_METHODS = ("nearest", "bilinear")


@declared
class MoreMethods(Effect):
    """UpSampling2D interpolates by the same methods as Resizing; without the change by two."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Resizing where the size of the images is known."""
        config = config_of(subject)
        method = config.get(change.key, _METHODS[0])
        if method in _METHODS or not isinstance(subject, Layer):
            return subject
        sizes = set(site.output_shapes)
        (shape,) = sizes if len(sizes) == 1 else (None,)
        last = config.get("data_format") in (None, "channels_last")
        if not last or shape is None or len(shape) != _RANK or None in shape[1:3]:
            raise Refused(
                f"{change.key}={method!r}: {site.target} interpolates by {' and '.join(_METHODS)}, "
                "and its Resizing needs a known size and channels last",
                hint="give the model an Input of images of a known size",
                source=change.source,
            )
        site.note(
            Verdict.EXACT,
            f"{change.key}={method!r} rewritten as Resizing({shape[1]}, {shape[2]})",
            source=change.source,
        )
        resized = {
            **without(config, "size", "data_format"),
            "height": shape[1],
            "width": shape[2],
        }
        return replace(subject, class_name="Resizing", config=resized)


_RANK = 4


@declared
class InterpolatesFromCentres(Effect):
    """Bilinear UpSampling2D goes from centre to centre of pixels.

    Standalone Keras goes from corner to corner: each pixel lies at the first of those that it
    becomes, and what is behind the last one repeats it (``resize_bilinear`` of TensorFlow 1).
    """

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class, which interpolates as standalone Keras does."""
        if config_of(subject).get(change.key) != "bilinear" or not isinstance(subject, Layer):
            return subject
        because = f"{site.source} interpolates from corner to corner of pixels"
        return as_companion(subject, site, _FROM_CORNERS, because, verdict=Verdict.EQUIVALENT)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class, which goes from centre to centre."""
        if config_of(subject).get(change.key) != "bilinear" or not isinstance(subject, Layer):
            return subject
        because = f"{site.target} interpolates from corner to corner of pixels"
        return as_companion(subject, site, _FROM_CENTRES, because, verdict=Verdict.EQUIVALENT)


_FROM_CENTRES = "UpSampling2DV2"
_FROM_CORNERS = "UpSampling2DFromCorners"

CHANGES = (
    Change(
        Kind.LAYER,
        ("UpSampling2D",),
        key="interpolation",
        held="tf 1.13.., keras2 2.2.3..",
        source=keras_file("1.15.5", "layers/convolutional.py"),
        effect=Added(
            neutral="nearest",
            otherwise=AsCompanion(
                "UpSampling2DV2",
                "the stock layer repeats the nearest pixel",
                verdict=Verdict.EQUIVALENT,
            ),
        ),
    ),
    Change(
        Kind.LAYER,
        ("UpSampling2D",),
        key="interpolation",
        held="tf 2.9..",
        source=own_keras_file("2.15.0", "layers/reshaping/up_sampling2d.py"),
        effect=MoreMethods(),
    ),
    Change(
        Kind.LAYER,
        ("UpSampling2D",),
        key="interpolation",
        held="tf 1.., keras2 none",
        source=own_keras_file("2.3.1", "backend/tensorflow_backend.py"),
        effect=InterpolatesFromCentres(),
        drift="0.3 to 0.8 between Keras 2.3.1 and TensorFlow 2.15.1, UpSampling2D bilinear",
    ),
)
