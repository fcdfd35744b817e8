"""What was measured about two networks that differ. Data only; `keraport.cli` renders it."""

from __future__ import annotations

from typing import Any

from keraport.discrepancies.variants import NoVariantError, as_json
from keraport.model import Layer, Value
from keraport.records import dataclass
from keraport.verify.compare import Difference

CLASS = "class"
"""The key of a difference between classes."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that two models disagree about.

    Args:
        trained: path of the layer in the source.
        rebuilt: path of the layer in the other model.
        key: the keyword, or `CLASS`.
        trained_value: in the source.
        rebuilt_value: in the other.
        other: the layer of the other model in the hub's words.
    """

    trained: str
    rebuilt: str
    key: str
    trained_value: Value
    rebuilt_value: Value
    other: Layer | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """How much a setting matters.

    Args:
        setting: what differs.
        at_layer: how far what the layer returns moves, given equal inputs; None if not measured.
        at_outputs: how far the outputs of the model move, the one that moves most.
        not_measured: why there is no measurement; empty if there is one.
    """

    setting: Setting
    at_layer: Difference | None = None
    at_outputs: Difference | None = None
    not_measured: str = ""

    def to_json(self) -> dict[str, Any]:
        """The stable shape."""
        return {
            "layer": self.setting.trained,
            "output_layer": self.setting.rebuilt,
            "key": self.setting.key,
            "source_value": _shown(self.setting.trained_value),
            "output_value": _shown(self.setting.rebuilt_value),
            "at_layer": None if self.at_layer is None else self.at_layer.to_json(),
            "at_outputs": None if self.at_outputs is None else self.at_outputs.to_json(),
            "not_measured": self.not_measured,
        }


@dataclass(frozen=True, slots=True)
class Effects:
    """All of them.

    Args:
        rows: in the order of the source's layers.
        rest: how far the outputs of the two models are apart once all measured settings of the
            source are those of the other; None if nothing was measured.
    """

    rows: tuple[Effect, ...] = ()
    rest: Difference | None = None

    def to_json(self) -> dict[str, Any]:
        """The stable shape."""
        return {
            "differences": [row.to_json() for row in self.rows],
            "rest": None if self.rest is None else self.rest.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Errors:
    """How far the rebuilt network is from the trained one on the rows that were held back.

    Args:
        before: with the trained weights as they are; root of the mean square, relative to that of
            what the trained network returns.
        after: with the refitted ones.
    """

    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Refitted:
    """One linear layer.

    Args:
        layer: its name in the rebuilt network.
        trained: its name in the trained one.
        because: what differs before it.
        errors: at the layer.
    """

    layer: str
    trained: str
    because: tuple[Setting, ...]
    errors: Errors


@dataclass(frozen=True, slots=True)
class Refit:
    """All of them.

    Args:
        layers: in the order in which they run.
        outputs: at the outputs of the models.
        rows: how many rows were used.
        held_back: how many others the errors were measured on.
    """

    layers: tuple[Refitted, ...]
    outputs: Errors
    rows: int
    held_back: int

    def to_json(self) -> dict[str, Any]:
        """The stable shape."""
        return {
            "verdict": "approximate",
            "rows": self.rows,
            "held_back": self.held_back,
            "outputs": {"before": self.outputs.before, "after": self.outputs.after},
            "layers": [
                {
                    "layer": row.layer,
                    "trained": row.trained,
                    "because": [f"{item.trained}: {item.key}" for item in row.because],
                    "before": row.errors.before,
                    "after": row.errors.after,
                }
                for row in self.layers
            ],
        }


def _shown(value: Value) -> Any:
    try:
        return as_json(value)
    except NoVariantError:
        return str(getattr(value, "class_name", value))
