"""What the output is: its format, the line that loads it, or why there is none."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from keraport.companion.write import companion_path
from keraport.errors import RefusedError, UsageError
from keraport.formats.checkpoint.files import data_of, index_of
from keraport.model import Format, Model, ModelFile, Training
from keraport.model.graph import walk
from keraport.passes.objects import ObjectsFile
from keraport.passes.words import words_of
from keraport.report import Report, Verdict, worst


def refusal(report: Report, source: Path) -> RefusedError:
    """The error that says why nothing is written, with every layer concerned."""
    bad = worst(layer.verdict for layer in report.layers)
    concerned = [layer for layer in report.layers if layer.verdict is bad]
    if bad is Verdict.APPROXIMATE:
        return RefusedError(
            f"{source}: {_layers(len(concerned))} can only be approximated in {report.target}",
            report=report,
            hint="add --allow approximate to accept that; the report says how far",
        )
    return RefusedError(
        f"{source}: {_layers(len(concerned))} cannot be expressed in {report.target}",
        report=report,
        hint=next((n.hint for la in concerned for n in la.notes if n.hint), ""),
    )


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count} layers"


_FORMATS = {
    ".weights.h5": Format.KERAS_WEIGHTS,
    ".keras": Format.KERAS,
    ".h5": Format.HDF5,
    ".hdf5": Format.HDF5,
    ".hdf": Format.HDF5,
    ".json": Format.JSON,
}
"""Suffix: what is written. The first that fits counts."""

_READ_SINCE: dict[Format, dict[str, tuple[int, int]]] = {
    Format.KERAS: {"tf": (2, 15), "tf-keras": (2, 16), "keras": (3, 0)},
    Format.KERAS_WEIGHTS: {"tf": (2, 15), "tf-keras": (2, 16), "keras": (3, 0)},
    Format.CHECKPOINT: {"tf": (1, 12), "tf-keras": (2, 16)},
    Format.SAVED_MODEL_1X: {"tf": (1, 12)},
}
"""Formats that not every release reads: the first release that does, for each line of releases.
TF 2.12 to 2.14 have ``.keras`` archives, too, but look for the layers in them elsewhere
(``_layer_checkpoint_dependencies``), where they are read and not written."""

_READ_BEFORE: dict[Format, tuple[int, int]] = {Format.SAVED_MODEL_1X: (2, 0)}
"""Formats whose loader is gone: the first release without it."""

_BY_OPTION = (Format.CHECKPOINT, Format.SAVED_MODEL_1X)
"""Formats whose output has no suffix of its own."""


def format_by_suffix(output: Path) -> Format | None:
    """The format that the suffix of a name says; None if it says none."""
    name = output.name.lower()
    fitting = (s for s in _FORMATS if name.endswith(s) and len(name) > len(s))
    return next((_FORMATS[suffix] for suffix in fitting), None)


def format_of(output: Path, file: ModelFile) -> Format:
    """The format that the output's suffix asks for.

    Raises:
        UsageError: none, or one that `file` cannot be written in.
    """
    found = format_by_suffix(output)
    if found is None:
        raise UsageError(
            f"{output}: the suffix {output.suffix!r} names no format that is written",
            hint=f"use {', '.join(_FORMATS)}, or say --format",
        )
    if found is Format.HDF5 and not file.groups and file.format is Format.JSON:
        raise UsageError(
            f"{file.path}: is an architecture without weights, which a whole model needs",
            hint="add --weights FILE.h5, or write the architecture: OUT.json",
        )
    return found


def require_readable(file_format: Format, target: str, output: Path) -> None:
    """Refuse a format that the target release cannot open.

    Args:
        file_format: what is to be written.
        target: id of the release.
        output: the file.

    Raises:
        UsageError: it cannot; the hint names the formats that it can.
    """
    written = dict.fromkeys((*_FORMATS.values(), Format.HDF5_WEIGHTS, *_BY_OPTION))
    if file_format in written and _reads(target, file_format):
        return
    able = ", ".join(str(item) for item in written if _reads(target, item))
    problem = f"{target} cannot read the format {file_format}"
    if file_format not in written:
        problem = f"the format {file_format} is read and not written"
    raise UsageError(
        f"{output}: {problem}",
        hint=f"{target} reads {able}: choose such a suffix, or --format",
    )


def require_tracked(file: ModelFile, target: str) -> None:
    """Refuse a checkpoint of a model whose weights the target would not find in any checkpoint.

    Raises:
        UsageError: TF 1.12 keeps cells in a plain list, which it neither saves nor restores
            (``StackedRNNCells`` in ``layers/recurrent.py``).
    """
    if file.model is None or target != "tf1.12":
        return
    for path, layer in walk(file.model):
        if layer.class_name.removesuffix("V2") == "StackedRNNCells":
            raise UsageError(
                f"{file.path}: layer {path}: {target} does not restore stacked cells from a "
                "checkpoint, and says nothing",
                hint="write HDF5 instead: OUT.h5",
            )


def _reads(release: str, file_format: Format) -> bool:
    since = _READ_SINCE.get(file_format)
    found = re.fullmatch(r"(\D+)(\d+)\.(\d+)", release)
    if since is None or found is None:
        return since is None
    version = int(found[2]), int(found[3])
    before = _READ_BEFORE.get(file_format, (version[0] + 1, 0))
    return found[1] in since and since[found[1]] <= version < before


def output_files(output: Path, file_format: Format) -> tuple[Path, ...]:
    """The files that the output consists of: two for a checkpoint, else what it is called."""
    if file_format is not Format.CHECKPOINT:
        return (output,)
    return data_of(output), index_of(output)


def load_line(
    output: Path,
    file_format: Format,
    model: Model,
    training: Training | None = None,
    *,
    weights: Path | None,
    objects: Sequence[ObjectsFile],
    has_companion: bool,
    custom: Collection[str] | None = None,
) -> str:
    """What a user types, in the target release, to open the output.

    Args:
        output: the file.
        file_format: what it is.
        model: for the target; its names tell which of the user's own are needed.
        training: likewise.
        weights: the file with the weights, if they are apart.
        objects: the user's own files.
        has_companion: a companion stands beside the output.
        custom: names of the user's own that the output may use; None if all.
    """
    imports, names = [], []
    used = words_of(model, training)
    for item in objects:
        keys = _keys(item, custom)
        wanted = [name for name in item.names if custom is None or keys[name] in custom]
        mine = [name for name in wanted if keys[name] in used] or wanted
        if not mine:
            continue
        imports.append(f"from {item.path.stem} import {', '.join(mine)}")
        names += [f'"{keys[name]}": {name}' for name in mine]
    custom = f"{{{', '.join(names)}}}"
    if has_companion:
        module = companion_path(output).stem
        imports.append(f"from {module} import custom_objects")
        custom = f"dict(custom_objects, **{custom})" if names else "custom_objects"
    given = f", custom_objects={custom}" if imports else ""
    name = json.dumps(output.name)
    call = {
        Format.HDF5: f"tf.keras.models.load_model({name}{given})",
        Format.KERAS: f"tf.keras.models.load_model({name}{given})",
        Format.KERAS_WEIGHTS: f"model.load_weights({name})",
        Format.JSON: f"model = tf.keras.models.model_from_json(open({name}).read(){given})"
        + (f"; model.load_weights({json.dumps(weights.name)})" if weights else ""),
        Format.HDF5_WEIGHTS: f"model.load_weights({name})",
        Format.CHECKPOINT: f"model.load_weights({name})",
        Format.SAVED_MODEL_1X: f"tf.contrib.saved_model.load_keras_model({name})",
    }[file_format]
    if imports and file_format is Format.SAVED_MODEL_1X:
        # That loader has no keyword for them.
        call = f"tf.keras.utils.get_custom_objects().update({custom}); {call}"
    return "; ".join([*imports, call])


def _keys(item: ObjectsFile, custom: Collection[str] | None) -> dict[str, str]:
    """What the output calls each object of a file: by its own name, or by the registered one."""
    registered = {defined.name: defined.registered for defined in item.definitions}
    return {
        name: registered[name] if custom and registered.get(name) in custom else name
        for name in item.names
    }
