"""Whether the layers of a model hold the weights that its file has for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from keraport.catalog.releases import get_release
from keraport.errors import ProbeError, WeightsDoNotFitError
from keraport.records import dataclass
from keraport.verify.models import RunningModel
from keraport.verify.replies import WEIGHED

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """What a file has for a layer, and what the layer builds.

    Args:
        name: of the layer.
        class_name: of the layer, in the release; empty if the model has none of that name.
        stored: names and shapes in the file, in order.
        built: likewise, of the layer.
    """

    name: str
    class_name: str
    stored: tuple[tuple[str, tuple[int, ...]], ...]
    built: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def fits(self) -> bool:
        """True if each weight goes where it has to, as far as shapes tell."""
        return [shape for _, shape in self.stored] == [shape for _, shape in self.built]

    @property
    def swapped(self) -> bool:
        """True if the layer builds weights of the same names in another order."""
        names = [[_last(name) for name, _ in side] for side in (self.stored, self.built)]
        return names[0] != names[1] and sorted(names[0]) == sorted(names[1])

    def explain(self) -> str:
        """Both sides, as a sentence."""
        what = f"layer {self.name!r}" + (f" ({self.class_name})" if self.class_name else "")
        return (
            f"{what}: the file has {_listed(self.stored)}; the layer builds {_listed(self.built)}"
        )


def weights_of(model: RunningModel) -> tuple[LayerWeights, ...]:
    """Layer by layer, in the order of the file.

    Raises:
        ProbeError: the release cannot even build the architecture.
    """
    reply = model.ask({"op": "weights"}, "cannot build", WEIGHED)
    built = {row["name"]: row for row in reply["built"]}
    stored = {row["name"]: row for row in reply["stored"]}
    return tuple(
        LayerWeights(
            name,
            str(built.get(name, {}).get("class_name", "")),
            _rows(stored.get(name, {})),
            _rows(built.get(name, {})),
        )
        for name in dict.fromkeys([*stored, *built])
        if name in stored or built[name]["weights"]
    )


def fitting(model: RunningModel, problem: ProbeError) -> ProbeError | WeightsDoNotFitError:
    """The error to raise where a release did not open a file: `problem`, or what is behind it."""
    if model.runtime.pid is None:
        return problem
    try:
        found = weights_of(model)
    except ProbeError:
        return problem
    # A file without weights, or of another kind, says nothing about layers.
    bad = [layer for layer in found if not layer.fits] if any(la.stored for la in found) else []
    if not bad:
        return problem
    return WeightsDoNotFitError(
        f"{model.path}: {'; '.join(layer.explain() for layer in bad)}",
        hint=_advice(bad, model.runtime.name),
    )


def swapped_weights(model: RunningModel) -> list[str]:
    """What predictions that differ may come from: weights in another order, as sentences."""
    try:
        found = weights_of(model)
    except ProbeError:
        return []
    return [f"weights in another order: {layer.explain()}" for layer in found if layer.swapped]


def _advice(bad: Sequence[LayerWeights], release: str) -> str:
    names = ", ".join(dict.fromkeys(layer.class_name or layer.name for layer in bad))
    hint = f"make {names} build those weights, in that order and with those shapes, in build()"
    known = get_release(release)
    fewer = any(len(la.built) < len(la.stored) for la in bad)
    if fewer and known.has("holds-no-layers-of-layers"):
        hint += (
            f"; {known.title} does not collect the weights of layers inside a layer: "
            "add them to self._trainable_weights"
        )
    return hint


def _rows(row: Mapping[str, Any]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple((str(name), tuple(shape)) for name, shape in row.get("weights", ()))


def _listed(weights: Sequence[tuple[str, tuple[int, ...]]]) -> str:
    shown = [f"{_last(name)} {list(shape)}" for name, shape in weights[:_SHOWN]]
    if len(weights) > _SHOWN:
        shown.append(f"and {len(weights) - _SHOWN} more")
    count = "1 weight" if len(weights) == 1 else f"{len(weights)} weights"
    return f"{count} ({', '.join(shown)})" if weights else "no weights"


def _last(name: str) -> str:
    return name.rpartition("/")[2].partition(":")[0]
