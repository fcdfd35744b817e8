"""A case: one model as data, built by any release from standalone Keras 2.0 on.

Python 3.6 to 3.13, without Keras: `matrix.release` makes layers of these rows.
"""

from typing import Any, Callable, Dict, NamedTuple, Tuple, Union


class Layer(NamedTuple):
    """A layer by its public name, with arguments, which may be layers themselves."""

    name: str
    keywords: Dict[str, Any]


class Call(NamedTuple):
    """A layer that is called with more than one tensor, or with arguments.

    Args:
        layer: which.
        arguments: keyword arguments of the call.
        of: indices of the inputs that it is called with, as a list; empty for the tensor before it.
        chains: called with the last tensors of these chains instead.
    """

    layer: Layer
    arguments: Dict[str, Any]
    of: Tuple[int, ...] = ()
    chains: Tuple[Tuple[Any, ...], ...] = ()


class Tensor(NamedTuple):
    """An input of the model as an argument of a call."""

    index: int


class Input(NamedTuple):
    """An input of a model.

    Args:
        shape: without the batch.
        dtype: the default of the release if empty.
        draw: what it is fed: ``normal``, ``padded`` (with steps of zeros), ``positive`` (0 to 1),
            ``pixels`` (0 to 255), ``words``, ``texts``, or a whole number n (0 to n - 1).
        batch: number of samples, where the model fixes it.
    """

    shape: Tuple[Any, ...]
    dtype: str = ""
    draw: Any = "normal"
    batch: Any = None


Chain = Tuple[Union[Layer, Call], ...]


class Case(NamedTuple):
    """One model.

    Args:
        name: stem of its files.
        guards: one sentence: what would break it.
        inputs: of the model.
        outputs: a chain of layers for each output, or a function of the release and the inputs that
            returns the outputs.
        position: where the layers stand, see `matrix.positions`.
        needs: layers without which a release does not have this case, beside those of `outputs`.
        recipe: how it is compiled; empty leaves that to `matrix.training`, ``none`` for never.
        unknown: the size that is fed where a shape leaves it open.
        twin: outputs of a model that loads the weights of this one and predicts in its place, where
            this one needs a GPU.
    """

    name: str
    guards: str
    inputs: Tuple[Input, ...]
    outputs: Union[Tuple[Chain, ...], Callable[..., Any]]
    position: str = "functional"
    needs: Tuple[str, ...] = ()
    recipe: str = ""
    unknown: int = 6
    twin: Tuple[Chain, ...] = ()


def layer(name: str, **keywords: Any) -> Layer:
    """Shorthand for a `Layer`."""
    return Layer(name, keywords)


def call(what: Layer, *of: int, **arguments: Any) -> Call:
    """Shorthand for a `Call` with inputs of the model."""
    return Call(what, arguments, of)


def join(what: Layer, *chains: Chain, **arguments: Any) -> Call:
    """Shorthand for a `Call` with what several chains end in."""
    return Call(what, arguments, (), chains)


def each(*layers: Layer) -> Tuple[Chain, ...]:
    """Outputs that are one layer each."""
    return tuple((one,) for one in layers)


def layers_of(value: Any) -> Tuple[str, ...]:
    """The names of all layers in a value, at any depth."""
    if isinstance(value, Layer):
        return (value.name,) + layers_of(tuple(value.keywords.values()))
    if isinstance(value, Call):
        return layers_of(value.layer) + layers_of(value.chains)
    if isinstance(value, (list, tuple)):
        return tuple(name for item in value for name in layers_of(item))
    return ()
