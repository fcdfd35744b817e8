"""The place in a model where a lowering happens, and what a lowering may answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TypeAlias

from keraport.catalog.api import Api
from keraport.catalog.releases import Release
from keraport.companion.sources_of import needs_tensorflow
from keraport.model import Call, Layer, Model, TensorRef
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict

Shape: TypeAlias = tuple[int | None, ...] | None

INPUT = ""
"""Layer name that stands, in an `Expansion`, for the tensors the replaced layer was called with."""


class Refused(Exception):  # noqa: N818 - a verdict that travels to the report, no error
    """The target cannot express it.

    Args:
        text: what and why, without the layer's name.
        hint: the workaround.
        source: where the fact comes from.
    """

    def __init__(self, text: str, *, hint: str = "", source: str = "") -> None:
        super().__init__(text)
        self.note = Note(Verdict.REFUSED, text, hint, source)


@dataclass(frozen=True, slots=True)
class CallDtypes:
    """The dtypes at one call of a layer, as the source has them.

    Args:
        inputs: of the tensors among its inputs, in the order of ``find_refs``; ``unknown`` where
            nothing tells.
        casts: for each of them the dtypes that it is cast to before the layer computes, one after
            another; empty where it is taken as it is.
        outputs: further ones are like the last.
    """

    inputs: tuple[str, ...]
    casts: tuple[tuple[str, ...], ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """A few layers instead of one.

    Args:
        layers: each called once, in an order in which they can be built; `TensorRef(INPUT, 0, i)`
            is the i-th tensor that the replaced layer was called with. The last one has the name
            of the replaced layer, so that the name still means the same tensor.
        outputs: what replaces output 0, 1, ... of the replaced layer.
        main: name of the layer that has the weights and is given the call's arguments; empty if
            there is none.
        elementwise: all layers but `main` act on each element alone, so that they may stand behind
            a wrapper instead of inside it.
        calls: of the replaced layer, where they were rewritten before it was replaced.
    """

    layers: tuple[Layer, ...]
    outputs: tuple[TensorRef, ...]
    main: str = ""
    elementwise: bool = False
    calls: tuple[Call, ...] | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """Where a layer stands.

    Args:
        path: the layer's name with those of the models and wrappers around it.
        prefix: path of the model around it, ending in ``/``; empty for the outermost.
        source: the release that wrote the file.
        target: the release to be written for.
        api: what that release accepts.
        journal: takes notes.
        model: the model around it; None for a layer inside a wrapper.
        wrapper: the wrapper or RNN around it, if any.
        input_shapes: shape of the first input of each call, batch first; None where unknown.
        all_input_shapes: of every input of every call.
        output_shapes: likewise of the first output.
        dtypes: of each call; none where it is not known how it is called.
        masked: true if a mask arrives with its inputs.
        gives_mask: true if a mask leaves it that is made inside it.
        masked_steps_seen: true if a mask arrives with its inputs, and something behind it does not
            skip the masked steps.
        companions: names of objects that the output's companion must define; lowerings add.
        stock_only: no companion is wanted.
        offered: names of objects that a companion for the target can define; None if that does not
            matter.
        shapes_given: of what any layer is called with, by its path.
        drift: of the change that is applied.
    """

    path: str
    source: Release
    target: Release
    api: Api
    journal: Journal
    model: Model | None = None
    wrapper: Layer | None = None
    input_shapes: tuple[Shape, ...] = ()
    all_input_shapes: tuple[Shape, ...] = ()
    output_shapes: tuple[Shape, ...] = ()
    dtypes: tuple[CallDtypes, ...] = ()
    masked: bool = False
    gives_mask: bool = False
    masked_steps_seen: bool = False
    companions: set[str] = field(default_factory=set)
    stock_only: bool = False
    prefix: str = ""
    offered: frozenset[str] | None = None
    shapes_given: Callable[[str], tuple[Shape, ...]] = field(default=lambda _: (), repr=False)
    drift: str = ""

    def note(self, verdict: Verdict, text: str, *, source: str = "") -> None:
        """Write into the report what was done to this layer."""
        self.journal.note(self.path, Note(verdict, text, source=source, drift=self.drift))

    def companion(self, name: str) -> None:
        """Ask for an object of the companion.

        Raises:
            Refused: no companion is wanted, or none for the target and its backend has it.
        """
        if self.offered is not None and name not in self.offered:
            raise Refused(
                f"{self.target} has no {name}, and companions for it do not define one yet",
                hint="cut the model before and after the layer, or rebuild it from layers that the "
                "target has",
            )
        if self.target.backend and needs_tensorflow(name, self.target.companion_api):
            raise Refused(
                f"{name} of the companion runs TensorFlow, and the model is to run on "
                f"{self.target.backend}",
                hint="convert it with --backend tensorflow, or rebuild this part with keras.ops",
            )
        if self.stock_only:
            raise Refused(
                f"{self.target} has no {name}, and --stock-only allows no companion",
                hint="leave out --stock-only to get a file that defines it",
            )
        self.companions.add(name)
