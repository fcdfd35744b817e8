"""What a transfer does and why, or why it does not. Data only; `keraport.cli` renders it."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from keraport.discrepancies.reexpress import Said
from keraport.discrepancies.results import Refit
from keraport.model import Value
from keraport.records import dataclass
from keraport.transfer.computation import Computation
from keraport.transfer.differences import Difference


@dataclass(frozen=True, slots=True)
class Row:
    """One weight and where it goes.

    Args:
        trained: its name in the trained file.
        trained_layer: path of the layer that owns it there.
        shape: its shape there.
        rebuilt: name of the weight that it fills.
        rebuilt_layer: path of the layer that owns that.
        rebuilt_shape: its shape.
        why: why these two belong together.
        converted: how the values are laid out anew; empty if the stored bytes are copied.
    """

    trained: str
    trained_layer: str
    shape: tuple[int, ...]
    rebuilt: str
    rebuilt_layer: str
    rebuilt_shape: tuple[int, ...]
    why: str
    converted: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that stands in the way.

    Args:
        kind: ``ambiguous``, ``shape``, ``layout``, ``name``, ``left_over``, ``unfilled``,
            ``difference`` or ``target``.
        text: what, with the names of all layers concerned.
        hint: the workaround.
        layer: path of the layer of the architecture, where it is about one.
    """

    kind: str
    text: str
    hint: str
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Loose:
    """A weight that goes nowhere, or that nothing fills.

    Args:
        name: as its file names it.
        layer: path of the layer that owns it.
        shape: of the weight.
        allowed: the user said so.
    """

    name: str
    layer: str
    shape: tuple[int, ...]
    allowed: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer, done or not.

    Args:
        weights: the trained file, as given.
        architecture: the rebuilt one, as given.
        output: the file to write.
        trained_release: that wrote the trained file; empty where it holds weights only.
        rebuilt_release: that the architecture is for.
        rows: where each weight goes, in the order of the architecture.
        left_over: trained weights without a target.
        unfilled: weights of the architecture that nothing fills.
        differences: what layers compute differently, and whether the user allowed it.
        unchecked: what could not be compared, sentences.
        refusals: why nothing is written; empty if nothing stands in the way.
        written: true if `output` was written.
        verify: the command that compares predictions; empty where there is none.
        reexpressed: what the trained file says in other words than the architecture, and why
            something could not be said in its words.
        refit: the weights that were refitted, and the errors; None if that was not asked for.
    """

    weights: str
    architecture: str
    output: str
    trained_release: str
    rebuilt_release: str
    rows: tuple[Row, ...]
    left_over: tuple[Loose, ...] = ()
    unfilled: tuple[Loose, ...] = ()
    differences: tuple[tuple[Difference, bool], ...] = ()
    unchecked: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    written: bool = False
    verify: str = ""
    reexpressed: Said = field(default_factory=Said)
    refit: Refit | None = None

    def to_json(self) -> dict[str, Any]:
        """The stable shape that ``--json`` prints, documented in ``docs/reference/json.md``."""
        return {
            "weights": self.weights,
            "architecture": self.architecture,
            "output": self.output,
            "trained_release": self.trained_release or None,
            "rebuilt_release": self.rebuilt_release,
            "rows": [_row(row) for row in self.rows],
            "left_over": [_loose(item) for item in self.left_over],
            "unfilled": [_loose(item) for item in self.unfilled],
            "differences": [_difference(item, allowed) for item, allowed in self.differences],
            "unchecked": list(self.unchecked),
            "refusals": [
                {"kind": item.kind, "text": item.text, "hint": item.hint} for item in self.refusals
            ],
            "written": self.written,
            "verify": self.verify,
            "reexpressed": self.reexpressed.to_json(),
            "refit": None if self.refit is None else self.refit.to_json(),
        }


def _row(row: Row) -> dict[str, Any]:
    return {
        "trained": {"name": row.trained, "layer": row.trained_layer, "shape": list(row.shape)},
        "rebuilt": {
            "name": row.rebuilt,
            "layer": row.rebuilt_layer,
            "shape": list(row.rebuilt_shape),
        },
        "why": row.why,
        "converted": row.converted,
    }


def _loose(item: Loose) -> dict[str, Any]:
    return {
        "name": item.name,
        "layer": item.layer,
        "shape": list(item.shape),
        "allowed": item.allowed,
    }


def _difference(item: Difference, allowed: bool) -> dict[str, Any]:
    return {
        "trained": item.trained,
        "rebuilt": item.rebuilt,
        "key": item.key,
        "trained_value": json_value(item.trained_value),
        "rebuilt_value": json_value(item.rebuilt_value),
        "allowed": allowed,
    }


def json_value(value: Value) -> Any:
    """A value of a config as JSON has it; layers by their class."""
    if isinstance(value, Computation):
        return value.class_name
    if isinstance(value, tuple | list):
        return [json_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): json_value(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
