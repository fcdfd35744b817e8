"""Classes and functions that the source release does not have: the user's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from keraport import hub
from keraport.analysis.kinds import kind_of
from keraport.analysis.shown import OF_EVERY_LAYER, shown_config, shown_weights, weights_of
from keraport.catalog.api import Api, ClassSpec, Kind
from keraport.catalog.public_names import public_names
from keraport.catalog.releases import get_release
from keraport.changes.keras3.functions_of_operations import FUNCTIONS, SLICES
from keraport.hub import Inputs, Operation, Row, third_party
from keraport.model import KERAS, NAMELESS, OPERATIONS, Constant, Layer, Model, Object, Value
from keraport.model.graph import find_refs, inner_layers, walk, walk_layer
from keraport.own.hints import custom_layer_hint, is_own_word
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict, brief
from keraport.text import typed

_NUMBERS = frozenset({bool, float, int})
"""What every loader that knows functions by name takes in the place of a tensor."""

_FILE = ("--objects", "FILE.py")

_OPS = "keras.src.ops."
_COMPUTING = frozenset({f"{_OPS}{name}" for name in ("linalg", "math", "nn", "numpy")})
"""Modules of `keras.ops` whose operations do nothing but compute on tensors and numbers."""
_OF_CORE = frozenset({"Cast", "Scatter", "ScatterUpdate", "Slice", "SliceUpdate", "StopGradient"})
"""The like in a module whose other operations call functions."""


def refuse_unknown(
    model: Model,
    api: Api,
    journal: Journal,
    custom: frozenset[str],
    target: Api | None = None,
    known: frozenset[str] = frozenset(),
    companions: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """Refuse everything that neither the source release nor the user defines.

    Layers that the user defines are noted as such.

    Args:
        model: as read, under the user's names.
        api: of the release that wrote it.
        journal: takes the notes.
        custom: what the user's files define.
        target: the release to write for; what it knows need not be the user's own.
        known: paths of layers, and names of functions, of packages that are known.
        companions: those of `custom` that the companion of an earlier conversion defines.

    Returns:
        the names that were refused.
    """
    own = {layer.class_name for _, layer in walk(model) if not layer.is_keras}
    refusing = _Refusing(
        api, target or api, journal, custom, own, set(), set(_stacked(model)), known, companions
    )
    for outer in model.layers:
        for path, layer in walk_layer(outer):
            if layer.model is None:
                if path not in known:
                    refusing.layer(path, layer, outer)
                refusing.objects(path, layer)
    return frozenset(refusing.refused)


@dataclass(frozen=True, slots=True)
class _Refusing:
    api: Api
    target: Api
    journal: Journal
    custom: frozenset[str]
    own: set[str]
    """Classes that the file itself tells from Keras' own."""
    refused: set[str]
    stacked: set[int]
    """Ids of the layers of Sequential models, which are called on what is before them."""
    known: frozenset[str]
    """Names of functions of packages that are known, and paths."""
    companions: frozenset[str] = frozenset()

    def layer(self, path: str, layer: Layer, outer: Layer) -> None:
        """One layer; `outer` is that of the outermost model, which has its weights."""
        name, api = layer.class_name, self.api
        self._constants(path, layer)
        if name in self.custom and layer.is_keras and name in self.own:
            self._confused(path, name)
        elif name in self.custom:
            text = (
                f"{name} is defined in your file; keraport cannot check that it computes the same"
            )
            if name in self.companions:
                text = f"{name} is that of the companion of an earlier conversion"
            self.journal.note(path, Note(Verdict.UNCHANGED, text))
        elif layer.package == OPERATIONS:
            if not self._carried(layer):
                self._operation(path, name)
        elif layer.is_keras and (spec := api.find(Kind.LAYER, name)) is not None:
            self._built_in(path, layer, spec)
        elif not layer.is_keras or name not in api.class_names:
            self.refused.add(name)
            text = (
                f"{_whose(name, layer.package, api)}; {_own(name)}; "
                f"config: {shown_config(layer.config)}; weights: {weights_of(layer, outer)}"
            )
            note = Note(Verdict.REFUSED, text, custom_layer_hint(name), options=_FILE)
            self.journal.note(path, note)

    def _carried(self, layer: Layer) -> bool:
        """True if the operation does no more than compute, and is the same in both releases.

        Between two releases that is known of those which stand for one function of TensorFlow.
        """
        module = str(layer.extra.get("module"))
        computes = module in _COMPUTING or (
            module == f"{_OPS}core" and layer.class_name in _OF_CORE
        )
        ends = (self.api.release_id, self.target.release_id)
        same = ends[0] == ends[1] or layer.class_name in {*FUNCTIONS, SLICES}
        return computes and same and all(get_release(end).has("has-operations") for end in ends)

    def _operation(self, path: str, name: str) -> None:
        self.refused.add(name)
        text = (
            f"{name} is an operation of Keras 3 (keras.ops), and no layer of that name: "
            "operations on tensors are not supported yet"
        )
        hint = (
            "workaround: put what it computes into a layer (one of Keras' own, or a class of "
            "yours), in the release that wrote the model, and save it again"
        )
        self.journal.note(path, Note(Verdict.REFUSED, text, hint))

    def _confused(self, path: str, name: str) -> None:
        """Loaders find classes by name alone."""
        text = (
            f"{name} is a layer of Keras' own here, and a class of yours elsewhere in the model: "
            f"{self.target.release_id} tells them by their name alone"
        )
        hint = f"rename yours in your file and add --map {name}=My{name}, with class My{name} in it"
        options = ("--map", f"{name}=My{name}")
        self.journal.note(path, Note(Verdict.REFUSED, text, hint, options=options))

    def _constants(self, path: str, layer: Layer) -> None:
        constants = list(_constants(call.inputs for call in layer.calls))
        found = next(iter(constants), None)
        row = hub.row(layer.class_name)
        by_name = row is not None and row.operation is Operation.FUNCTION
        # Where the target calls functions otherwise, values are written down beside the tensors.
        rewritten = by_name and self.target.find(Kind.LAYER, "SlicingOpLambda") is None
        numbers = by_name and all(type(item.value) in _NUMBERS for item in constants)
        if found is None or rewritten or numbers or self._takes_values(layer):
            return
        text = (
            f"is called with the value {brief(found.value)} in the place of a tensor: "
            "not supported yet"
        )
        hint = (
            "workaround: give it in a layer, e.g. Lambda(lambda x: 1 - x), in the release that "
            "wrote the model, and save it again"
        )
        self.journal.note(path, Note(Verdict.REFUSED, text, hint))

    def _takes_values(self, layer: Layer) -> bool:
        """True if the target calls a function with what the file says."""
        row = hub.row(layer.class_name)
        is_function = row is not None and row.operation is hub.Operation.FUNCTION
        target = get_release(self.target.release_id)
        return layer.is_keras and is_function and target.has("takes-values-for-tensors")

    def _built_in(self, path: str, layer: Layer, spec: ClassSpec) -> None:
        name, release = layer.class_name, self.api.release_id
        unknown = {key: value for key, value in layer.config.items() if not spec.accepts(key)}
        always = _always_written(spec)
        if unknown:
            what = f"does not accept {shown_config(unknown)} itself"
        elif layer.config.keys() >= _BY_KERAS and always and not always & layer.config.keys():
            what = f"writes {', '.join(sorted(always))}, which are all missing"
        else:
            what = self._misfit(layer)
        if not what:
            return
        self.refused.add(name)
        text = (
            f"{name} of {release} {what}, so {name} is a custom class, or another release wrote it"
        )
        hint = f"{custom_layer_hint(name)}, or name the release that wrote the file: --from RELEASE"
        self.journal.note(path, Note(Verdict.REFUSED, text, hint, options=_FILE))

    def _misfit(self, layer: Layer) -> str:
        """What the built-in class of that name cannot be called on, or cannot have; or nothing."""
        row, release = hub.row(layer.class_name), get_release(self.api.release_id)
        if row is None:
            return ""
        counts = {len(find_refs(call.inputs)) for call in layer.calls}
        if id(layer) in self.stacked:
            counts = {1}
        if (
            row.inputs is Inputs.SEVERAL
            and release.has("merges-take-no-single-tensor")
            and 1 in counts
        ):
            return "is called on two tensors or more, and this one on a single tensor"
        if row.inputs is Inputs.ONE and max(counts, default=1) > 1:
            return f"is called on one tensor, and this one on {max(counts)}"
        most = _most_weights(row)
        if most is None or any(inner_layers(list(layer.config.values()))):
            return ""  # layers among its keywords have weights of their own
        if len(layer.weights) > most:
            shown = shown_weights(layer.weights)
            return f"has {most or 'no'} weights, and this one has {len(layer.weights)}: {shown}"
        return ""

    def objects(self, path: str, layer: Layer) -> None:
        """Activations, initializers, regularizers and constraints."""
        for key, value in layer.config.items():
            kind = kind_of(key)
            if kind is None or is_own_word(layer.class_name, key, value):
                continue
            for item in _objects(value):
                name = item.class_name
                built_in = item.package == KERAS and any(
                    api.find(kind, name) is not None for api in (self.api, self.target)
                )
                if name not in self.custom | self.known and not built_in:
                    self.refused.add(name)
                    self.journal.note(path, self._unknown(path, key, kind, item))

    def _unknown(self, path: str, key: str, kind: Kind, item: Object) -> Note:
        name = item.class_name
        if name == NAMELESS:
            text = f"{key}: saved as {name}: a function without a name, and nothing more is known"
            place = typed([f"{path}.{key}=FUNCTION"])
            hint = (
                "write it as a function in a file and say --objects FILE.py --map "
                f"'{name}=FUNCTION'; if others differ, --map {place}"
            )
            options = (*_FILE, "--map", f"{name}=FUNCTION")
            return Note(Verdict.REFUSED, text, hint, options=options)
        given = f"; config: {shown_config(item.config)}" if isinstance(item.config, dict) else ""
        why = f"the {kind} {name} is not built into {self.api.release_id}"
        if item.package != KERAS:
            why = _whose(name, item.package, self.api)
        text = f"{key}: {why}; treated as a custom object{given}"
        hint = custom_object_hint(name)
        public = self._function_of_tf(name) if kind is Kind.ACTIVATION else ""
        if public:
            hint += f"; if it is {public}, that is: def {name}(x): return {public}(x)"
        return Note(Verdict.REFUSED, text, hint, options=_FILE)

    def _function_of_tf(self, name: str) -> str:
        """The public function of that name that both releases have, e.g. ``tf.nn.leaky_relu``.

        Keras saves ``activation=tf.nn.leaky_relu`` by its last word, as it does an own function.
        """
        ours, theirs = (public_names(api.release_id) for api in (self.api, self.target))
        return next(
            (
                f"tf.{module}{name}"
                for module in _MODULES
                if f"{module}{name}" in ours and f"{module}{name}" in theirs
            ),
            "",
        )


