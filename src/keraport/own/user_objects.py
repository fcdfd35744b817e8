"""The user's own classes in a model: called as the user's files call them, and checked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace

from keraport.analysis.compiled import map_functions
from keraport.analysis.kinds import ACTIVATION_KEYS, MODEL_CLASSES, kind_of
from keraport.catalog.api import Api, Kind
from keraport.errors import UsageError
from keraport.model import KERAS, Config, Layer, Model, Object, Training, Value
from keraport.model.graph import walk
from keraport.own.definitions import Definition, initializer_of, takes
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict, brief
from keraport.text import typed


@dataclass(frozen=True, slots=True)
class UserObjects:
    """What the user's files define, and what the user says about it.

    Args:
        names: classes and functions; they win over built-in ones.
        companions: those of them that stand for built-in objects of later releases.
        definitions: what each is, as far as its source was found, by name.
        renamed: old name, as the model has it: new name, as the files have it. An old name may be
            a place, as ``layer.keyword``.
        dropped: keywords to leave out, as (class, keyword).
    """

    names: frozenset[str] = frozenset()
    companions: frozenset[str] = frozenset()
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    dropped: frozenset[tuple[str, str]] = frozenset()

    def name_of(self, name: str) -> str:
        """What the user's files call something that the model calls `name`."""
        if name in self.renamed:
            return self.renamed[name]
        registered = {item.registered: item.name for item in self.definitions.values()}
        return registered.get(name, name) if ">" in name else name


def told_apart(objects: UserObjects, model: Model, target: Api) -> UserObjects:
    """The same with registered names for what is called like something of Keras' own.

    A file that registers ``package>Dense`` defines no ``Dense``. The output may have both: the
    model's own, and those that layers are rewritten as. And a model that has no such class, and
    tells that its ``Dense`` is that of Keras, has nothing of the file.
    """
    found = _names(model)
    registered = {item.registered: item for item in objects.definitions.values() if item.registered}
    apart: dict[str, Definition] = {}
    plain: set[str] = set()
    for name, item in registered.items():
        is_built_in = any(target.find(kind, item.name) for kind in Kind)
        if name in found:
            if name not in objects.renamed and (item.name in found or is_built_in):
                apart[name] = replace(item, name=name)
                plain.add(item.name)
        elif found.get(item.name) and is_built_in and item.name not in objects.renamed.values():
            plain.add(item.name)
    kept = {name: item for name, item in objects.definitions.items() if name not in plain}
    return replace(
        objects, names=objects.names - plain | apart.keys(), definitions={**kept, **apart}
    )


def _names(model: Model) -> dict[str, bool]:
    """Of classes and functions, and whether the file tells wherever they stand that Keras' are."""
    found: dict[str, bool] = {}

    def add(item: Layer | Object) -> None:
        told = item.package == KERAS and "module" in item.extra
        name = item.function or item.class_name if isinstance(item, Object) else item.class_name
        found[name] = found.get(name, True) and told

    for _, layer in walk(model):
        add(layer)
        for key, value in layer.config.items():
            if kind_of(key) is not None:
                for item in value if isinstance(value, list) else [value]:
                    if isinstance(item, str):
                        item = Object(item, None)
                    if isinstance(item, Object):
                        add(item)
    return found


def as_users_call_it(
    model: Model, training: Training | None, objects: UserObjects, journal: Journal
) -> tuple[Model, Training | None]:
    """Model and training with the user's names, and without the keywords that the user drops.

    Raises:
        UsageError: the user renames or drops what is not there.
    """
    own = {layer.class_name for _, layer in walk(model) if not layer.is_keras}
    renaming = _Renaming(objects, journal, own)
    renamed = renaming.model(model, "")
    if training is not None:
        training = map_functions(
            training, lambda _, item: replace(item, class_name=renaming.name(item.class_name))
        )
    for old, new in objects.renamed.items():
        if old not in renaming.used:
            raise UsageError(
                f"--map {old}={new}: nothing in the model is called {old}",
                hint="`keraport inspect MODEL` lists the classes in it",
            )
        if new not in objects.names and not (new in MODEL_CLASSES and old in renaming.models):
            raise UsageError(
                f"--map {old}={new}: no file given with --objects defines {new}",
                hint="name the file that defines it: --objects FILE.py",
            )
    for name, key in sorted(objects.dropped):
        if f"{name}.{key}" not in renaming.used:
            raise UsageError(
                f"--drop {name}.{key}: no {name} in the model has that keyword",
                hint="`keraport check MODEL --to RELEASE` lists the configs of custom classes",
            )
    return renamed, training


