"""What the code must say that builds the model which weights alone are loaded into.

A file of weights is for the model that the conversion describes. Code that runs in both releases
may build another one: a default changed, or keraport wrote another class.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from keraport.catalog.api import Api, Expression, Kind, load_api
from keraport.catalog.releases import Release
from keraport.model import Layer, Model, Value
from keraport.model.graph import walk
from keraport.own.names_used import names_of
from keraport.report import LayerReport, Note, Report, Verdict

_IDLE: Final = ("dtype", "implementation", "name", "seed", "trainable")
"""Keywords that no prediction depends on, beside those of `_IDLE_ENDS`."""

_IDLE_ENDS: Final = ("_initializer", "_regularizer", "_constraint")


def told_of_code(
    report: Report, before: Model, after: Model, target: Release, companion: Collection[str]
) -> Report:
    """The report, which says what the stock layers of the same code would do otherwise.

    Args:
        report: of a conversion whose output is weights alone.
        before: the model as it was read.
        after: the model for the target.
        target: the release of `after`.
        companion: names of what the companion defines.
    """
    there = dict(walk(after))
    notes: dict[str, Note] = {}
    for path, layer in walk(before):
        if path.rpartition("/")[0] in notes or layer.model is not None:
            continue
        text = _text(layer, there.get(path), report.source, target, companion)
        if text:
            notes[path] = Note(Verdict.EXACT, text)
    return replace(report, layers=tuple(_with(row, notes) for row in report.layers))


def _with(row: LayerReport, notes: dict[str, Note]) -> LayerReport:
    note = notes.get(row.path)
    return row if note is None else replace(row, notes=(*row.notes, note))


def _text(
    layer: Layer, made: Layer | None, source: str, target: Release, companion: Collection[str]
) -> str:
    """What to build in place of the layer; empty if the same code builds it."""
    wrote, reads = load_api(source), load_api(target.id)
    known = wrote.find(Kind.LAYER, layer.class_name)
    if known is None or not _is_public(layer.class_name, wrote):
        return ""
    if made is None:
        return f"the weights are for what it is rewritten as: build that in {target}"
    own = sorted(names_of(made) & set(companion))
    if own:
        return f"build it with {', '.join(own)} of the companion: these weights are for that"
    spec = reads.find(Kind.LAYER, made.class_name)
    if spec is None:
        return ""
    same = reads.find(Kind.LAYER, layer.class_name)
    if same is None or same.name != spec.name:
        return f"the weights are for the {made.class_name} that it is rewritten as: build that"
    changed = list(_changed(layer, made, wrote, reads))
    said = ", ".join(f"{key}={value!r}" for key, value, _ in changed)
    defaults = " and ".join(repr(default) for _, _, default in changed)
    are = "defaults of {} are" if len(changed) > 1 else "default of {} is"
    return f"build it with {said}: the {are.format(target)} {defaults}" if changed else ""


def _is_public(name: str, api: Api) -> bool:
    """True for a class that code names; operations and inputs come from code of another kind."""
    return any(path.rpartition(".")[2] == name for path in api.paths(Kind.LAYER))


def _changed(
    layer: Layer, made: Layer, wrote: Api, reads: Api
) -> Iterator[tuple[str, Value, Value]]:
    """Keywords that code may leave out, and gets another value then: it, and the new default."""
    old, new = (
        api.find(Kind.LAYER, name)
        for api, name in ((wrote, layer.class_name), (reads, made.class_name))
    )
    if old is None or new is None:
        return
    for key, parameter in new.parameters.items():
        before = old.parameters.get(key)
        if before is None or key not in made.config or key in _IDLE or key.endswith(_IDLE_ENDS):
            continue
        if any(p.required or isinstance(p.default, Expression) for p in (before, parameter)):
            continue
        said, written = layer.config.get(key, before.default), made.config[key]
        if _same(said, before.default) and not _same(written, parameter.default):
            yield key, written, parameter.default


def _same(one: Value, other: Value) -> bool:
    """True for equal values, for a number and a list of nothing else, and for None and False."""
    if one == other or not (one or other):
        return True
    return bool(set(_flat(one)) == set(_flat(other)))


def _flat(value: Value) -> Iterator[Value]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
    else:
        yield value if isinstance(value, str | int | float | bool | None) else repr(value)
