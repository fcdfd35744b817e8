"""Images that are cropped: what comes first, the crop or the change of size (TF 2.6 and later)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, without
from keraport.changes.combinators import Added
from keraport.changes.declared import declared
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Call, Config, Layer, TensorRef, Value
from keraport.report import Verdict

Size: TypeAlias = tuple[int, int]
Steps: TypeAlias = "tuple[tuple[str, Size], ...]"
"""Names of classes, and the size of the images that they give."""

_SOURCE = own_keras_file("2.15.0", "layers/preprocessing/image_preprocessing.py")
_RANK = 4
_RANDOM = "; while it trains it cuts out the middle as well, and no longer a part at random"
_UNKNOWN = "and the size of the images is not known"
_HINT = "give the model an Input of images of a known size"


def resized_first(image: Size, wanted: Size) -> Steps:
    """RandomCrop at inference in TF 2.3: resize to the shorter side, then cut out the middle.

    The arithmetic is that of ``resize_and_center_cropped_inputs`` (``image_preprocessing.py``).
    """
    (height, width), (wanted_height, wanted_width) = image, wanted
    if height / width > wanted_height / wanted_width:
        size = int(wanted_width * height / width), wanted_width
    else:
        size = wanted_height, int(wanted_height * width / height)
    return _needed(image, ("Resizing", size), ("CenterCrop", wanted))


def cropped_first(image: Size, wanted: Size) -> Steps:
    """``smart_resize``: cut out the middle with the wanted aspect ratio, then resize.

    The arithmetic is that of ``keras/utils/image_utils.py``.
    """
    (height, width), (wanted_height, wanted_width) = image, wanted
    size = (
        min(height, int(width * wanted_height / wanted_width)),
        min(width, int(height * wanted_width / wanted_height)),
    )
    return _needed(image, ("CenterCrop", size), ("Resizing", wanted))


def _needed(image: Size, *steps: tuple[str, Size]) -> Steps:
    """The steps that change the size of the images."""
    found = []
    for name, size in steps:
        if size != image:
            found.append((name, size))
        image = size
    return tuple(found)


def _sizes(site: Site) -> set[Size | None]:
    """Height and width of the images of each call; None where they are not known."""
    found: set[Size | None] = set()
    for shape in site.input_shapes or (None,):
        known = shape is not None and len(shape) == _RANK
        height, width = shape[1:3] if known and shape is not None else (None, None)
        found.add(None if height is None or width is None else (height, width))
    return found


def _wanted(config: Config) -> Size | None:
    height, width = config.get("height"), config.get("width")
    return (height, width) if isinstance(height, int) and isinstance(width, int) else None


def _chain(layer: Layer, steps: Steps, interpolation: Value) -> Layer | Expansion:
    """The steps one behind another, the last of which has the layer's name."""
    given, parts = TensorRef(INPUT, 0, 0), []
    for index, (class_name, (height, width)) in enumerate(steps):
        last = index == len(steps) - 1
        name = layer.name if last else f"{layer.name}_{class_name.lower()}"
        config: dict[str, Value] = {
            "name": name,
            "trainable": True,
            "dtype": layer.config.get("dtype"),
            "height": height,
            "width": width,
        }
        if class_name == "Resizing":
            config["interpolation"] = interpolation
        parts.append(Layer(name, class_name, config, (Call([given]),)))
        given = TensorRef(name, 0, 0)
    return Expansion(tuple(parts), (given,))


def _same(layer: Layer) -> Layer:
    """A layer that gives images as they are."""
    common = {
        key: layer.config[key]
        for key in ("name", "trainable", "dtype", "batch_input_shape")
        if key in layer.config
    }
    return Layer(layer.name, "Rescaling", {**common, "scale": 1.0, "offset": 0.0}, layer.calls)


