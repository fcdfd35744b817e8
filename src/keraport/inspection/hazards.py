"""What in a model file would run code, or read another file, if a release loaded the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from keraport.catalog.api import Api, Kind, load_api
from keraport.model import Layer, Model, ModelFile, Object, Value


class HazardKind(StrEnum):
    """What would happen."""

    BYTECODE = "bytecode"
    """A Lambda: loading or calling it runs code from the file."""
    CUSTOM_CLASS = "custom_class"
    """A class that the release does not have; someone has to provide it."""
    MODULE = "module"
    """A class named with a module that is not Keras': loading may import it."""
    FILE = "file"
    """A path or URL that loading would open."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard.

    Args:
        kind: what would happen.
        where: the layer's path, or ``training``; config keys follow after a colon.
        text: what was found.
    """

    kind: HazardKind
    where: str
    text: str

    def to_json(self) -> dict[str, str]:
        """The stable shape."""
        return {key: str(value) for key, value in asdict(self).items()}


_BYTECODE = frozenset({"Lambda", "__lambda__"})
_FILE_KEYS = {
    "vocabulary": "a vocabulary that loading reads from this place",
    "vocabulary_file": "a vocabulary that loading reads from this place",
    "filepath": "a model that loading reads from this place",
}
_FOREIGN_MODELS = {
    "TFSMLayer": "runs a SavedModel from another place",
    "TorchModuleWrapper": "unpickles a PyTorch module, which runs code",
}
_NAMED = {
    "activation": Kind.ACTIVATION,
    "recurrent_activation": Kind.ACTIVATION,
    "loss": Kind.LOSS,
    "metrics": Kind.METRIC,
    "weighted_metrics": Kind.METRIC,
}
"""Keys under which text is the name of a function, or a list of such names."""
_WORDS = frozenset({"accuracy", "acc", "crossentropy", "ce"})
"""Words that ``compile`` replaces by a metric that fits the loss (``training_utils.py``)."""
_OWN_MODULES = ("keras", "tensorflow", "tf_keras", "tensorflow_core")


def find_hazards(file: ModelFile, release: str | None) -> tuple[Hazard, ...]:
    """All hazards, at any depth of layers, wrappers, losses and metrics; bytecode first.

    Args:
        file: as read.
        release: id of the release that wrote it; without one, no class counts as custom.
    """
    search = _Search(None if release is None else load_api(release))
    found: list[Hazard] = []
    if file.model is not None:
        found += search.model(file.model, "")
    training = file.training
    if training is not None:
        for key, value in (
            ("optimizer", training.optimizer),
            ("loss", training.loss),
            ("metrics", training.metrics),
            *training.settings.items(),
        ):
            found += search.value(value, f"training: {key}", key)
    order = list(HazardKind)
    return tuple(sorted(dict.fromkeys(found), key=lambda hazard: order.index(hazard.kind)))


