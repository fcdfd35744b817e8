"""``keraport.load_model``: a model of another release, in the process that a user works in.

The one module that imports Keras, and only when it is called and none is imported yet.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, Final, Unpack

from keraport.analysis.wide import has_to_be_widened
from keraport.api import OptionKeywords, PathLike, ReleaseLike, convert, require_keywords
from keraport.catalog.backends import TENSORFLOW, on_backend
from keraport.catalog.releases import Release, get_release
from keraport.errors import UnknownReleaseError, UsageError
from keraport.formats import read
from keraport.loader.running import (
    backend_of,
    by_names,
    find_keras,
    load_with,
    name_of,
    require_arguments,
    source_of,
    suffixes_for,
)
from keraport.report import Report
from keraport.verify.own_code import load_objects

_log = logging.getLogger(__name__)

_NOT_TAKEN: Final = {
    "backend": "the Keras that runs here tells it",
    "accept_marks": "rewrite the marked lines by hand in what `keraport port-objects` writes",
}
"""Keywords of `keraport.options` that make no sense here, and why."""


def load_model(
    path: PathLike,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,  # noqa: A002 - as Keras calls it
    *,
    keras: ModuleType | None = None,
    from_: ReleaseLike | None = None,
    weights: PathLike | None = None,
    **given: Unpack[OptionKeywords],
) -> Any:
    """Load a model that another release saved, in the Keras of this process.

    It is converted into a temporary folder, and opened by the ``load_model`` of the Keras that
    runs here. The classes of a companion are registered there; nothing is left on the disk.

    Args:
        path: the model, in any format that `keraport.convert` reads; it is never touched.
        custom_objects: your own classes and functions by name, as Keras takes them. Their source is
            read for what they take.
        compile: compile the model, where it was saved as compiled.
        keras: the Keras to load with: ``tf.keras``, ``tf_keras`` or ``keras``. If None: tf_keras if
            it is imported, else keras, else tf.keras; and keras, if none is imported.
        from_: the release that wrote `path`, where the file does not tell.
        weights: those of an architecture, or to take instead of a model's own.
        given: the keywords of `keraport.options`, but for ``backend``, which Keras tells, and
            ``accept_marks``. The files of ``objects`` are for this release, or, with ``port``, for
            the one that saved the model; they are imported here once the model is converted.

    Returns:
        what the ``load_model`` of this Keras returns.

    Raises:
        UnknownReleaseError: the Keras that runs here is not supported.
        RefusedError: it cannot express a layer.
        UsageError: no such file, no Keras, ...
        InputFileError: `path` is damaged, foreign or unsafe to read.
    """
    for name, reason in _NOT_TAKEN.items():
        if name in given:
            raise TypeError(f"load_model() takes no keyword {name}: {reason}")
    require_arguments(path, custom_objects)
    require_keywords("load_model", given)
    if given.get("port") and custom_objects:
        raise TypeError(
            "port=True rewrites the files of objects=; custom_objects= are classes of this release"
        )
    running = find_keras(keras) or _imported()
    release = _release_of(running)
    _log.info("%s: converted for %s, which runs here", path, release.title)
    own = dict(custom_objects or {})
    objects, renamed = given.pop("objects", ()), given.pop("renamed", None) or {}
    named = [objects] if isinstance(objects, str | os.PathLike) else objects
    files = [os.fspath(file) for file in named]
    with TemporaryDirectory(prefix="keraport-load-", ignore_cleanup_errors=True) as folder:
        source, names = source_of(own)
        parsed = [Path(folder, "custom_objects_given.py")] if source else []
        for file in parsed:
            file.write_text(source, encoding="utf-8")
        report, out = _convert(
            path,
            Path(folder, "model"),
            suffixes_for(running),
            to=release,
            from_=from_,
            weights=weights,
            objects=[*parsed, *files],
            renamed={**names, **renamed},
            backend=release.backend or TENSORFLOW,
            **given,
        )
        _require_width(out, release)
        companions = [str(Path(folder, name)) for name in report.written if name.endswith(".py")]
        # Files that are rewritten are among those that were written.
        found = load_objects([*companions, *([] if given.get("port") else files)])
        found.update(by_names(own))
        return load_with(running, str(out), found, compile)


def _imported() -> ModuleType:
    """Keras, where none is imported yet: up to TensorFlow 2.15 that is tf.keras."""
    try:
        return import_module("keras")
    except ModuleNotFoundError as missing:
        if missing.name != "keras":
            raise
        raise UsageError(
            "no Keras is installed in this Python",
            hint="install TensorFlow or Keras beside keraport, or, if that is too old for this "
            "Python, use a stub there: keraport emit-loader OUT.py",
        ) from missing


def _release_of(keras: ModuleType) -> Release:
    name, backend = name_of(keras), backend_of(keras)
    try:
        return on_backend(get_release(name), backend)
    except UnknownReleaseError as error:
        raise UnknownReleaseError(
            f"{name.replace('==', ' ')} runs here, which is not supported yet", hint=error.hint
        ) from error


def _convert(
    source: PathLike, stem: Path, suffixes: Iterable[str], **arguments: Any
) -> tuple[Report, Path]:
    """Convert in the first of the formats that the model can be written in."""
    first: UsageError | None = None
    for suffix in suffixes:
        out = stem.with_suffix(suffix)
        try:
            return convert(source, out, **arguments), out
        except UsageError as error:
            first = first or error
    assert first is not None  # noqa: S101 - there is a format
    raise first


def _require_width(path: Path, release: Release) -> None:
    """Refuse a model in float64 where jax would compute it in float32.

    Raises:
        UsageError: the switch of jax is off.
    """
    if release.backend != "jax" or import_module("jax").config.jax_enable_x64:
        return
    model = read(path).model
    if model is not None and has_to_be_widened(model, release):
        raise UsageError(
            "the model computes in float64, and jax in this process does not",
            hint='run `jax.config.update("jax_enable_x64", True)` before',
        )