def _rewritten(
    layer: Layer,
    site: Site,
    plan: Callable[[Size, Size], Steps],
    because: str,
    *,
    also: str = "",
) -> Layer | Expansion:
    """The layer as the steps of `plan`, which are the same for all its calls."""
    wanted, images = _wanted(layer.config), _sizes(site)
    if wanted is None or None in images:
        raise Refused(f"{because}, {_UNKNOWN}", hint=_HINT, source=_SOURCE)
    plans = {plan(image, wanted) for image in images if image is not None}
    if len(plans) != 1:
        raise Refused(f"{because}, and its calls take images of several sizes", source=_SOURCE)
    (steps,) = plans
    words = " and ".join(f"{name}({size[0]}, {size[1]})" for name, size in steps)
    site.note(
        Verdict.EXACT,
        f"rewritten as {words or 'Rescaling(1.0)'}: {because}{also}",
        source=_SOURCE,
    )
    if not steps:
        return _same(layer)
    return _chain(layer, steps, layer.config.get("interpolation", "bilinear"))


def as_smart_resize(layer: Layer, site: Site, because: str) -> Layer | Expansion:
    """RandomCrop as what it does when a model predicts, by layers that always do that."""
    return _rewritten(layer, site, cropped_first, because, also=_RANDOM)


@declared
class CropsFirst(Effect):
    """RandomCrop at inference crops and then resizes; without the change it resizes first."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Rewrite it as what the release that wrote the file does, unless that is the same."""
        return self._as(resized_first, subject, site, f"{site.target} crops before it resizes")

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The same the other way round."""
        return self._as(cropped_first, subject, site, f"{site.target} resizes before it crops")

    @staticmethod
    def _as(
        plan: Callable[[Size, Size], Steps], subject: Subject, site: Site, because: str
    ) -> Subject | Expansion:
        if not isinstance(subject, Layer):
            return subject
        wanted = _wanted(subject.config)
        if wanted is not None and all(
            image is not None and _alike(image, wanted) for image in _sizes(site)
        ):
            return subject
        return _rewritten(subject, site, plan, because, also=_RANDOM)


def _alike(image: Size, wanted: Size) -> bool:
    """True where both orders do one of the two things only, and the same."""
    one, other = resized_first(image, wanted), cropped_first(image, wanted)
    return one == other and len(one) <= 1


@declared
class EnlargesToCrop(Effect):
    """CenterCrop enlarges images that are smaller than the crop; without the change it fails."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """``smart_resize`` where the images are known to be smaller."""
        wanted = _wanted(config_of(subject))
        if not isinstance(subject, Layer) or wanted is None:
            return subject
        images = _sizes(site)
        if None in images:
            text = f"images smaller than {wanted[0]} x {wanted[1]} are an error in {site.target}"
            site.note(Verdict.EXACT, text, source=change.source)
            return subject
        if all(image and image[0] >= wanted[0] and image[1] >= wanted[1] for image in images):
            return subject
        because = f"{site.target} does not enlarge images that are smaller than the crop"
        return _rewritten(subject, site, cropped_first, because)


def _resized_by_ratio(layer: Layer, site: Site) -> Layer | Expansion:
    because = f"{site.target} always distorts images to another aspect ratio"
    layer = layer.with_config(without(layer.config, "crop_to_aspect_ratio"))
    return _rewritten(layer, site, cropped_first, because)


CHANGES = (
    Change(
        Kind.LAYER,
        ("RandomCrop",),
        key="crop",
        held="tf 2.7..",
        source=_SOURCE,
        drift="the order of resizing and cropping differs: 0.36 of outputs up to 1",
        effect=CropsFirst(),
    ),
    Change(
        Kind.LAYER,
        ("CenterCrop",),
        key="crop",
        held="tf 2.7..",
        source=_SOURCE,
        effect=EnlargesToCrop(),
    ),
    Change(
        Kind.LAYER,
        ("Resizing",),
        key="crop_to_aspect_ratio",
        held="tf 2.6..",
        source=_SOURCE,
        effect=Added(neutral=False, otherwise=_resized_by_ratio),
    ),
)
