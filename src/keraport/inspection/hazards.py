"""What in a model file would run code, or read another file, if a release loaded the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keraport.catalog.api import Api, Kind, load_api
from keraport.hub import third_party
from keraport.inspection import raw_operations, suspicious
from keraport.inspection.rules import Hazard, HazardKind, in_order
from keraport.model import OPERATIONS, Constant, Layer, Model, ModelFile, Object, Value
from keraport.records import dataclass

_BYTECODE = frozenset({"Lambda", "__lambda__"})
_FUNCTION_KEYS = ("function", "code")
_FUNCTION_TYPES = ("function_type", "output_shape_type", "mask_type")
"""Where a Lambda says how it stores a function: ``lambda`` is unmarshalled, whatever it looks like
(``Lambda._parse_function_from_config`` of TF 2.3, ``from_config`` of TF 1.12)."""
_LAMBDA_CVES = ("CVE-2024-3660", "CVE-2025-9905", "CVE-2026-12481")
_FOREIGN_MODELS = {
    "TFSMLayer": (
        HazardKind.FILE,
        "TFSMLayer runs the graph of a SavedModel from another place",
        ("CVE-2026-1462",),
    ),
    "TorchModuleWrapper": (
        HazardKind.PICKLE,
        "TorchModuleWrapper unpickles a PyTorch module",
        ("CVE-2025-49655",),
    ),
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
_MARKERS = frozenset(
    {
        *("function", "Functional", "Sequential", "Model", "TensorShape", "TypeSpec"),
        *("DTypePolicy", "Policy", "CollapsedDict", "OptimizerSequence", "SharedObjectConfig"),
    }
)
"""Classes that no catalog of layers, losses, ... lists and that Keras itself writes."""


def find_hazards(file: ModelFile, release: str | None) -> tuple[Hazard, ...]:
    """All hazards, at any depth of layers, wrappers, losses and metrics; the worst first.

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
    return in_order(found)


