"""The whole source: imports, classes that the target lacks, a function a model, and ``load``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from keraport.analysis.shapes import CallShapes
from keraport.catalog.api import Api
from keraport.catalog.releases import Release
from keraport.changes.operations.node import read_node
from keraport.codegen.idiom import idiom_of
from keraport.codegen.names import Names
from keraport.codegen.values import Expressions, keywords, literal, text
from keraport.errors import DamagedFileError
from keraport.formats.limits import shown
from keraport.model import Call, Config, Layer, Model, TensorRef, Value
from keraport.model.graph import find_refs, inner_layers
from keraport.records import dataclass

_LONGEST = 96


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the source needs beside the model.

    Args:
        imports: lines that import what it uses, TensorFlow among them.
        classes: source of the companion's objects, each after what it needs.
        names: that the imports and classes define.
    """

    imports: Sequence[str]
    classes: Sequence[str] = ()
    names: Collection[str] = ()


def source_of(
    model: Model,
    target: Release,
    api: Api,
    around: Surroundings,
    shapes: Mapping[str, tuple[CallShapes, ...]],
) -> str:
    """Python source that builds the model in its release.

    Args:
        model: legalised, in the words of `target`.
        target: the release.
        api: its catalog.
        around: what stands before the functions.
        shapes: of layers by path, for comments and for telling how many outputs a layer has.
    """
    idiom = idiom_of(target)
    functions = Names({"build", "load", "model", *idiom.taken, *around.names})
    writer = _Writer(Expressions(api, frozenset(around.names), idiom), shapes, functions)
    body = "\n\n\n".join(writer.model(model, "", "build"))
    head = (
        f'"""The model {_in_docstring(model.name)} for {_product(target)}.\n\n'
        '``load("weights.h5")`` gives it the weights of a file that keraport wrote for this '
        'release.\n"""\n'
    )
    imports = "\n".join(around.imports) + "\n"
    parts = [head, imports if idiom.is_import else f"{imports}\n{idiom.layers}\n"]
    parts += [f"\n{item}\n" for item in around.classes]
    by_name = ", by_name=True" if has_layers_aside(model) and not idiom.shapes else ""
    load = _LOAD.replace("(weights)\n    return", f"(weights{by_name})\n    return")
    return "\n".join(parts) + f"\n\n{body}\n\n\n{load}"


_LOAD = '''def load(weights):
    """The model with the weights of an HDF5 file."""
    model = build()
    model.load_weights(weights)
    return model
'''


def _product(target: Release) -> str:
    return target.title


def has_layers_aside(model: Model) -> bool:
    """True if the outputs do not need all layers: a model made of its tensors lacks the others."""
    if model.is_sequential:
        return False
    reached: set[str] = set()
    waiting = [ref.layer for ref in (*find_refs(model.outputs), *find_refs(model.inputs))]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [ref.layer for call in model.layer(name).calls for ref in call.refs()]
    return any(layer.name not in reached for layer in model.layers)


def _in_docstring(name: str) -> str:
    return text(name).removeprefix("u")[1:-1].replace('\\"', "'")


