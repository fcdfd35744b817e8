"""Layers and functions of well-known packages, read as what the hub has for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import field, replace

from keraport.analysis.kinds import ACTIVATION_KEYS
from keraport.catalog.releases import Release
from keraport.changes import lacks
from keraport.changes.layers.dropout import PartialNoiseShape
from keraport.model import KERAS, Layer, Model, Object, Value, Weight
from keraport.model.graph import walk
from keraport.own.third_party.known import Known
from keraport.own.third_party.table import CLASSES, FUNCTIONS
from keraport.own.third_party.wrappers import ReadingError, unwrapped
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict, brief

_FUNCTION = "function"
"""Class of a function that stands as an object; its config is the name."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A model after its third-party classes were found.

    Args:
        model: with the hub's classes in their places.
        found: paths of layers that were read or refused, and names of functions.
        refused: names of classes that were refused somewhere.
    """

    model: Model
    found: frozenset[str]
    refused: frozenset[str]


def recognise(model: Model, own: Collection[str], journal: Journal) -> Recognised:
    """Read what well-known packages define as what the hub has for it.

    A class counts as known if it has the name and writes the very keywords of the package's; what
    the user's files define, and any class with other keywords, stays the user's own.

    Args:
        model: as read, under the user's names.
        own: names that the user's own files define.
        journal: takes what was found, and what of it is refused.
    """
    reading = _Reading(own, journal)
    layers = tuple(map(reading.outermost, model.layers))
    read = replace(model, layers=layers)
    return Recognised(read, frozenset(reading.found), frozenset(reading.refused))


def refuse_open_noise(model: Model, source: Release, target: Release, journal: Journal) -> None:
    """Refuse FixedDropout between releases whose own Dropout leaves no dimension of its noise open.

    The class fills the open dimensions in by itself, so that it was trained where Dropout cannot.
    """
    if not (lacks(source, PartialNoiseShape) and lacks(target, PartialNoiseShape)):
        return
    for path, layer in walk(model):
        known = known_class(layer.class_name, layer)
        noise = layer.config.get("noise_shape")
        if known is CLASSES["FixedDropout"] and isinstance(noise, list) and None in noise:
            text = f"noise_shape={brief(noise)}: {target} cannot train with dimensions left open"
            said = f"{layer.class_name} of {known.package}: {text}"
            journal.note(path, Note(Verdict.REFUSED, said, _HINT))


def known_class(name: str, layer: Layer) -> Known | None:
    """The class of a package that a layer is; None for any other."""
    known = CLASSES.get(name)
    if known is None or not known.writes(layer.config):
        return None
    module = layer.extra.get("module") if layer.package == KERAS else layer.package
    if module is None or (known.is_registered and layer.package != KERAS):
        return known
    return (
        known
        if any(module == m or str(module).startswith(f"{m}.") for m in known.modules)
        else None
    )


@dataclass(slots=True)
class _Reading:
    own: Collection[str]
    journal: Journal
    found: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    weights: tuple[Weight, ...] = ()
    """Of the outermost layer that is gone over."""

    def outermost(self, layer: Layer) -> Layer:
        self.weights = layer.weights
        read = self.layer(layer, layer.name or layer.class_name, outermost=True)
        return read if self.weights is layer.weights else replace(read, weights=self.weights)

    def layer(self, layer: Layer, path: str, *, outermost: bool = False) -> Layer:
        if layer.model is not None:
            model = layer.model
            layers = tuple(
                self.layer(item, f"{path}/{item.name or item.class_name}") for item in model.layers
            )
            return replace(layer, model=replace(model, layers=layers))
        known = None if layer.class_name in self.own else known_class(layer.class_name, layer)
        config = {key: self.value(key, value, path) for key, value in layer.config.items()}
        layer = replace(layer, config=config)
        return layer if known is None else self.read(known, layer, path, outermost=outermost)

    def value(self, key: str, value: Value, path: str) -> Value:
        if isinstance(value, Layer):
            return self.layer(value, f"{path}/{value.name or value.class_name}")
        if isinstance(value, list):
            return [self.value(key, item, path) for item in value]
        if key in ACTIVATION_KEYS:
            return self.function(key, value, path)
        return value

    def function(self, key: str, value: Value, path: str) -> Value:
        name = value
        if isinstance(value, Object) and value.class_name == _FUNCTION:
            name = value.config
        known = FUNCTIONS.get(name) if isinstance(name, str) and name not in self.own else None
        if known is None:
            return value
        self.found.add(known.name)
        text = f"{key}: {known.name.rpartition('>')[2]} of {known.package}"
        self.journal.note(path, Note(Verdict.EXACT, text))
        return known.becomes

    def read(self, known: Known, layer: Layer, path: str, *, outermost: bool) -> Layer:
        """The layer in the hub's class, or as it is where it is refused."""
        self.found.add(path)
        for condition in known.only:
            value = layer.config.get(condition.key)
            if not condition.holds(value):
                shown = value.class_name if isinstance(value, Layer) else brief(value)
                self.refuse(
                    path, known, f"{condition.key}={shown}: {condition.because}", known.hint
                )
                return layer
        if known.becomes:
            self.journal.note(path, Note(known.verdict, _told(known)))
            config = known.in_the_hub(layer.config)
            return replace(layer, class_name=known.becomes, package=KERAS, config=config, extra={})
        try:
            read = unwrapped(known.name, layer, self.weights, outermost=outermost)
        except ReadingError as error:
            self.refuse(path, known, str(error), known.hint)
            return layer
        self.weights = read.weights
        text = (
            f"{known.name.rpartition('>')[2]} of {known.package} is read as {read.text}; training "
            "goes on without the normalisation"
        )
        self.journal.note(path, Note(Verdict.EXACT if read.exact else Verdict.EQUIVALENT, text))
        return read.layer

    def refuse(self, path: str, known: Known, text: str, hint: str) -> None:
        self.refused.add(known.name)
        what = f"{known.name} of {known.package}: {text}"
        self.journal.note(path, Note(Verdict.REFUSED, what, hint or _HINT))


_HINT = "write the class for the target in a file and add --objects FILE.py"


def _told(known: Known) -> str:
    name = known.name.rpartition(">")[2]
    text = f"{name} of {known.package}"
    if name != known.becomes:
        text += f" is read as {known.becomes}"
    elif known.is_registered:
        text += f" computes what {name} of Keras does"
    if known.is_registered:
        return text
    return (
        f"{text}: it has the name and the keywords; if it is a custom class, name the file that "
        "defines it: --objects FILE.py"
    )