@dataclass(frozen=True, slots=True)
class _Search:
    api: Api | None

    def model(self, model: Model, prefix: str) -> Iterator[Hazard]:
        for layer in model.layers:
            yield from self.layer(layer, f"{prefix}{layer.name or layer.class_name}")
        where = prefix.rstrip("/") or model.name or model.class_name
        yield from self.value(model.settings, where, "")
        yield from _module(model.extra, where, model.class_name)

    def layer(self, layer: Layer, where: str) -> Iterator[Hazard]:
        yield from _module(layer.extra, where, layer.class_name)
        if layer.class_name in _BYTECODE:
            yield Hazard(HazardKind.BYTECODE, where, _bytecode(layer.config))
        elif layer.class_name in _FOREIGN_MODELS:
            text = f"{layer.class_name} {_FOREIGN_MODELS[layer.class_name]}"
            yield Hazard(HazardKind.FILE, where, text)
        elif layer.model is None and not self._knows(layer.class_name):
            text = f"class {layer.class_name} is not part of {self._release()}"
            yield Hazard(HazardKind.CUSTOM_CLASS, where, text)
        if layer.model is not None:
            yield from self.model(layer.model, f"{where}/")
        for key, value in layer.config.items():
            # The code of a Lambda has been named already.
            if layer.class_name not in _BYTECODE or isinstance(value, Layer | Object):
                yield from self.value(value, f"{where}: {key}", key)
        for call in layer.calls:
            yield from self.value(call.arguments, f"{where}: call", "")

    def value(self, value: Value, where: str, key: str) -> Iterator[Hazard]:
        """Hazards in a value of a config; `key` is the one that it stands under."""
        if isinstance(value, Layer):
            yield from self.layer(value, f"{where.partition(': ')[0]}/{value.name or key}")
        elif isinstance(value, Object):
            yield from self._object(value, where)
        elif isinstance(value, Mapping):
            yield from self._mapping(value, where)
        elif isinstance(value, list | tuple):
            # The words of a vocabulary are no paths.
            for item in value:
                yield from self.value(item, where, key if key in _NAMED else "")
        elif isinstance(value, str):
            yield from _text(value, where, key)
            yield from self._function(value, where, key)

    def _object(self, value: Object, where: str) -> Iterator[Hazard]:
        yield from _module(value.extra, where, value.class_name)
        if value.class_name in _BYTECODE:
            yield Hazard(HazardKind.BYTECODE, where, _bytecode(value.config))
            return
        if not self._knows(value.class_name):
            text = f"class {value.class_name} is not part of {self._release()}"
            yield Hazard(HazardKind.CUSTOM_CLASS, where, text)
        yield from self.value(value.config, where, "")

    def _function(self, value: str, where: str, key: str) -> Iterator[Hazard]:
        """A function that is named where the release looks one up."""
        kind = _NAMED.get(key)
        if self.api is None or kind is None or value == "<lambda>" or value in _WORDS:
            return
        if self.api.find(kind, value) is None:
            text = f"{kind} {value} is not part of {self._release()}"
            yield Hazard(HazardKind.CUSTOM_CLASS, where, text)

    def _mapping(self, value: Mapping[str, Value], where: str) -> Iterator[Hazard]:
        if value.get("class_name") in _BYTECODE:
            yield Hazard(HazardKind.BYTECODE, where, _bytecode(value))
        yield from _module(value, where, str(value.get("class_name", "")))
        for key, item in value.items():
            yield from self.value(item, where, key)

    def _knows(self, class_name: str) -> bool:
        api = self.api
        if api is None or class_name in api.class_names:
            return True
        return any(api.find(kind, class_name) is not None for kind in Kind)

    def _release(self) -> str:
        return "" if self.api is None else self.api.release_id


def _text(value: str, where: str, key: str) -> Iterator[Hazard]:
    if value in ("<lambda>", "__lambda__"):
        text = "a function without a name (a lambda), which no file can restore"
        yield Hazard(HazardKind.CUSTOM_CLASS, where, text)
    if value and key in _FILE_KEYS:
        yield Hazard(HazardKind.FILE, where, f"{_FILE_KEYS[key]}: {value}")


def _module(keys: Mapping[str, Value], where: str, class_name: str) -> Iterator[Hazard]:
    module = keys.get("module")
    if "class_name" not in keys and not class_name:
        return
    if isinstance(module, str) and module.partition(".")[0] not in ("", *_OWN_MODULES):
        text = f"{class_name or 'a class'} comes from the module {module}, which loading may import"
        yield Hazard(HazardKind.MODULE, where, text)


def _bytecode(config: Value) -> str:
    """What is known about the code, without reading it."""
    function = config.get("function") if isinstance(config, Mapping) else None
    if isinstance(function, str):
        return f"a Lambda that calls the function {function}"
    return "a Lambda with Python bytecode, which loading the model would run; it is not run here"
