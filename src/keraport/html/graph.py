"""What is drawn of a model: its calls as boxes and the tensors between them as edges."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from keraport.html.layers import Point, Spacing, drawn
from keraport.model import Layer, Model
from keraport.model.graph import find_refs, inner_layers
from keraport.records import dataclass
from keraport.report import Verdict, worst
from keraport.text import name

MOST_BOXES: Final = 6_000
"""Of all pictures together; a browser draws them at once, and nobody finds a layer among more."""
_MOST_EDGES: Final = 30_000
_MARGIN: Final = 12.0
_SPACING: Final = Spacing()
_LETTERS: Final = 24
"""That fit into a box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A call of a layer.

    Args:
        x: of its left side.
        y: of its upper side.
        path: of the layer, with the names of the models around it.
        title: what a pointer that rests on it is told.
        name: as much of the layer's name as fits.
        class_name: likewise, of its class.
        kind: ``input``, ``output`` or empty.
        verdict: the worst of the layer and of those in it; None if nothing was judged.
        differs: it returned something else in the other release.
    """

    x: float
    y: float
    path: str
    title: str
    name: str
    class_name: str
    kind: str
    verdict: Verdict | None
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A model, drawn.

    Args:
        title: path and class of the model; empty for the outermost.
        boxes: the calls.
        lines: the edges, each as the ``d`` of an SVG path.
        width: in pixels.
        height: likewise.
        missing: why the boxes are not there; empty if they are.
    """

    title: str
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    width: float
    height: float
    missing: str = ""
    box_width: float = _SPACING.width
    box_height: float = _SPACING.height


def pictures(
    model: Model,
    verdicts: Mapping[str, Verdict] | None = None,
    differing: Collection[str] = (),
) -> Iterator[Picture]:
    """The model and every model in it, outer before inner.

    Args:
        model: as read from the file.
        verdicts: on each layer, by path; None if nothing was judged.
        differing: paths of the layers that returned something else in the other release.
    """
    left = MOST_BOXES
    for prefix, inner in _models(model, ""):
        boxes = sum(max(len(layer.calls), 1) for layer in inner.layers)
        title = f"{name(prefix.rstrip('/'))} ({name(inner.class_name)})" if prefix else ""
        if boxes > left:
            missing = f"{boxes:,} calls of layers; pictures are drawn of up to {MOST_BOXES:,}"
            yield Picture(title, (), (), 0, 0, missing)
            continue
        left -= boxes
        yield _picture(inner, prefix, title, verdicts, differing)


def _models(model: Model, prefix: str) -> Iterator[tuple[str, Model]]:
    yield prefix, model
    for layer in model.layers:
        yield from _inside(layer, prefix)


def _inside(layer: Layer, prefix: str) -> Iterator[tuple[str, Model]]:
    path = f"{prefix}{layer.name or layer.class_name}/"
    if layer.model is not None:
        yield from _models(layer.model, path)
    for inner in inner_layers(layer.config):
        yield from _inside(inner, path)


def _picture(
    model: Model,
    prefix: str,
    title: str,
    verdicts: Mapping[str, Verdict] | None,
    differing: Collection[str],
) -> Picture:
    calls, edges = _calls(model)
    if len(edges) > _MOST_EDGES:
        return Picture(title, (), (), 0, 0, f"{len(edges):,} edges, too many to tell apart")
    drawing = drawn(len(calls), edges, _SPACING)
    outputs = {ref.layer for ref in find_refs(model.outputs)}
    if model.is_sequential and model.layers:
        outputs = {model.layers[-1].name}
    boxes = []
    for layer, place in zip(calls, drawing.nodes, strict=True):
        path = f"{prefix}{layer.name or layer.class_name}"
        kind = "input" if layer.class_name == "InputLayer" else ""
        if not kind and layer.name in outputs:
            kind = "output"
        verdict = None if verdicts is None else _worst(layer, path, verdicts)
        boxes.append(_box(place, layer, path, kind, verdict, differs=path in differing))
    return Picture(
        title,
        tuple(boxes),
        tuple(map(_line, drawing.edges)),
        round(drawing.width + 2 * _MARGIN, 1),
        round(drawing.height + 2 * _MARGIN, 1),
    )


def _box(
    place: Point, layer: Layer, path: str, kind: str, verdict: Verdict | None, *, differs: bool
) -> Box:
    said = [] if verdict is None else [verdict.value]
    said += ["returned something else"] if differs else []
    return Box(
        x=place[0] + _MARGIN,
        y=place[1] + _MARGIN,
        path=path,
        title=f"{name(path)} ({name(layer.class_name)}){': ' * bool(said)}{', '.join(said)}",
        name=_fitting(layer.name or layer.class_name),
        class_name=_fitting(layer.class_name),
        kind=kind,
        verdict=verdict,
        differs=differs,
    )


def _calls(model: Model) -> tuple[list[Layer], list[tuple[int, int]]]:
    """The layer of each call, and which call reads which; a layer without calls counts once."""
    if model.is_sequential:
        last = len(model.layers) - 1
        return list(model.layers), [(index, index + 1) for index in range(last)]
    calls: list[Layer] = []
    numbers: dict[tuple[str, int], int] = {}
    for layer in model.layers:
        # A nested model has a call 0 of its own, made when it was built.
        first = 0 if layer.model is None else 1
        for number in range(max(len(layer.calls), 1)):
            numbers[layer.name, first + number] = len(calls)
            calls.append(layer)
    edges: dict[tuple[int, int], None] = {}
    for layer in model.layers:
        first = 0 if layer.model is None else 1
        for number, call in enumerate(layer.calls):
            lower = numbers[layer.name, first + number]
            for ref in call.refs():
                upper = numbers.get((ref.layer, ref.node))
                if upper is not None and upper != lower:
                    edges[upper, lower] = None
    return calls, list(edges)


def _worst(layer: Layer, path: str, verdicts: Mapping[str, Verdict]) -> Verdict:
    """Of the layer and of all that stands in it."""
    inner = [*inner_layers(layer.config), *(layer.model.layers if layer.model else ())]
    found = [_worst(item, f"{path}/{item.name or item.class_name}", verdicts) for item in inner]
    return worst([verdicts.get(path, Verdict.UNCHANGED), *found])


def _fitting(text: str) -> str:
    text = name(text)
    half = _LETTERS // 2
    return text if len(text) <= _LETTERS else f"{text[: half - 1]}\u2026{text[-half:]}"


def _line(points: tuple[Point, ...]) -> str:
    """A path through the points: straight where it is upright, else from upright to upright."""
    (x, y), *rest = ((x + _MARGIN, y + _MARGIN) for x, y in points)
    parts = [f"M{x:g} {y:g}"]
    for end_x, end_y in rest:
        middle = (y + end_y) / 2
        if abs(end_x - x) < 1:
            parts.append(f"L{end_x:g} {end_y:g}")
        else:
            parts.append(f"C{x:g} {middle:g} {end_x:g} {middle:g} {end_x:g} {end_y:g}")
        x, y = end_x, end_y
    return "".join(parts)
