"""The functions of ``import keraport``: paths and releases as text, options as keywords.

They call the functions of the rooms, which take ``Path``, ``Release`` and ``Options``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias, TypedDict, Unpack

from keraport.catalog.backends import on_backend
from keraport.catalog.detect import detect
from keraport.catalog.releases import Release, get_release
from keraport.convert import Options
from keraport.convert import check as _check
from keraport.convert import convert as _convert
from keraport.errors import ForeignFileError, UsageError
from keraport.formats import read
from keraport.inspection.graphs import graph_of_directory, writer_of
from keraport.inspection.inspect import Inspection
from keraport.inspection.inspect import inspect as _inspect
from keraport.model import Format
from keraport.own.lambda_layers import LambdaChoices
from keraport.report import Report
from keraport.runtimes.pool import RuntimePool
from keraport.transfer.result import Transfer
from keraport.transfer.transfer import transfer as _transfer
from keraport.verify import Verification
from keraport.verify import verify as _verify

PathLike: TypeAlias = "str | os.PathLike[str]"
"""A file or folder."""

ReleaseLike: TypeAlias = "str | Release"
"""A release, or a name of one as people write it: ``tf1.12``, ``tensorflow==2.3.0``, ``keras3``."""


class OptionKeywords(TypedDict, total=False):
    """The keywords of `options`."""

    objects: Iterable[PathLike] | PathLike
    stock_only: bool
    allow_approximate: bool
    renamed: Mapping[str, str] | None
    dropped: Iterable[tuple[str, str]]
    translate_lambdas: bool
    lambdas: Mapping[str, str] | None
    lambda_python: str | None
    verify_checksums: bool
    backend: str
    from_backend: str
    port: bool
    accept_marks: bool
    drop_optimizer: bool


def options(
    *,
    objects: Iterable[PathLike] | PathLike = (),
    stock_only: bool = False,
    allow_approximate: bool = False,
    renamed: Mapping[str, str] | None = None,
    dropped: Iterable[tuple[str, str]] = (),
    translate_lambdas: bool = False,
    lambdas: Mapping[str, str] | None = None,
    lambda_python: str | None = None,
    verify_checksums: bool = True,
    backend: str = "",
    from_backend: str = "",
    port: bool = False,
    accept_marks: bool = False,
    drop_optimizer: bool = False,
) -> Options:
    """How to convert, for several calls of `convert` and `check`.

    Args:
        objects: Python files that define your own classes for the target; they are parsed, not run.
        stock_only: refuse instead of writing a companion.
        allow_approximate: accept layers that the target can only approximate.
        renamed: what your files call a class or function that the model calls otherwise.
        dropped: keywords that a class of yours no longer takes, as (class, keyword).
        translate_lambdas: read the bytecode of Lambda layers and write it as source.
        lambdas: functions of your files by the name of the Lambda layer that they replace.
        lambda_python: whose bytecode it is, e.g. ``3.7``; found out if None.
        verify_checksums: compare those of checkpoints and SavedModels.
        backend: what Keras 3 computes with: ``tensorflow`` (if empty), ``jax`` or ``torch``.
        from_backend: the backend that the file was saved with, where it does not say so:
            ``tensorflow`` or ``theano`` of Keras 1 and 2, ``tensorflow``, ``jax`` or ``torch`` of
            Keras 3.
        port: your files are source for the release that wrote the model: rewrite them for the
            target, and write them beside the output.
        accept_marks: do so even if lines that the model needs cannot be rewritten, and are marked.
        drop_optimizer: leave out the state of the optimizer, which then starts afresh.
    """
    files = [objects] if isinstance(objects, str | os.PathLike) else objects
    return Options(
        objects=tuple(Path(file) for file in files),
        stock_only=stock_only,
        allow_approximate=allow_approximate,
        renamed=dict(renamed or {}),
        dropped=frozenset(dropped),
        lambdas=LambdaChoices(dict(lambdas or {}), translate_lambdas, lambda_python),
        verify_checksums=verify_checksums,
        backend=backend,
        from_backend=from_backend,
        port=port,
        accept_marks=accept_marks,
        drop_optimizer=drop_optimizer,
    )


def convert(
    source: PathLike,
    output: PathLike,
    to: ReleaseLike,
    *,
    from_: ReleaseLike | None = None,
    weights: PathLike | None = None,
    file_format: str | None = None,
    force: bool = False,
    options: Options | None = None,
    **given: Unpack[OptionKeywords],
) -> Report:
    """Convert a model file for another release.

    Args:
        source: the model; it is read and never touched.
        output: the file to write; its suffix says the format unless `file_format` does.
        to: the release to write for.
        from_: the release that wrote `source`, where the file does not tell.
        weights: those of an architecture, or to take instead of a model's own.
        file_format: what to write, e.g. ``h5`` or ``keras``.
        force: replace an existing output.
        options: as `keraport.options` gives them.
        given: the keywords of `keraport.options`, in the place of `options`.

    Returns:
        the verdict on every layer; its ``load`` is the line that opens the output.

    Raises:
        RefusedError: a layer cannot be expressed; nothing is written.
        UsageError: unknown release, existing output, ...
        InputFileError: `source` is damaged, foreign or unsafe to read.
    """
    return _convert(
        Path(source),
        Path(output),
        release_name(to),
        from_=_id_or_none(from_),
        weights=_path_or_none(weights),
        file_format=Format(file_format) if file_format is not None else None,
        options=options_of("convert", options, given),
        force=force,
    )


def check(
    source: PathLike,
    to: ReleaseLike,
    *,
    from_: ReleaseLike | None = None,
    weights: PathLike | None = None,
    options: Options | None = None,
    **given: Unpack[OptionKeywords],
) -> Report:
    """The verdict on every layer, refusals included; nothing is written.

    Arguments and errors are those of `convert`, but refusals are in the report, not raised.
    """
    return _check(
        Path(source),
        release_name(to),
        from_=_id_or_none(from_),
        weights=_path_or_none(weights),
        options=options_of("check", options, given),
    )


def inspect(
    path: PathLike, *, from_: ReleaseLike | None = None, weights: PathLike | None = None
) -> Inspection:
    """What a model file holds, which release wrote it, and what in it would run.

    Args:
        path: the model, its architecture, or its weights.
        from_: the release that wrote it, where the file does not tell.
        weights: the weights of an architecture.

    Raises:
        UsageError: no such file, or no such release.
        InputFileError: the file is damaged, foreign or unsafe to read.
    """
    return _inspect(Path(path), from_=_id_or_none(from_), weights=_path_or_none(weights))


def verify(
    source: PathLike,
    output: PathLike,
    *,
    from_: ReleaseLike | None = None,
    to: ReleaseLike | None = None,
    backend: str = "",
    inputs: PathLike | None = None,
    layers: bool = False,
    objects: Sequence[PathLike] = (),
    source_objects: Sequence[PathLike] | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-6,
    seed: int = 0,
    samples: int = 4,
    timeout: float = 600.0,
    trust: bool = False,
    pool: RuntimePool | None = None,
) -> Verification:
    """Run both files, each in its real release, on the same inputs, and compare.

    Args:
        source: a model file.
        output: the model file that should predict the same.
        from_: the release that runs `source`; the one that wrote it if None.
        to: the release that runs `output`; likewise.
        backend: what that computes with, where it runs on several; TensorFlow if empty.
        inputs: an npz with values for the inputs of `source`; drawn from `seed` if None.
        layers: compare what every layer returned, too.
        objects: Python files with your own classes; they are run inside the releases.
        source_objects: those for `source`, where they are others.
        rtol: tolerance relative to the largest value of an output.
        atol: absolute tolerance.
        seed: of the inputs.
        samples: rows to draw, where the model leaves that open.
        timeout: seconds for each thing that a release is asked.
        trust: run the files whatever they bring along.
        pool: processes of releases, to be used by several calls.

    Raises:
        UsageError: a file that is not there, or inputs that do not fit the model.
        NotTrustedError: a file brings along what would run, and `trust` is not given.
        RuntimeUnavailableError: a release is unavailable here, or fails to open or run its model.
        PredictionsDifferError: the models differ in the number of their outputs; differing values
            are not an error but the result's ``status``.
    """
    own = [Path(file) for file in objects]
    return _verify(
        Path(source),
        Path(output),
        source_release=release_of(Path(source), from_),
        target_release=on_backend(release_of(Path(output), to), backend),
        inputs=_path_or_none(inputs),
        layers=layers,
        objects=own if source_objects is None else [Path(file) for file in source_objects],
        output_objects=own,
        rtol=rtol,
        atol=atol,
        seed=seed,
        samples=samples,
        timeout=timeout,
        trust=trust,
        pool=pool,
    )


def transfer(
    weights: PathLike,
    architecture: PathLike,
    output: PathLike,
    *,
    maps: Mapping[str, str] | None = None,
    leave_out: Iterable[str] = (),
    keep_initial: Iterable[str] = (),
    allow_different: Iterable[str] = (),
    trust_names: bool = False,
    from_: ReleaseLike | None = None,
    to: ReleaseLike | None = None,
    dry_run: bool = False,
    force: bool = False,
) -> Transfer:
    """Fill an architecture that was rebuilt by hand with the weights of a trained file.

    Args:
        weights: the trained file: a whole model in HDF5, or weights only.
        architecture: an untrained model in HDF5, or an architecture in JSON; read only.
        output: the file to write, a whole model in HDF5.
        maps: names of layers, or of weights, of the architecture by names in the trained file.
        leave_out: trained layers that go nowhere.
        keep_initial: layers of the architecture that keep the values they have.
        allow_different: layers of the architecture that may compute something else.
        trust_names: names that Keras made up (``dense_1``) mean the same layers in both files.
        from_: the release that wrote `weights`, where the file does not tell.
        to: the release that `architecture` is for, likewise.
        dry_run: write nothing.
        force: replace an existing output.

    Raises:
        RefusedError: weights or layers are left over, or the two models compute different things;
            nothing is written.
        UsageError: a choice names something that is not there, or the output exists.
        InputFileError: a file is damaged, foreign or unsafe to read.
    """
    return _transfer(
        Path(weights),
        Path(architecture),
        Path(output),
        maps=maps,
        leave_out=leave_out,
        keep_initial=keep_initial,
        allow_different=allow_different,
        trust_names=trust_names,
        from_=_id_or_none(from_),
        to=_id_or_none(to),
        dry_run=dry_run,
        force=force,
    )


def write_report_html(
    output: PathLike,
    *,
    report: Report | None = None,
    inspection: Inspection | None = None,
    verification: Verification | None = None,
    force: bool = False,
) -> None:
    """Write what was found as a page: one HTML file without scripts that needs no network.

    Names out of the model are escaped. Give at least one of `report`, `inspection` and
    `verification`; all that are given should be about the same model.

    Args:
        output: the file to write, ``.html``.
        report: as `convert` and `check` return it; a `RefusedError` has one, too.
        inspection: as `inspect` returns it; without it the page has no picture of the graph, no
            hazards and no weights, whose values are read while the page is written.
        verification: as `verify` returns it; with ``layers=True`` the page has a plot of them.
        force: replace an existing file.

    Raises:
        UsageError: nothing is given, or `output` has another suffix.
        OutputError: `output` exists, is one of the models, or cannot be written.
    """
    from keraport.html.page import Findings, require_page_name, write_page

    if report is None and inspection is None and verification is None:
        raise UsageError(
            f"{output}: nothing is given that the page could tell of",
            hint="give report=, inspection= or verification=",
        )
    require_page_name(Path(output))
    write_page(Findings(report, inspection, verification), Path(output), force=force)


def require_keywords(function: str, given: Mapping[str, object]) -> None:
    """Say which keyword a function does not take, as Python says it of those that it names.

    Raises:
        TypeError: one is none of `OptionKeywords`.
    """
    known = OptionKeywords.__annotations__
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}{meant}")


def options_of(function: str, stated: Options | None, given: OptionKeywords) -> Options:
    """The options of a call: those that are stated, or those that the keywords say.

    Raises:
        TypeError: both are given, or a keyword that is none.
    """
    require_keywords(function, given)
    if stated is None:
        return options(**given)
    if given:
        raise TypeError(f"options= is given, and {', '.join(sorted(given))} beside it")
    return stated


def release_name(release: ReleaseLike) -> str:
    """A release as text, as it was given.

    Raises:
        TypeError: it is neither a release nor text.
    """
    if not isinstance(release, Release | str):
        raise TypeError(f"expected a release such as 'tf2.15', not {release!r}")
    return release.id if isinstance(release, Release) else release


def _id_or_none(release: ReleaseLike | None) -> str | None:
    return None if release is None else release_name(release)


def _path_or_none(path: PathLike | None) -> Path | None:
    return None if path is None else Path(path)


def release_of(path: Path, stated: ReleaseLike | None) -> Release:
    """The release that is named, else the one that wrote the file."""
    if stated is not None:
        return get_release(release_name(stated))
    try:
        return detect(read(path)).release
    except ForeignFileError:
        # A SavedModel without a Keras model says its TensorFlow.
        graph = graph_of_directory(path)
        known = None if graph is None else writer_of(graph)
        if known is None:
            raise
        return get_release(known)
