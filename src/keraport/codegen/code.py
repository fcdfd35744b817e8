"""``keraport code``: a model file as Python source for a release."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from keraport.analysis.shapes import infer_shapes
from keraport.catalog.api import load_api
from keraport.codegen.idiom import idiom_of
from keraport.codegen.source import Surroundings, source_of
from keraport.companion.sources_of import with_needs
from keraport.convert import (
    Conversion,
    Options,
    functions_of,
    plan,
    rewriting,
    would_refuse,
)
from keraport.errors import UsageError
from keraport.refusal import refusal


def code(
    source: Path | str,
    to: str,
    *,
    from_: str | None = None,
    options: Options | None = None,
) -> str:
    """Python source that builds a model in another release.

    It has ``build()``, which gives the model with fresh weights, and ``load(weights)``, which gives
    it those of a file that `keraport.convert.convert` wrote for the same release. Training
    configuration is not part of it.

    Args:
        source: the model, read only.
        to: id of the release that the source is for.
        from_: id of the release that wrote `source`, where the file does not tell.
        options: how to convert.

    Raises:
        RefusedError: some layer cannot be expressed.
        UsageError: unknown release, ...
        InputFileError: `source` is damaged, foreign or unsafe.
    """
    # Source says nothing of an optimizer's state.
    options = replace(options or Options(), drop_optimizer=True)
    conversion = plan(source, to, from_=from_, options=options)
    if would_refuse(conversion.report, options):
        raise refusal(conversion.report, Path(source), rewriting(conversion.report))
    translation = conversion.translation
    _require_plain_names(source, translation.custom)
    model = translation.file.model
    assert model is not None  # noqa: S101 - plan refuses files without one
    return source_of(
        model,
        conversion.target,
        load_api(conversion.target.id),
        _surroundings(conversion),
        infer_shapes(model, translation.custom | translation.companions),
    )


def _require_plain_names(source: Path | str, custom: Collection[str]) -> None:
    """In source, a class of the user's and one of Keras' own cannot have one name."""
    for name in sorted(custom):
        if ">" in name:
            plain = name.rpartition(">")[2]
            raise UsageError(
                f"{source}: {name} has the name of a class of Keras' own: not supported in source "
                "yet",
                hint=f"rename it in your file: class My{plain}, and --map "
                f"{shlex.quote(f'{name}=My{plain}')}; or convert the file instead",
            )


def _place(line: str) -> tuple[bool, bool, str]:
    """``from __future__`` first, then modules, then what is taken from them."""
    return not line.startswith("from __future__"), line.startswith("from "), line


def _surroundings(conversion: Conversion) -> Surroundings:
    """Imports of Keras and of the user's files, and the companion's classes."""
    idiom = idiom_of(conversion.target)
    sources = [
        *with_needs(conversion.translation.companions, conversion.target.companion_api),
        *functions_of(conversion),
    ]
    imports = {line for item in sources for line in item.imports} | {*idiom.imports}
    if idiom.is_import:
        imports.add(idiom.layers)
    lines = sorted(imports, key=_place)
    names = {item.name for item in sources}
    for item in conversion.objects:
        mine = [name for name in item.names if name in conversion.translation.custom]
        if mine:
            lines.append(f"from {item.path.stem} import {', '.join(mine)}")
            names.update(mine)
    classes = [item.body for item in sources]
    if sources:
        objects = ", ".join(f'"{item.name}": {item.name}' for item in sources if not item.is_helper)
        # Layers that make copies of themselves look there alone.
        classes.append(f"{idiom.keras}.utils.get_custom_objects().update({{{objects}}})")
    return Surroundings(lines, classes, names)
