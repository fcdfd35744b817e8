"""What a row of the vocabulary says of a class."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that a layer makes itself.

    Args:
        name: as ``add_weight`` gets it.
        when: the keyword that a layer has it for; empty if every layer of the class has it.
        default: whether a config without that keyword means that it has it.
        value: the one value of the keyword that it exists for; None for anything but None and
            False.
        unless: the keyword whose value, if it has one, takes the place of the variable.
        trained: it is among the trainable weights.
    """

    name: str
    when: str = ""
    default: bool = True
    value: str | None = None
    unless: str = ""
    trained: bool = True

    def is_made(self, config: Mapping[str, object]) -> bool:
        """Whether a layer with that config has it."""
        if self.unless and _has_value(config.get(self.unless)):
            return False
        if not self.when:
            return True
        found = config.get(self.when, self.default)
        return found not in (None, False) if self.value is None else found == self.value


def _has_value(value: object) -> bool:
    return value is not None and value is not False


@dataclass(frozen=True, slots=True)
class Part:
    """A layer that a layer makes itself, without its config saying so.

    Args:
        attribute: of the layer that makes it; newer releases put an underscore before it.
        name: of the part.
        class_name: of the part.
    """

    attribute: str
    name: str
    class_name: str

    def config_in(self, config: Mapping[str, object]) -> dict[str, object]:
        """Its own config, as far as it tells its variables, in a layer of that config."""
        axes = True if config.get("use_bias", True) else None
        return {"name": self.name, "bias_axes": axes}


@dataclass(frozen=True, slots=True)
class Kernel:
    """Where the channels lie in the weights of a layer that multiplies by a kernel.

    Args:
        output: variable and axis that hold the channels that come out; two axes where the
            channels are numbered through both.
        input: the same for the channels that go in.
        borders: ``padding`` may put zeros around what goes in, which no shift of it reaches.
        spatial: a shift of what goes in is the same shift everywhere of what comes out, so that
            the bias can carry it.
    """

    output: tuple[str, tuple[int, ...]]
    input: tuple[str, tuple[int, ...]]
    borders: bool = True
    spatial: bool = True


class Inputs(StrEnum):
    """On how many tensors a layer is called."""

    ANY = "any"
    """Its own `call` decides."""
    ONE = "one"
    """It fails on several, in every release that has it."""
    SEVERAL = "several"
    """It merges a list of them."""


class Mask(StrEnum):
    """What a layer does with the mask of what it is given."""

    STOPS = "stops"
    """It has none to pass on: ``supports_masking`` is false."""
    PASSES = "passes"
    """The mask of any of its inputs goes on."""
    OF_QUERIES = "of queries"
    """That of the first input alone goes on."""
    OF_SEQUENCE = "of sequence"
    """It skips masked steps, and passes the mask on with a sequence (``return_sequences``)."""
    USED_UP = "used up"
    """It takes a mask, and passes none on."""
    MADE = "made"
    """Every layer of the class gives a mask to what it passes on."""
    MADE_IF_ASKED = "made if asked"
    """It drops the mask that it is given; ``mask_zero`` makes a new one."""
    BY_RELEASE = "by release"
    """Releases differ: the catalog of each says."""


class Operation(StrEnum):
    """How the config of a layer that stands for one operation of TensorFlow names it."""

    NODE = "node"
    """As a node of a graph (``node_def``)."""
    FUNCTION = "function"
    """As a function of TensorFlow's public API."""
    ATTRIBUTE = "attribute"
    """As any attribute of whatever it is called on."""


class Quantised(StrEnum):
    """What of a layer Keras 3 quantizes."""

    KERNEL = "kernel"
    """It multiplies by a kernel."""
    TABLE = "table"
    """It looks rows up in a table."""


@dataclass(frozen=True, slots=True)
class Row:
    """The facts about a class that do not depend on the release.

    Args:
        name: of the class.
        variables: its own, in the order of ``Layer.weights`` less their grouping into trained and
            others; None where it is not known. Layers that make a cell have those of the cell.
        variable_shapes: the rule for the shapes of its variables
            (`keraport.analysis.variable_shapes`); empty if there is none.
        varies_with: the keyword that makes some releases keep other variables than `variables`.
        most_weights: how many weights it has at most then.
        shape: the rule for its output shapes (`keraport.analysis.shapes`); empty if there is none.
        rank: the axes between batch and channels that it works along.
        inputs: on how many tensors it is called.
        mask: what it does with masks.
        asks_for_mask: its calls take a mask as an argument, though `mask` does not say so.
        holds: the keyword of the layer, cell or cells that it is given and calls.
        by_step: what it holds is given one step of a sequence at a time.
        cell: the class of the cell that it makes from its own config.
        parts: the layers that it makes from its own config.
        gates: how many blocks of its units stand side by side in its recurrent kernels.
        states: how many states, each as wide as its output, a cell has.
        kernel: where the channels lie in its weights, if it multiplies by a kernel.
        is_model: its config is an architecture.
        operation: it stands for one operation of TensorFlow, which its config names.
        own_functions: its config holds values of functions and operations, under any keyword.
        applies_activation_last: an activation layer behind it does the same as its ``activation``.
        tells_training: what it gives depends on the argument ``training`` of its call, in whatever
            way it was configured.
        idle: it hands on what it is given when a model predicts.
        stepwise: it keeps the steps of a sequence apart.
        homogeneous: a positive factor before it is the same as one behind it.
        per_channel: a factor and a shift for each channel are the same before it and behind it.
        decorates: it may stand or not stand between two layers with weights, for the same network
            written down by different people.
        commutes: the order of its inputs does not matter.
        built_for_sizes: it has to know every size of what it is given, not the last one alone.
        predicts_like: another class that computes the same when a model predicts.
        vocabulary: a ``.keras`` archive holds its vocabulary in a file of its own.
        quantised: what of it Keras 3 quantizes, if it does.
        takes_rank_for_alpha: loaders of Keras 3 take its ``lora_rank`` for ``lora_alpha``, whatever
            the config says.
        reads_own_alone: archives of Keras 3 give values to the variables of this class, and leave
            what a class below it adds as it was made (``load_own_variables``, in 3.5 to 3.15).
    """

    name: str
    variables: tuple[Variable, ...] | None = None
    variable_shapes: str = ""
    varies_with: str = ""
    most_weights: int | None = None
    shape: str = ""
    rank: int = 0
    inputs: Inputs = Inputs.ANY
    mask: Mask = Mask.STOPS
    asks_for_mask: bool = False
    holds: str = ""
    by_step: bool = False
    cell: str = ""
    parts: tuple[Part, ...] = ()
    gates: int = 0
    states: int = 0
    kernel: Kernel | None = None
    is_model: bool = False
    operation: Operation | None = None
    own_functions: bool = False
    applies_activation_last: bool = False
    tells_training: bool = False
    idle: bool = False
    stepwise: bool = False
    homogeneous: bool = False
    per_channel: bool = False
    decorates: bool = False
    commutes: bool = False
    built_for_sizes: bool = False
    predicts_like: str = ""
    vocabulary: bool = False
    quantised: Quantised | None = None
    takes_rank_for_alpha: bool = False
    reads_own_alone: bool = False
