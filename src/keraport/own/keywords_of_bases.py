"""Classes of the user's that derive from built-in ones, and the keywords that they hand on to them.

A ``ConvDNA`` that derives from Conv1D saves the config of Conv1D with its own keywords. What newer
releases added to that config is taken out again, or respelt, as it is for Conv1D itself: the class
hands it on unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from keraport.analysis.compiled import map_functions
from keraport.catalog.api import Kind, load_api
from keraport.catalog.releases import Release
from keraport.changes import Change, between
from keraport.changes.change import Effect
from keraport.changes.combinators import Added, Cosmetic, Renamed
from keraport.model import Config, Layer, Model, Object, Training, Value
from keraport.own.definitions import Definition
from keraport.own.user_objects import UserObjects, mismatches
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict, brief

_Say = Callable[[Note], None]


def in_words_of_bases(
    model: Model,
    training: Training | None,
    objects: UserObjects,
    source: Release,
    target: Release,
    journal: Journal,
) -> tuple[Model, Training | None]:
    """Model and training whose user-made objects are made with what the target's bases take.

    Args:
        model: in the words of the source, under the user's names.
        training: likewise.
        objects: what the user's files define.
        source: the release that wrote the file.
        target: the release to write for.
        journal: takes the notes.
    """
    bases = _Bases(objects, source, target, journal)
    if training is not None:
        training = map_functions(training, bases.of_training)
    return bases.model(model, ""), training


def built_in_bases(name: str, definitions: Mapping[str, Definition]) -> tuple[str, ...]:
    """The classes at the ends of a class's line of descent that no file of the user's defines."""
    found = definitions.get(name)
    if found is None:
        return (name,)
    without = {key: item for key, item in definitions.items() if key != name}
    return tuple(end for base in found.bases for end in built_in_bases(base, without))


_SAVED_UNASKED: Config = {"autocast": True, "activity_regularizer": None}
"""What Keras 3 saves of a class without ``get_config``, though nobody has given it.

``Operation.get_config`` takes down the arguments of ``Layer.__init__``, defaults among them
(``keras/src/ops/operation.py``).
"""


@dataclass(frozen=True, slots=True)
class _Bases:
    objects: UserObjects
    source: Release
    target: Release
    journal: Journal

    def model(self, model: Model, prefix: str) -> Model:
        layers = tuple(self.layer(layer, f"{prefix}{layer.name}") for layer in model.layers)
        return replace(model, layers=layers)

    def layer(self, layer: Layer, path: str) -> Layer:
        if layer.model is not None:
            return replace(layer, model=self.model(layer.model, f"{path}/"))
        config: Config = {key: self.value(value, path) for key, value in layer.config.items()}

        def say(note: Note) -> None:
            self.journal.note(path, note)

        return layer.with_config(self.config(Kind.LAYER, layer.class_name, config, say))

    def value(self, value: Value, path: str) -> Value:
        """The layers inside of wrappers."""
        if isinstance(value, Layer):
            return self.layer(value, f"{path}/{value.name or value.class_name}")
        if isinstance(value, list):
            return [self.value(item, path) for item in value]
        return value

    def of_training(self, kind: Kind, item: Object) -> Object:
        """An optimizer, a loss or a metric."""
        if not isinstance(item.config, Mapping):
            return item
        say = self.journal.training.append
        return replace(item, config=self.config(kind, item.class_name, item.config, say))

    def config(self, kind: Kind, name: str, config: Config, say: _Say) -> Config:
        """The config without what the bases of the target do not take and never needed."""
        defined = self.objects.definitions.get(name)
        if defined is None or not defined.is_class or defined.makes_itself:
            return config
        api, definitions = load_api(self.target.id), self.objects.definitions
        _, unknown = mismatches(name, config, definitions, api)
        if not unknown:
            return config
        for key in unknown:
            if key in _SAVED_UNASKED and config[key] is _SAVED_UNASKED[key]:
                text = f"{key}={config[key]} left out: nobody gave it, and {self.target} has none"
                say(Note(Verdict.EXACT, text))
                config = {other: item for other, item in config.items() if other != key}
        bases = built_in_bases(name, definitions)
        for change in between(self.source, self.target).undone(Effect):
            if change.key not in unknown or change.key not in config:
                continue
            base = next((base for base in bases if change.concerns(kind, base)), None)
            if base is not None:
                config = _undone(change, base, config, self.target, say)
        return config


def _undone(change: Change, base: str, config: Config, target: Release, say: _Say) -> Config:
    key, value, what = change.key, config[change.key], change.effect
    if isinstance(what, Renamed):
        text = f"{key} goes on to {base}, which calls it {what.other} in {target}"
        say(Note(Verdict.EXACT, text, source=change.source))
        return {what.other if other == key else other: item for other, item in config.items()}
    if isinstance(what, Added) and value == what.neutral:
        text = f"{key}={brief(value)}, which goes on to {base}, left out: {target} always does that"
    elif isinstance(what, Cosmetic):
        text = f"{key}, which goes on to {base}, left out: {what.because}"
    else:
        return config
    say(Note(Verdict.EXACT, text, source=change.source))
    return {other: item for other, item in config.items() if other != key}