def _own(name: str) -> str:
    """Whose it is instead."""
    package = third_party.REGISTERED.get(name.rpartition(">")[0])
    if package is None:
        return "treated as a custom class"
    return f"it belongs to {package}: this class, or what it is given, is not supported yet"


def _whose(name: str, package: str, api: Api) -> str:
    """Why a class is none of the release."""
    if package == KERAS or name not in api.class_names:
        return f"{name} is not built into {api.release_id}"
    place = f"from {package}" if package else "from no package"
    return f"{name} comes {place}, and is not the {name} of {api.release_id}"


def _constants(values: Iterable[Value]) -> Iterator[Constant]:
    for value in values:
        if isinstance(value, Constant):
            yield value
        elif isinstance(value, Mapping):
            yield from _constants(value.values())
        elif isinstance(value, list | tuple):
            yield from _constants(value)


def _most_weights(row: Row) -> int | None:
    """How many weights a layer has at most; None if that is not known."""
    made = hub.ROWS[row.cell or row.name].variables
    if made is None or row.holds or row.parts:
        return None
    return row.most_weights or len(made)


_MODULES = ("nn.", "math.", "")
"""Where functions of tensors are looked for below ``tf``."""


def _stacked(model: Model) -> Iterator[int]:
    """Ids of the layers of Sequential models behind their first layer."""
    if model.is_sequential:
        first = next(
            (i for i, item in enumerate(model.layers) if item.class_name != "InputLayer"), 0
        )
        yield from (id(layer) for layer in model.layers[first + 1 :])
        has_input = any(layer.class_name == "InputLayer" for layer in model.layers[:1])
        yield from (id(layer) for layer in model.layers[first : first + 1] if has_input)
    for layer in model.layers:
        if layer.model is not None:
            yield from _stacked(layer.model)


def _always_written(spec: ClassSpec) -> frozenset[str]:
    """Keys that every object of the class writes and that not every layer has.

    A class of the user's that has the name of a built-in one is known by their absence.
    """
    return spec.config_keys - spec.optional_keys - OF_EVERY_LAYER


_BY_KERAS = frozenset({"name", "trainable"})
"""What ``get_config`` of every layer writes (``base_layer.py``), and people leave out."""


def custom_object_hint(name: str) -> str:
    """What to type when a function, or an object of a layer, is the user's own."""
    return f"write {name} for the target in a file and add --objects FILE.py"


def _objects(value: Value) -> Iterator[Object]:
    if isinstance(value, Object):
        named = value.function
        yield Object(named, None, package=value.package) if named else value
    elif isinstance(value, str):
        yield Object(value, None)
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)
