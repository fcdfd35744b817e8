"""Weights of Keras 3 in HDF5 that are not those of plain layers: integers, and low-rank matrices.

Its archives have the latter in the kernels; HDF5 lists them, and the integers, as any other weight
(``legacy_h5_format.py``). Layers get the numbers that both stand for, as those of archives do.
Which weight is whose follows from the order; each has to have the name that is expected there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Final

from keraport.errors import ForeignFileError
from keraport.formats.hdf5.low_rank import FORGETS_FACTOR, factor_of, matrices_of, with_matrices
from keraport.formats.keras_zip.classes import MADE_OF_PARTS, built_in, variables
from keraport.formats.keras_zip.order import Held
from keraport.formats.keras_zip.quantised import how_quantised, part_as_stored, plain_of
from keraport.formats.keras_zip.slots import parts
from keraport.formats.limits import shown
from keraport.model import Layer, Model, Weight, WeightGroup
from keraport.model.graph import walk_layer
from keraport.quantised.policies import CALIBRATED
from keraport.quantised.stored import stored_variables
from keraport.records import dataclass

_HINT: Final = 'save it as an archive in the release that wrote it: model.save("model.keras")'
_CALLED: Final = {"zero_point": "kernel_zero"}
"""What the file calls a variable of an EinsumDense that GPTQ and AWQ make."""

Slot = tuple[int, str]
"""A weight by the number of the object that it belongs to, and its bare name."""


def with_plain_weights(
    model: Model, groups: tuple[WeightGroup, ...], where: str
) -> tuple[WeightGroup, ...]:
    """The groups, with the weights of plain layers in the place of integers and matrices.

    Args:
        model: the architecture; how a layer is quantized is in its config.
        groups: as the file lists them.
        where: the file, for messages.

    Raises:
        ForeignFileError: the file does not tell the numbers; the message says why.
    """
    layers = {layer.name: layer for layer in model.layers}
    made = []
    for group in groups:
        layer = layers.get(group.layer)
        if layer is not None and _differs(layer, group.weights):
            plain = _Group(layer, group.weights, where).plain()
            group = replace(group, weights=plain)
        made.append(group)
    return tuple(made)


def _differs(layer: Layer, weights: Sequence[Weight]) -> bool:
    """Whether the file has other weights of a layer than a plain one has."""
    if not weights:
        return False
    inside = [part for _, part in walk_layer(layer)]
    names = {_bare(weight) for weight in weights}
    # Of the parts that an attention makes no config says that they are quantized.
    unsaid = any(built_in(part) in MADE_OF_PARTS for part in inside)
    return any(
        how_quantised(part) is not None or not names.isdisjoint(matrices_of(part))
        for part in inside
    ) or (unsaid and bool(names & {"kernel_scale", "lora_kernel_a"}))


def _bare(weight: Weight) -> str:
    return weight.name.rpartition("/")[2]


def _prefix(weight: Weight) -> str:
    return weight.name.rpartition("/")[0]


@dataclass(slots=True)
class _Leaf(Held[Slot]):
    """An object that is no model.

    Args:
        layer: its config.
        outer: the layer that makes it, where that has no config for it.
    """

    layer: Layer = field(default_factory=lambda: Layer("", "", {}))
    outer: Layer | None = None


class _Group:
    """The weights of an outermost layer."""

    def __init__(self, layer: Layer, weights: Sequence[Weight], where: str) -> None:
        self._layer, self._weights, self._where = layer, weights, where
        self._leaves: list[_Leaf] = []

    def plain(self) -> tuple[Weight, ...]:
        """Those of the plain layer, in the order in which Keras lists them."""
        held = self._held(self._layer)
        slots = list(held.weights())
        names = [_bare(weight) for weight in self._weights]
        if [name for _, name in slots] != names:
            raise self._unknown(self._layer, names, [name for _, name in slots])
        found: dict[int, dict[str, Weight]] = {}
        for (number, name), weight in zip(slots, self._weights, strict=True):
            found.setdefault(number, {})[name] = weight
        made: dict[Slot, Weight] = {}
        for number, named in found.items():
            leaf = self._leaves[number]
            if len({_prefix(weight) for weight in named.values()}) > 1:
                raise self._error(leaf.layer, "names of other layers stand between its weights")
            plain = self._plain(leaf, named)
            flags = dict(variables(leaf.layer) or ())
            leaf.own = [((number, weight.name), flags.get(weight.name, True)) for weight in plain]
            prefix = _prefix(next(iter(named.values())))
            for weight in plain:
                made[number, weight.name] = replace(weight, name=f"{prefix}/{weight.name}")
        return tuple(made[slot] for slot in held.weights())

    def _held(self, layer: Layer, outer: Layer | None = None) -> Held[Slot]:
        settings = layer.config if layer.model is None else layer.model.settings
        frozen = not settings.get("trainable", True)
        if layer.model is not None:
            inside = [self._held(inner) for inner in layer.model.layers]
            return Held(parts=inside, frozen=frozen, is_model=True)
        number = len(self._leaves)
        names = self._of_part(layer, outer) if outer else self._stored(layer)
        own = [((number, name), trained) for name, trained in names]
        leaf = _Leaf(own=own, frozen=frozen, layer=layer, outer=outer)
        self._leaves.append(leaf)
        maker = layer if built_in(layer) in MADE_OF_PARTS else None
        leaf.parts = [self._held(part, maker) for part, _ in parts(layer, "", "")]
        return leaf

    def _stored(self, layer: Layer) -> list[tuple[str, bool]]:
        """What Keras 3 stores of a layer, and whether it is trained.

        What quantize() makes stands behind the others even where nothing is trained.
        """
        how, matrices = how_quantised(layer), matrices_of(layer)
        names = variables(layer)
        if names is None and not any(parts(layer, "", "")):
            raise self._error(layer, "which weights a layer of this class has is not known")
        names = list(names or ())
        if how is not None:
            listed = stored_variables(built_in(layer), layer.config, how)
            names = [(name, how.mode == "float8" or name == "bias") for name in listed]
        if matrices:
            # A kernel with matrices beside it is not trained.
            names = [(name, trained and name != names[0][0]) for name, trained in names]
            names += [(name, True) for name in matrices]
        if built_in(layer) == "EinsumDense":
            met = {_bare(weight) for weight in self._weights}
            called = {new: old for old, new in _CALLED.items() if old in met}
            names = [(called.get(name, name), trained) for name, trained in names]
        return sorted(names, key=lambda item: not item[1]) if how is not None else names

    def _of_part(self, part: Layer, outer: Layer) -> list[tuple[str, bool]]:
        """What the file has of a part, whose config does not say how it is quantized."""
        end = f"/{outer.name}/{part.name}"
        names = [_bare(weight) for weight in self._weights if f"/{_prefix(weight)}".endswith(end)]
        if any(name.startswith("lora_") for name in names):
            because = f"its part {part.name!r} has low-rank matrices, and no config says how large"
            raise self._error(outer, because)
        plain = "kernel_scale" not in names or "inputs_scale" in names
        return [(name, plain or name == "bias") for name in names]

    def _plain(self, leaf: _Leaf, named: dict[str, Weight]) -> list[Weight]:
        """The weights of the plain layer, by bare names."""
        layer = leaf.layer
        matrices = [named[name] for name in matrices_of(layer)]
        named = {
            _CALLED.get(name, name): weight
            for name, weight in named.items()
            if name not in matrices_of(layer)
        }
        if leaf.outer is not None:
            # As archives number them.
            order = sorted(named, key=lambda name: (name != "kernel", name != "bias"))
            layer = part_as_stored(layer, leaf.outer, [named[name] for name in order])
        how = how_quantised(layer)
        if how is None:
            listed = [name for name, _ in variables(layer) or ()]
            return self._with_matrices(
                layer, [replace(named[name], name=name) for name in listed], matrices
            )
        listed = list(stored_variables(built_in(layer), layer.config, how))
        if sorted(listed) != sorted(named):
            raise self._unknown(layer, list(named), listed)
        try:
            plain = plain_of(layer, how, [named[name] for name in listed], self._where)
        except ForeignFileError as problem:
            # Archives say what a layer is given; they lack zero points.
            hint = problem.hint if how.mode in CALIBRATED else _HINT
            raise ForeignFileError(str(problem), hint=hint) from problem
        return self._with_matrices(layer, plain, matrices)

    def _with_matrices(
        self, layer: Layer, plain: list[Weight], matrices: Sequence[Weight]
    ) -> list[Weight]:
        if not matrices:
            return plain
        if factor_of(layer) != 1 and built_in(layer) in FORGETS_FACTOR:
            raise self._error(
                layer,
                f"its lora_alpha is {layer.config.get('lora_alpha')}, which Keras 3 itself takes "
                f"for {layer.config.get('lora_rank')} when it loads the file",
            )
        if built_in(layer) == "ReversibleEmbedding" and how_quantised(layer) is not None:
            raise self._error(layer, "it is quantized, and has low-rank matrices for one direction")
        kernel = with_matrices(layer, plain[0], matrices)
        if kernel is None:
            shapes = ", ".join(str(weight.shape) for weight in matrices)
            raise self._error(layer, f"its low-rank matrices are {shapes}")
        return [kernel, *plain[1:]]

    def _unknown(
        self, layer: Layer, found: Sequence[str], expected: Sequence[str]
    ) -> ForeignFileError:
        listed = " ".join(expected) or "nothing"
        return self._error(layer, f"it lists {shown(' '.join(found))}, expected {listed}")

    def _error(self, layer: Layer, because: str) -> ForeignFileError:
        name = layer.name or self._layer.name
        return ForeignFileError(
            f"{self._where}: layer {shown(name)} ({layer.class_name}) is quantized, has low-rank "
            f"matrices, or stands beside a layer that does, and its weights are not known: "
            f"{because}",
            hint=_HINT,
        )
