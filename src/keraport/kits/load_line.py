"""The line that a user types, in the target release, to open the output."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from keraport.catalog.releases import Release
from keraport.companion.write import companion_path
from keraport.kits.kits import table
from keraport.model import WEIGHTS_ALONE, Format, Model, Training
from keraport.own.names_used import names_used_by
from keraport.own.objects import ObjectsFile

_DEEP: Final = 800
"""Calls one behind another. Every release follows them by recursion, and Python stops at 1,000
frames: measured with chains of 900 and 1,100 layers in TensorFlow 1.12, 2.3 and 2.15 and in Keras
3.15."""
_FRAMES: Final = 10
"""Frames of Python for each call; one or two are needed."""

_WIDE: Final = ("import jax", 'jax.config.update("jax_enable_x64", True)')
"""What makes jax compute in float64, after Keras is imported as well as before."""


def load_line(
    output: Path,
    file_format: Format,
    model: Model,
    training: Training | None = None,
    *,
    target: Release,
    weights: Path | None,
    objects: Sequence[ObjectsFile],
    has_companion: bool,
    custom: Collection[str] | None = None,
    depth: int = 0,
    wide: bool = False,
) -> str:
    """What a user types, in the target release, to open the output.

    Args:
        output: the file.
        file_format: what it is.
        model: for the target; its names tell which of the user's own are needed.
        training: likewise.
        target: the release.
        weights: the file with the weights, if they are apart.
        objects: the user's own files.
        has_companion: a companion stands beside the output.
        custom: names of the user's own that the output may use; None if all.
        depth: the longest way through the model, in calls of layers.
        wide: it computes in float64, and the backend has to be told.
    """
    imports, names = _imports(model, training, objects, custom)
    given = f"{{{', '.join(names)}}}"
    if has_companion:
        imports.append(f"from {companion_path(output).stem} import custom_objects")
        given = f"dict(custom_objects, **{given})" if names else "custom_objects"
    templates: dict[str, str] = table()["load"][target.line]
    template = templates["weights" if file_format in WEIGHTS_ALONE else str(file_format)]
    custom_objects = f", custom_objects={given}" if imports else ""
    parts = [template.format(file=json.dumps(output.name), custom_objects=custom_objects)]
    if weights is not None:
        parts.append(templates["weights"].format(file=json.dumps(weights.name)))
    if imports and "{custom_objects}" not in template and file_format not in WEIGHTS_ALONE:
        parts.insert(0, templates["register"].format(objects=given))
    if depth > _DEEP and file_format not in WEIGHTS_ALONE:
        imports = ["import sys", f"sys.setrecursionlimit({_FRAMES * depth})", *imports]
    if wide:
        imports = [*_WIDE, *imports]
    return "; ".join([*imports, *parts])


def _imports(
    model: Model,
    training: Training | None,
    objects: Sequence[ObjectsFile],
    custom: Collection[str] | None,
) -> tuple[list[str], list[str]]:
    """Import statements for the user's own classes, and the entries of a dict of them."""
    imports, names = [], []
    used = names_used_by(model, training)
    for item in objects:
        keys = _keys(item, custom)
        wanted = [name for name in item.names if custom is None or keys[name] in custom]
        mine = [name for name in wanted if keys[name] in used] or wanted
        if mine:
            imports.append(f"from {item.path.stem} import {', '.join(mine)}")
            names += [f'"{keys[name]}": {name}' for name in mine]
    return imports, names


def _keys(item: ObjectsFile, custom: Collection[str] | None) -> dict[str, str]:
    """What the output calls each object of a file: by its own name, or by the registered one."""
    registered = {defined.name: defined.registered for defined in item.definitions}
    return {
        name: registered[name] if custom and registered.get(name) in custom else name
        for name in item.names
    }
