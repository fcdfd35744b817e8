"""The only way to a writer: nothing passes that the target's catalog does not accept."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from keraport.analysis.compiled import map_functions
from keraport.analysis.kinds import kind_of
from keraport.catalog.api import Api, ClassSpec, Kind
from keraport.catalog.releases import Release
from keraport.companion.sources_of import available, source_of
from keraport.model import KERAS, OPERATIONS, Layer, Model, Object, Training, Value
from keraport.own.definitions import Definition, definitions
from keraport.own.hints import custom_layer_hint, is_own_word
from keraport.own.user_objects import mismatches
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict, brief

_KIND_HINT = "define it in a file and pass it with --objects"


@dataclass(frozen=True, slots=True)
class Legality:
    """What a model is checked against.

    Args:
        target: the release.
        api: its catalog.
        journal: takes the refusals.
        custom: names that the user's file or the companion defines; the catalog has no say there.
        companions: those of them that the companion defines.
    """

    target: Release
    api: Api
    journal: Journal
    custom: frozenset[str] = frozenset()
    companions: frozenset[str] = frozenset()

    def refuse(self, path: str, text: str, hint: str = "", options: tuple[str, ...] = ()) -> None:
        """Note a refusal, unless a change has already said why this layer is refused.

        A layer that is refused keeps its words, and so do those inside and around it.
        """
        related = [
            notes
            for other, notes in self.journal.layers.items()
            if f"{path}/".startswith(f"{other}/") or other.startswith(f"{path}/")
        ]
        if not any(note.verdict is Verdict.REFUSED for notes in related for note in notes):
            self.journal.note(path, Note(Verdict.REFUSED, text, hint, options=options))


def legalise(model: Model, legality: Legality, prefix: str = "") -> None:
    """Note every class, keyword, activation, initializer, ... that the target does not accept."""
    if model.class_name not in legality.custom:
        _check_class(legality, prefix.rstrip("/") or model.name, Kind.LAYER, model.class_name)
    for layer in model.layers:
        _check_layer(layer, legality, f"{prefix}{layer.name}")


def _check_layer(layer: Layer, legality: Legality, path: str) -> None:
    if layer.model is not None:
        legalise(layer.model, legality, f"{path}/")
        return
    # An operation that was not refused is of the target itself.
    if layer.class_name not in legality.custom and layer.package != OPERATIONS:
        spec = _check_class(legality, path, Kind.LAYER, layer.class_name)
        if spec is not None:
            _check_keywords(legality, path, "", layer.class_name, spec, layer.config)
    elif layer.class_name in legality.companions:
        _check_companion(layer, legality, path)
    for key, value in layer.config.items():
        if is_own_word(layer.class_name, key, value):
            continue
        for where, item in _items(key, value):
            if isinstance(item, Layer):
                _check_layer(item, legality, f"{path}/{item.name or item.class_name}")
            else:
                _check_object(legality, path, where, item)


def _check_companion(layer: Layer, legality: Legality, path: str) -> None:
    """A companion's class takes what its source says."""
    missing, unknown = mismatches(
        layer.class_name,
        layer.config,
        companion_definitions(legality.target.companion_api),
        legality.api,
    )
    for words, said in ((unknown, "does not accept"), (missing, "requires")):
        if words:
            shown = ", ".join(
                f"{key}={brief(layer.config[key])}" if key in layer.config else key for key in words
            )
            legality.refuse(
                path,
                f"{layer.class_name} of the companion {said} {shown}, "
                "and keraport has no rule for it",
                "please report it with the model config; until then, rebuild the layer without it",
            )


@cache
def companion_definitions(api: str = "tf1") -> dict[str, Definition]:
    """What the sources of the companion define for that API of releases."""
    return {
        item.name: item
        for name in available(api)
        for item in definitions(ast.parse(source_of(name, api).body))
    }