@dataclass(frozen=True, slots=True)
class _Renaming:
    objects: UserObjects
    journal: Journal
    own: Collection[str]
    """Classes that the file itself tells from Keras' own."""
    used: set[str] = field(default_factory=set)
    """Old names, and keywords as ``class.keyword``, that were met."""
    models: set[str] = field(default_factory=set)
    """Classes of models that were met."""

    def name(self, name: str, place: str = "") -> str:
        """What the user's files call `name`; `place` is ``layer.keyword``, which wins over it."""
        if place in self.objects.renamed:
            self.used.add(place)
            return self.objects.renamed[place]
        self.used.add(name)
        return self.objects.name_of(name)

    def model(self, model: Model, prefix: str) -> Model:
        self.models.add(model.class_name)
        layers = tuple(self.layer(layer, f"{prefix}{layer.name}") for layer in model.layers)
        return replace(model, layers=layers, class_name=self.model_class(model))

    def model_class(self, model: Model) -> str:
        """The user's name of a class of models; the old one where it stands for a built-in one."""
        old, new = model.class_name, self.name(model.class_name)
        if new == old or new in self.objects.names or new not in MODEL_CLASSES:
            return new
        if (new == "Sequential") != model.is_sequential:
            shape = "a stack" if model.is_sequential else "a graph"
            raise UsageError(
                f"--map {old}={new}: {model.name} of class {old} is {shape} of layers",
                hint=f"leave --map {old}={new} out: the class is taken from the config",
            )
        return old

    def layer(self, layer: Layer, path: str) -> Layer:
        if layer.model is not None:
            inner = self.model(layer.model, f"{path}/")
            return replace(layer, model=inner, class_name=inner.class_name)
        name = layer.class_name
        if not (layer.is_keras and name in self.own):
            name = self.name(name)
        renamed = {key: self.value(key, value, path) for key, value in layer.config.items()}
        config = self.without_dropped(renamed, {layer.class_name, name}, path)
        if name != layer.class_name:
            text = f"{layer.class_name} is called {name} in your file"
            self.journal.note(path, Note(Verdict.EXACT, text))
        return replace(layer, class_name=name, config=config)

    def value(self, key: str, value: Value, path: str) -> Value:
        if isinstance(value, Layer):
            if key in ACTIVATION_KEYS and f"{path}.{key}" in self.objects.renamed:
                return self.name(value.class_name, f"{path}.{key}")
            return self.layer(value, f"{path}/{value.name or value.class_name}")
        if isinstance(value, list):
            return [self.value(key, item, path) for item in value]
        if kind_of(key) is None:
            return value
        if isinstance(value, str):
            return self.name(value, f"{path}.{key}")
        if isinstance(value, Object) and value.function:
            return replace(value, config=self.name(value.function, f"{path}.{key}"))
        if isinstance(value, Object):
            name = self.name(value.class_name, f"{path}.{key}")
            config = value.config
            if isinstance(config, Mapping):
                config = self.without_dropped(config, {value.class_name, name}, path)
            return replace(value, class_name=name, config=config)
        return value

    def without_dropped(self, config: Config, names: set[str], path: str) -> Config:
        keys = [key for key in config if any((name, key) in self.objects.dropped for name in names)]
        for key in keys:
            self.used.update(f"{name}.{key}" for name in names)
            text = f"{key}={brief(config[key])} left out, as --drop says"
            self.journal.note(path, Note(Verdict.EXACT, text))
        return {key: value for key, value in config.items() if key not in keys}


def check_keywords(model: Model, objects: UserObjects, api: Api, journal: Journal) -> None:
    """Refuse configs that a class of the user's cannot be made with.

    Args:
        model: under the user's names.
        objects: what the user's files define.
        api: what the target accepts, for what classes of the user's derive from.
        journal: takes the refusals.
    """
    for path, layer in walk(model):
        if layer.model is not None:
            continue
        for name, config in _users_own(layer, objects):
            problem, unknown = _problem(name, config, objects.definitions, api)
            if problem:
                drops = tuple(part for key in unknown for part in ("--drop", f"{name}.{key}"))
                hint = f"change __init__ of {name}"
                if drops:
                    hint += f", or leave out on purpose what it does not take: {typed(drops)}"
                journal.note(path, Note(Verdict.REFUSED, problem, hint, options=drops))


def _users_own(layer: Layer, objects: UserObjects) -> Iterator[tuple[str, Config]]:
    if layer.class_name in objects.names:
        yield layer.class_name, layer.config
    for key, value in layer.config.items():
        items: Sequence[Value] = value if isinstance(value, list) else [value]
        for item in items:
            is_object = isinstance(item, Object) and kind_of(key) is not None
            if is_object and item.class_name in objects.names and isinstance(item.config, Mapping):
                yield item.class_name, item.config


def _problem(
    name: str, config: Config, definitions: Mapping[str, Definition], api: Api
) -> tuple[str, list[str]]:
    """What keeps a class from being made with a config, and the keywords that it does not take.

    The text is empty if nothing does.
    """
    defined = definitions.get(name)
    if defined is None or not defined.is_class or defined.makes_itself:
        return "", []
    missing, unknown = mismatches(name, config, definitions, api)
    parts = []
    if unknown:
        parts.append(f"does not take {', '.join(f'{key}={brief(config[key])}' for key in unknown)}")
    if missing:
        parts.append(f"requires {', '.join(missing)}, which the file does not give")
    if not parts:
        return "", []
    init = initializer_of(name, definitions)
    named = (init.parameters or ()) if init else ()
    is_open = init is None or init.open or init.parameters is None
    taken = ", ".join((*named, *(["**kwargs"] if is_open else [])))
    problem = f"{name} of your file {' and '.join(parts)}"
    return f"{problem}; its __init__ takes: {taken or 'nothing'}", unknown


def mismatches(
    name: str, config: Config, definitions: Mapping[str, Definition], api: Api
) -> tuple[list[str], list[str]]:
    """Keywords that a class requires and a config lacks, and those that it does not take."""
    init = initializer_of(name, definitions)
    required = init.required if init is not None else ()

    def built_in(base: str, key: str) -> bool:
        specs = [spec for kind in Kind if (spec := api.find(kind, base)) is not None]
        return not specs or any(spec.accepts(key) for spec in specs)

    return (
        [key for key in required if key not in config],
        [key for key in config if not takes(name, key, definitions, built_in)],
    )
