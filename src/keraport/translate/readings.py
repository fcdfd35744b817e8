"""A file that several releases may have written, read as each of them.

Where all readings give the same output, nobody needs to be asked which one is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from types import FunctionType, MethodType
from typing import Any, Final, TypeAlias

import numpy as np

from keraport.catalog.api import Kind
from keraport.catalog.detect import Detection
from keraport.catalog.releases import Release, get_release
from keraport.changes import ALL_CHANGES
from keraport.changes.change import shown
from keraport.changes.combinators import RenamedClass
from keraport.errors import AmbiguousReleaseError
from keraport.model import Layer, Model, ModelFile, Value, Weight
from keraport.model.graph import walk
from keraport.model.weights import Transformed
from keraport.report import LayerReport, Verdict
from keraport.translate.to_hub import normalise
from keraport.translate.translation import Translation

_LAMBDA: Final = "Lambda"

Same: TypeAlias = Callable[[Weight, Weight], bool]
"""Whether two weights that are computed in different ways have the same values all the same."""


def settled(
    error: AmbiguousReleaseError, readings: Mapping[Release, Translation], same: Same
) -> Detection:
    """The release to take, if it makes no difference which of them is.

    Args:
        error: what detection found.
        readings: the file for the target, read as each of `error.readings`, in their order.
        same: is asked about weights that are computed.

    Raises:
        AmbiguousReleaseError: the readings differ, or do not stand for all that the file may be.
            It names the first layer that differs, and a release only if the file converts as it.
    """
    (first, chosen), *others = readings.items()
    apart = [(other, text) for other, new in others if (text := difference(chosen, new, same))]
    if error.conclusive and not apart:
        text = error.evidence
        if others:
            names = " and ".join([first.id, *(other.id for other, _ in others)])
            text += f"; read as {names} the output is the same; assuming {first.id}"
        return Detection(first, text, sure=False)
    able = [release.id for release, reading in readings.items() if not _refused(reading)]
    message = str(error)
    if apart and error.conclusive:
        other, text = apart[0]
        message += f"; read as {first.id} and as {other.id} it differs: {text}"
    elif not able:
        row = _refused(chosen)[0]
        message += f"; read as {first.id}, {_named(row)} would be refused: {_reason(row)}"
    if not able:
        hint = (
            "`keraport releases` lists the releases whose files convert: save the model again "
            "with one of them"
        )
    elif error.conclusive:
        hint = f"say which release wrote the file: {' or '.join(f'--from {n}' for n in able)}"
    else:
        hint = f"read it as the known release that comes nearest: --from {able[0]}"
    raise AmbiguousReleaseError(
        message,
        evidence=error.evidence,
        readings=error.readings,
        conclusive=error.conclusive,
        hint=hint,
    )


def undecided(
    file: ModelFile, detection: Detection, other: Release, apart: str
) -> AmbiguousReleaseError:
    """The question that is left where two releases would write a file, and mean different things.

    Args:
        file: as read.
        detection: the release to take, and the others.
        other: the one of these that differs.
        apart: what the output differs in.
    """
    able = (detection.release, *detection.others)
    options = " or ".join(f"--from {release.id}" for release in able)
    return AmbiguousReleaseError(
        f"{file.path}: {detection.evidence}; but read as {detection.release.id} and as {other.id} "
        f"it differs: {apart}",
        evidence=detection.evidence,
        readings=tuple(release.id for release in able),
        conclusive=True,
        hint=f"say which release wrote the file: {options}",
    )


def settled_in_hub(error: AmbiguousReleaseError, model: Model) -> Release:
    """The release to take for a model that is only brought into the hub's words.

    Args:
        error: what detection found.
        model: as read.

    Raises:
        AmbiguousReleaseError: `error`, if it makes a difference which release wrote the model.
        DamagedFileError: the graph of layers contradicts itself.
    """
    releases = [get_release(name) for name in error.readings]
    spelt = [_respelt(normalise(model, None, release)[0]) for release in releases]
    if not error.conclusive or any(other != spelt[0] for other in spelt):
        raise error
    return releases[0]


def difference(one: Translation, other: Translation, same: Same) -> str:
    """The first thing that differs between two translations, as a phrase; empty if nothing does.

    Where both are refused, what stands in the way is the same whatever wrote the file.
    """
    refused = [{row.path: row for row in _refused(item)} for item in (one, other)]
    if all(refused):
        return ""
    only_lambdas = {row.class_name for row in refused[1].values()} == {_LAMBDA}
    if not refused[0] and only_lambdas:
        # Which functions only compute may be known of one of them alone.
        return ""
    for row in (*refused[0].values(), *refused[1].values()):
        return f"{_named(row)} is refused in one of them: {_reason(row)}"
    return _between_files(one.file, other.file, same) or _between_companions(one, other)


def _between_files(first: ModelFile, second: ModelFile, same: Same) -> str:
    one, other = _in_one_spelling(first), _in_one_spelling(second)
    for path, a, b in _side_by_side(one, other):
        if a is None or b is None:
            return f"layer {path} is in one of the outputs only"
        if a.class_name != b.class_name:
            return f"layer {path} becomes {a.class_name}, or {b.class_name}"
        if a.config != b.config:
            return f"layer {path} ({a.class_name}): {_between_configs(a.config, b.config)}"
        if (a.calls, a.extra) != (b.calls, b.extra):
            return f"layer {path} ({a.class_name}) is called otherwise"
    if _bare(one) != _bare(other):
        return "the model around the layers"
    if not _same_weights(one, other, same):
        return "the weights and their order"
    if one.training != other.training:
        return "how it is compiled"
    return ""


def _in_one_spelling(file: ModelFile) -> ModelFile:
    """A graph of layers under one class name: every loader takes the older one, too."""
    return file if file.model is None else replace(file, model=_respelt(file.model))


def _respelt(model: Model) -> Model:
    layers = tuple(
        layer
        if layer.model is None
        else replace(
            layer,
            class_name=_OLDER.get(layer.class_name, layer.class_name),
            model=_respelt(layer.model),
        )
        for layer in model.layers
    )
    name = _OLDER.get(model.class_name, model.class_name)
    return replace(model, class_name=name, layers=layers)


_OLDER: Mapping[str, str] = {
    name: change.effect.other
    for change in ALL_CHANGES
    if isinstance(change.effect, RenamedClass) and change.kind is Kind.LAYER
    for name in change.names
}


def _between_companions(one: Translation, other: Translation) -> str:
    mine = (one.companions, one.custom, one.functions)
    if mine != (other.companions, other.custom, other.functions):
        return "the objects that the companion defines"
    return ""


def _side_by_side(
    one: ModelFile, other: ModelFile
) -> Iterator[tuple[str, Layer | None, Layer | None]]:
    walked = ([] if file.model is None else list(walk(file.model)) for file in (one, other))
    for a, b in zip_longest(*walked):
        path = (a or b)[0]
        yield path, a and a[1], b and b[1]


def _between_configs(one: Mapping[str, Value], other: Mapping[str, Value]) -> str:
    keys = [key for key in {**one, **other} if one.get(key, _NONE) != other.get(key, _NONE)]
    if not keys:
        return "its parts are called otherwise"
    key = keys[0]
    a, b = one.get(key), other.get(key)
    if isinstance(a, Layer) and isinstance(b, Layer):
        if a.class_name != b.class_name:
            return f"{key} becomes {a.class_name}, or {b.class_name}"
        return f"{key} ({a.class_name}): {_between_configs(a.config, b.config)}"
    said = [
        f"{key}={shown(config[key])}" if key in config else f"no {key}" for config in (one, other)
    ]
    return ", or ".join(said)


_NONE = object()


def _bare(file: ModelFile) -> Any:
    model = file.model
    return model and (model.name, model.class_name, model.inputs, model.outputs, model.settings)


def _same_weights(one: ModelFile, other: ModelFile, same: Same) -> bool:
    mine, others = _listed(one), _listed(other)
    return len(mine) == len(others) and all(
        (layer, a.name, a.shape, a.dtype) == (layer_of_other, b.name, b.shape, b.dtype)
        and (_said(a) == _said(b) or same(a, b))
        for (layer, a), (layer_of_other, b) in zip(mine, others, strict=True)
    )


def _listed(file: ModelFile) -> list[tuple[str, Weight]]:
    return [(group.layer, weight) for group in file.groups for weight in group.weights]


def _said(weight: Weight) -> Any:
    """A weight by what it is made of; functions that compute it by code and arguments."""
    stored = weight.stored
    if not isinstance(stored, Transformed):
        return weight
    origins = [_said(origin) for origin in stored.origins]
    return weight.name, weight.shape, weight.dtype, origins, _plain(stored.function)


def _plain(value: Any) -> Any:
    """A function by its code and what it is given, an array by its bytes; they have no ``==``."""
    if isinstance(value, partial):
        given = [_plain(item) for item in value.args]
        return _plain(value.func), given, {k: _plain(v) for k, v in value.keywords.items()}
    if isinstance(value, FunctionType):
        cells = [_plain(cell.cell_contents) for cell in value.__closure__ or ()]
        return value.__code__, cells, [_plain(item) for item in value.__defaults__ or ()]
    if isinstance(value, MethodType):
        return value.__func__, value.__self__
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    return value


def _refused(translation: Translation) -> list[LayerReport]:
    return [row for row in translation.layers if row.verdict is Verdict.REFUSED]


def _named(row: LayerReport) -> str:
    return f"layer {row.path} ({row.class_name})"


def _reason(row: LayerReport) -> str:
    return next(note.text for note in row.notes if note.verdict is Verdict.REFUSED)