def _items(key: str, value: Value) -> Iterator[tuple[str, Layer | Object]]:
    """The layers and objects under a config key; names of activations count as objects."""
    if isinstance(value, Layer | Object):
        yield key, value
    elif isinstance(value, list):
        for item in value:
            yield from _items(key, item)
    elif isinstance(value, str) and kind_of(key) is not None:
        yield key, Object(value, None)


def _check_object(legality: Legality, path: str, key: str, item: Object) -> None:
    kind = kind_of(key)
    if item.function:
        item = Object(item.function, None, package=item.package)
    if item.class_name in legality.custom:
        return
    if kind is None:
        for inner, value in item.config.items() if isinstance(item.config, dict) else ():
            for name, found in _items(inner, value):
                if isinstance(found, Object):
                    _check_object(legality, path, name, found)
        return
    spec = _check_class(legality, path, kind, item.class_name, f"{key}: ")
    if spec is not None and isinstance(item.config, dict):
        _check_keywords(legality, path, f"{key}: ", item.class_name, spec, item.config)


def _check_class(
    legality: Legality, path: str, kind: Kind, name: str, where: str = ""
) -> ClassSpec | None:
    spec = legality.api.find(kind, name)
    if spec is None:
        legality.refuse(
            path,
            f"{where}{legality.target} knows no {kind} called {name!r}",
            _KIND_HINT if kind is not Kind.LAYER else custom_layer_hint(name),
            ("--objects", "FILE.py"),
        )
    return spec


def _check_keywords(
    legality: Legality,
    path: str,
    where: str,
    class_name: str,
    spec: ClassSpec,
    config: Value,
) -> None:
    unknown = [key for key in config if not spec.accepts(key)]
    missing = [key for key in spec.required() if key not in config and key not in spec.popped]
    if unknown:
        legality.refuse(
            path,
            f"{where}{class_name} of {legality.target} does not accept "
            f"{', '.join(f'{key}={brief(config[key])}' for key in unknown)}, "
            "and keraport has no rule for it",
            "please report it with the model config; until then, rebuild the layer without it",
        )
    if missing:
        legality.refuse(
            path,
            f"{where}{class_name} of {legality.target} requires {', '.join(missing)}, "
            "which the file does not give",
            "save the model again with the release that wrote it",
        )


def legalise_training(training: Training, legality: Legality) -> list[str]:
    """What of losses, metrics and optimizer the target does not accept, as sentences."""
    problems: list[str] = []

    def check(kind: Kind, item: Object) -> Object:
        if item.class_name in legality.custom:
            return item
        if kind is Kind.METRIC and item.class_name in _METRIC_WORDS:
            return item
        as_read = _as_read(kind, item, legality.api)
        spec = legality.api.find(as_read, item.class_name) if item.package == KERAS else None
        if spec is None:
            problems.append(
                f"{legality.target} knows no {kind} called {item.class_name!r}; "
                "if it is custom, name the file that defines it: --objects FILE.py"
            )
        elif isinstance(item.config, dict):
            problems.extend(
                f"{item.class_name} of {legality.target} does not accept {key}={brief(value)}"
                for key, value in item.config.items()
                if not spec.accepts(key)
            )
        return item

    map_functions(training, check)
    return problems


def _as_read(kind: Kind, item: Object, api: Api) -> Kind:
    """What the loader takes an optimizer for: one that does not say otherwise is a legacy one.

    So does ``optimizers.deserialize`` of the releases that have both (Keras 2.11 to 2.15).
    """
    if kind is not Kind.OPTIMIZER or not api.names(Kind.LEGACY_OPTIMIZER):
        return kind
    config = item.config
    if not isinstance(config, dict) or not config:
        return kind
    return Kind.LEGACY_OPTIMIZER if config.get("is_legacy_optimizer", True) else kind


_METRIC_WORDS = frozenset({"accuracy", "acc", "crossentropy", "ce"})
"""Words that ``compile`` replaces by a metric that fits the loss (``training_utils.py``)."""