@dataclass(slots=True)
class _Writer:
    """Writes one function a model; inner models first."""

    expressions: Expressions
    shapes: Mapping[str, tuple[CallShapes, ...]]
    functions: Names
    built: dict[str, str] = field(default_factory=dict)
    """Function by path of the inner model."""

    def model(self, model: Model, prefix: str, name: str) -> Iterator[str]:
        """The functions of the models inside, then that of the model itself."""
        for layer in model.layers:
            for path, inner in _models_in(layer, prefix):
                if inner.model is None:
                    continue
                function = self.functions.new(f"build_{inner.name}")
                self.built[path] = function
                yield from self.model(inner.model, f"{path}/", function)
        lines = self._stack(model, prefix) if model.is_sequential else self._graph(model, prefix)
        yield "\n".join([f"def {name}():", *(f"    {line}" for line in lines)])

    def _stack(self, model: Model, prefix: str) -> Iterator[str]:
        yield f"model = {self.expressions.idiom.keras}.Sequential(name={text(model.name)})"
        for index, layer in enumerate(model.layers):
            if index:
                # Only the first layer's is asked for.
                layer = replace(layer, config=without_input_shape(layer.config))
            made = self._made(layer, f"{prefix}{layer.name}")
            if layer.class_name == "InputLayer" and self.expressions.idiom.shapes:
                made = self.expressions.input(layer)
            yield from _wrapped(f"model.add({made})", self._comment(f"{prefix}{layer.name}", 0))
        yield "return model"

    def _graph(self, model: Model, prefix: str) -> Iterator[str]:
        names = Names({"build", "load", *self.functions.taken})
        made: dict[str, str] = {}
        tensors: dict[tuple[str, int], str] = {}
        for layer, number in in_order(model):
            path = f"{prefix}{layer.name}"
            if not layer.calls:
                variable = names.new(layer.name)
                tensors[layer.name, number] = variable
                made_input = self.expressions.input(layer)
                yield from _wrapped(f"{variable} = {made_input}", self._comment(path, 0))
                continue
            call = layer.calls[number - _first(layer)]
            if len(layer.calls) == 1:
                function = self._made(layer, path)
            else:
                if layer.name not in made:
                    made[layer.name] = names.new(f"{layer.name}_layer")
                    yield from _wrapped(f"{made[layer.name]} = {self._made(layer, path)}", "")
                function = made[layer.name]
            variable = names.new(layer.name)
            tensors[layer.name, number] = variable
            given = self._given(call, tensors, model, prefix)
            comment = self._comment(path, number - _first(layer))
            yield from _wrapped(f"{variable} = {function}({given})", comment)
        ends = [
            self._structure(item, tensors, model, prefix) for item in (model.inputs, model.outputs)
        ]
        given = f"{ends[0]}, {ends[1]}, name={text(model.name)}"
        yield f"return {self.expressions.idiom.keras}.Model({given})"

    def _made(self, layer: Layer, path: str) -> str:
        functions = {
            inner.model.name: self.built[place]
            for place, inner in _models_in(layer, path.removesuffix(layer.name))
            if inner.model is not None and place in self.built
        }
        if layer.model is not None:
            return f"{self.built[path]}()"
        if layer.calls:
            layer = replace(layer, config=without_input_shape(layer.config))
        return self.expressions.layer(layer, functions=functions)

    def _given(
        self, call: Call, tensors: Mapping[tuple[str, int], str], model: Model, prefix: str
    ) -> str:
        given = {
            key: self._structure(value, tensors, model, prefix)
            for key, value in call.arguments.items()
        }
        return ", ".join([self._structure(call.inputs, tensors, model, prefix), *keywords(given)])

    def _structure(
        self, value: Value, tensors: Mapping[tuple[str, int], str], model: Model, prefix: str
    ) -> str:
        """Tensors as expressions; a list of one is that one, as loaders have it."""
        if isinstance(value, TensorRef):
            variable = tensors[value.layer, value.node]
            layer = model.layer(value.layer)
            if layer.model is not None and isinstance(layer.model.outputs, Mapping):
                return f"{variable}[{text(sorted(layer.model.outputs)[value.tensor])}]"
            many = value.tensor > 0 or self._gives_many(layer, f"{prefix}{layer.name}")
            return f"{variable}[{value.tensor}]" if many else variable
        if not find_refs(value):
            return literal(value)
        if isinstance(value, list):
            items = [self._structure(item, tensors, model, prefix) for item in value]
            return items[0] if len(items) == 1 else f"[{', '.join(items)}]"
        if isinstance(value, Mapping):
            pairs = [
                f"{text(key)}: {self._structure(item, tensors, model, prefix)}"
                for key, item in value.items()
            ]
            return f"{{{', '.join(pairs)}}}"
        return literal(value)

    def _gives_many(self, layer: Layer, path: str) -> bool:
        """True if a call of the layer gives a list of tensors."""
        if layer.model is not None:
            return not layer.model.is_sequential and len(find_refs(layer.model.outputs)) > 1
        config = layer.config
        if "merge_mode" in config and config["merge_mode"] is None:
            return True
        inner = [config, *(part.config for part in inner_layers(config))]
        if any(item.get("return_state") for item in inner):
            return True
        if layer.class_name == "TensorFlowOpLayer":
            node = read_node(config)
            return node is not None and len(node.outputs) > 1
        calls = self.shapes.get(path, ())
        return any(len(call.outputs) > 1 for call in calls)

    def _comment(self, path: str, call: int) -> str:
        calls = self.shapes.get(path, ())
        if call >= len(calls):
            return ""
        known = [shape for shape in calls[call].outputs if shape is not None]
        return ", ".join(map(literal, known))


def without_input_shape(config: Config) -> Config:
    """The config of a layer that other layers feed."""
    return {key: value for key, value in config.items() if key != "batch_input_shape"}


def in_order(model: Model) -> Iterator[tuple[Layer, int]]:
    """Every call of a graph as (layer, number) after all that it reads; inputs have call 0.

    Raises:
        DamagedFileError: there is no such order.
    """
    done: set[tuple[str, int]] = set()
    waiting = [
        (layer, number)
        for layer in model.layers
        for number in range(_first(layer), _first(layer) + max(1, len(layer.calls)))
    ]
    while waiting:
        left = []
        for layer, number in waiting:
            refs = layer.calls[number - _first(layer)].refs() if layer.calls else ()
            earlier = number == _first(layer) or (layer.name, number - 1) in done
            if earlier and all((ref.layer, ref.node) in done for ref in refs):
                done.add((layer.name, number))
                yield layer, number
            else:
                left.append((layer, number))
        if len(left) == len(waiting):
            raise DamagedFileError(
                f"model {shown(model.name)}: its layers form a cycle, or need calls that do not "
                "exist",
                hint="save the model again with the release that wrote it",
            )
        waiting = left


def _first(layer: Layer) -> int:
    """The number of a layer's first call; that of a nested model is taken by its own graph."""
    return 0 if layer.model is None else 1


def _models_in(layer: Layer, prefix: str) -> Iterable[tuple[str, Layer]]:
    """The models that a layer is, or holds in wrappers, with paths; not those inside of them."""
    path = f"{prefix}{layer.name or layer.class_name}"
    if layer.model is not None:
        yield path, layer
        return
    for inner in inner_layers(layer.config):
        yield from _models_in(inner, f"{path}/")


def _wrapped(statement: str, comment: str) -> Iterator[str]:
    """A statement, with its comment behind it if the line does not get too long."""
    line = f"{statement}  # {comment}" if comment else statement
    if comment and len(line) > _LONGEST:
        yield f"# {comment}"
        line = statement
    yield line