@dataclass(frozen=True, slots=True)
class _Search:
    api: Api | None

    def model(self, model: Model, prefix: str) -> Iterator[Hazard]:
        for layer in model.layers:
            yield from self.layer(layer, f"{prefix}{layer.name or layer.class_name}")
        where = prefix.rstrip("/") or model.name or model.class_name
        yield from self.value(model.settings, where, "")
        yield from suspicious.named(model.class_name, None, model.extra, where)
        if not prefix:
            yield from self._custom(model.class_name, model.extra, where)

    def layer(self, layer: Layer, where: str) -> Iterator[Hazard]:
        yield from self._class(
            layer.class_name,
            layer.config,
            layer.extra,
            where,
            known=layer.package == OPERATIONS,
        )
        yield from self._values(layer.extra, where)
        if layer.model is not None:
            yield from self.model(layer.model, f"{where}/")
        for key, value in layer.config.items():
            # The code of a Lambda has been named already.
            if not (layer.class_name in _BYTECODE and key in _FUNCTION_KEYS):
                yield from self.value(value, f"{where}: {key}", key)
        for call in layer.calls:
            yield from self.value(call.inputs, f"{where}: call", "")
            yield from self.value(call.arguments, f"{where}: call", "")

    def value(self, value: Value, where: str, key: str) -> Iterator[Hazard]:
        """Hazards in a value of a config; `key` is the one that it stands under."""
        if isinstance(value, Layer):
            yield from self.layer(value, f"{where.partition(': ')[0]}/{value.name or key}")
        elif isinstance(value, Object):
            yield from self._class(value.class_name, value.config, value.extra, where)
            yield from self._values(value.extra, where)
            if value.class_name not in _BYTECODE:
                yield from self.value(value.config, where, "")
        elif isinstance(value, Mapping):
            class_name = value.get("class_name")
            if _unmarshals(value) or (isinstance(class_name, str) and class_name in _BYTECODE):
                yield _bytecode(value, where)
            elif isinstance(class_name, str):
                config = value.get("config")
                yield from self._class(
                    class_name, config, value, where, known="config" not in value
                )
            yield from self._values(value, where)
        elif isinstance(value, Constant):
            yield from self.value(value.value, where, "")
        elif isinstance(value, list | tuple):
            # The words of a vocabulary are no paths.
            for item in value:
                yield from self.value(item, where, key if key in _NAMED else "")
        elif isinstance(value, str):
            yield from suspicious.text(value, where, key)
            yield from self._function(value, where, key)

    def _values(self, values: Mapping[str, Value], where: str) -> Iterator[Hazard]:
        for key, item in values.items():
            if key != "class_name":
                yield from self.value(item, where, key)

    def _class(
        self,
        class_name: str,
        config: Value,
        extra: Mapping[str, Value],
        where: str,
        *,
        known: bool = False,
    ) -> Iterator[Hazard]:
        """What the name of a class, and the module beside it, tell."""
        yield from suspicious.named(class_name, config, extra, where)
        yield from raw_operations.hazards(class_name, config, where)
        if class_name in _BYTECODE or _unmarshals(config):
            yield _bytecode(config, where)
        elif class_name in _FOREIGN_MODELS:
            kind, text, cve = _FOREIGN_MODELS[class_name]
            yield Hazard(kind, where, text, cve)
        elif class_name == "function" and isinstance(config, str):
            yield from self._custom(config, {"registered_name": config}, where, "function")
        elif not known:
            yield from self._custom(class_name, extra, where)

    def _custom(
        self, name: str, extra: Mapping[str, Value], where: str, what: str = "class"
    ) -> Iterator[Hazard]:
        registered = suspicious.package_of(extra)
        package = third_party.REGISTERED.get(registered or name.rpartition(">")[0])
        if package is not None:
            text = f"{what} {name} is of the package {package}, not of Keras"
            yield Hazard(HazardKind.CUSTOM_CLASS, where, text)
        elif registered:
            text = f"{what} {name} is registered by the package {registered}, not by Keras"
            yield Hazard(HazardKind.CUSTOM_CLASS, where, text)
        elif "registered_name" in extra and extra.get("module", "") is None:
            text = f"{what} {name} is custom: the file names no module of Keras for it"
            yield Hazard(HazardKind.CUSTOM_CLASS, where, text)
        elif not self._knows(name):
            release = "" if self.api is None else self.api.release_id
            text = f"{what} {name} is not part of {release}"
            if name in third_party.UNREGISTERED:
                text += f"; {third_party.UNREGISTERED[name]} has one of that name"
            yield Hazard(HazardKind.CUSTOM_CLASS, where, text)

    def _function(self, value: str, where: str, key: str) -> Iterator[Hazard]:
        """A function that is named where the release looks one up."""
        kind = _NAMED.get(key)
        if self.api is None or kind is None or value == "<lambda>" or value in _WORDS:
            return
        if value.rpartition(">")[0] in third_party.REGISTERED:
            yield from self._custom(value, {}, where, str(kind))
        elif self.api.find(kind, value) is None:
            text = f"{kind} {value} is not part of {self.api.release_id}"
            yield Hazard(HazardKind.CUSTOM_CLASS, where, text)

    def _knows(self, class_name: str) -> bool:
        api = self.api
        if api is None or class_name in api.class_names or class_name in _MARKERS:
            return True
        if class_name.startswith("__") and class_name.endswith("__"):
            return True
        return any(api.find(kind, class_name) is not None for kind in Kind)


def _unmarshals(config: Value) -> bool:
    """True if the class unmarshals a function, also one of the user's that is based on Lambda."""
    return isinstance(config, Mapping) and any(
        config.get(key) == "lambda" for key in _FUNCTION_TYPES
    )


def _bytecode(config: Value, where: str) -> Hazard:
    """What is known about the code, without reading it."""
    about = config if isinstance(config, Mapping) else {}
    function = about.get("function")
    named = isinstance(function, str) and function.isidentifier()
    if named and about.get("function_type", "function") == "function" and not _unmarshals(about):
        text = f"a Lambda that calls the function {function}, which the file does not hold"
        return Hazard(HazardKind.CUSTOM_CLASS, where, text)
    text = "a Lambda with Python bytecode, which loading the model would run; it is not run here"
    return Hazard(HazardKind.BYTECODE, where, text, _LAMBDA_CVES)
