"""Files that hold weights and no architecture: of what kind of model, and what to do with them."""

from __future__ import annotations

from collections.abc import Sequence

from keraport.model import ModelFile, WeightGroup
from keraport.records import dataclass
from keraport.text import typed


@dataclass(frozen=True, slots=True)
class WeightsOnly:
    """What is known about weights without an architecture.

    Args:
        subclassed: the name of the subclassed model that they come from; empty if they come from a
            model that has a config.
        text: that, as a phrase.
        hint: the way to go.
    """

    subclassed: str
    text: str
    hint: str

    def to_json(self) -> dict[str, str]:
        """The stable shape that ``inspect --json`` prints."""
        return {"subclassed": self.subclassed, "text": self.text, "hint": self.hint}


def weights_only(file: ModelFile, to: str = "RELEASE", suffix: str = ".h5") -> WeightsOnly:
    """What a file without an architecture is.

    Args:
        file: as read.
        to: id of the release to convert for, for the lines to type.
        suffix: of a whole model that it reads.
    """
    path = str(file.path)
    there = "the target release" if to == "RELEASE" else to
    architecture = f"ARCHITECTURE{suffix}"
    transfer = typed(["keraport", "transfer", path, architecture, f"OUT{suffix}"])
    rebuild = f"build the model anew in {there}, save it untrained as {architecture} and type: "
    name = subclassed_model(file.groups)
    if name:
        text = (
            f"holds weights only, of the subclassed model {name!r}: "
            "its architecture is Python code, which no file keeps"
        )
        return WeightsOnly(name, text, rebuild + transfer)
    text = "holds weights only, and what they mean depends on the architecture"
    convert = typed(["keraport", "convert", "model.json", f"OUT{suffix}", "--to", to])
    hint = (
        "save model.to_json() as model.json where the model is still at hand and type: "
        f"{convert} --weights {typed([path])}; or {rebuild}{transfer}"
    )
    return WeightsOnly("", text, hint)


def subclassed_model(groups: Sequence[WeightGroup]) -> str:
    """The name of the subclassed model that weights come from; empty if it is no such model.

    A subclassed model calls its layers inside of its own name scope, so that each weight is called
    ``model/layer/kernel:0``, with the same model in all of them, where a model with a config calls
    it ``layer/kernel:0`` (``Layer.__call__`` of ``engine/base_layer.py``).
    """
    found: set[str] = set()
    for group in groups:
        for weight in group.weights:
            parts = weight.name.split("/")
            if len(parts) < 3 or parts[0] == group.layer or group.layer not in parts[1:-1]:
                return ""
            found.add(parts[0])
    return found.pop() if len(found) == 1 else ""
