"""``convert --verify``: the output appears only after both real releases agreed about it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keraport.catalog.detect import detect
from keraport.catalog.releases import get_release
from keraport.cli.output import Output
from keraport.convert import convert
from keraport.errors import (
    InputsDifferError,
    KeraportError,
    OutputError,
    PredictionsDifferError,
    UsageError,
)
from keraport.formats import read, sniff
from keraport.formats.atomic import output_errors, replacing
from keraport.model import Format
from keraport.report import Report

if TYPE_CHECKING:
    from keraport.verify import Verification


@dataclass(frozen=True, slots=True)
class Proof:
    """How to verify a conversion.

    Args:
        inputs: values for the inputs; drawn if None.
        objects: the user's classes for the target release.
        source_objects: those for the source release; `objects` if empty.
        output: told what is being done.
        trust: run both files whatever they bring along.
        timeout: seconds for each thing that a release is asked.
    """

    inputs: Path | None
    objects: tuple[Path, ...]
    source_objects: tuple[Path, ...]
    output: Output
    trust: bool = False
    timeout: float = 600.0


def convert_and_prove(
    source: Path,
    output: Path,
    to: str,
    arguments: Mapping[str, Any],
    proof: Proof,
    *,
    force: bool,
) -> tuple[Report, Verification]:
    """Convert into a folder beside `output`, verify there, and put the files into place.

    Args:
        source: the model.
        output: where it goes; what is there stays as it is unless the verification passes.
        to: id of the target release.
        arguments: further arguments of `keraport.convert.convert`.
        proof: how to verify.
        force: replace files that exist.

    Returns:
        the report, whose ``written`` is empty if the verification failed; and the verification.

    Raises:
        KeraportError: whatever converting or verifying raises; nothing is left behind.
    """
    _require_whole_model(source, output, arguments["file_format"])
    _require_free(output, source, force)
    _require_trusted(source, arguments["from_"], proof)
    with _folder_beside(output) as folder, _called(output, folder / output.name):
        staged = folder / output.name
        report = convert(source, staged, to, **arguments)
        with proof.output.progress("verifying") as tell:
            found = _verified(
                source,
                staged,
                source_release=get_release(report.source),
                target_release=get_release(report.target),
                inputs=proof.inputs,
                objects=proof.source_objects or proof.objects,
                output_objects=proof.objects,
                trust=proof.trust,
                timeout=proof.timeout,
                progress=tell,
            )
        found = replace(found, output=str(output))
        if not found.passed:
            return replace(report, written=(), load=""), found
        _publish(folder, output.parent, report.written, source, force)
    return report, found


def _verified(source: Path, output: Path, **arguments: Any) -> Verification:
    """As `keraport.verify.verify`, for an output that keraport itself has made.

    Raises:
        PredictionsDifferError: it takes other inputs than the source, by no fault of the user.
    """
    from keraport.verify import verify

    try:
        return verify(source, output, **arguments)
    except InputsDifferError as error:
        raise PredictionsDifferError(error.message, hint="please report it") from error


_WHOLE = (Format.HDF5, Format.KERAS, Format.SAVED_MODEL)
"""What ``load_model`` opens in the release that wrote it."""


def _require_whole_model(source: Path, output: Path, file_format: Format | None) -> None:
    if sniff(source) not in _WHOLE:
        raise UsageError(
            f"{source}: is no whole model, so it predicts nothing that could be compared",
            hint="leave out --verify, or give the file that model.save() wrote",
        )
    if file_format not in (None, Format.HDF5) or output.suffix.lower() == ".json":
        raise UsageError(
            f"{output}: would be no whole model, so it predicts nothing that could be compared",
            hint="leave out --verify, or write OUT.h5",
        )


def _require_trusted(source: Path, from_: str | None, proof: Proof) -> None:
    """Say before the conversion that the source would not be run after it."""
    if not proof.trust:
        from keraport.inspection.trust import require_trusted

        require_trusted(
            [(source, detect(read(source, verify_checksums=False), stated=from_).release.id)]
        )


@contextmanager
def _called(output: Path, staged: Path) -> Iterator[None]:
    """Errors speak of the file that was asked for, not of where it was made."""
    try:
        yield
    except KeraportError as error:
        error.message = error.message.replace(str(staged), str(output))
        raise


class _FreeError(Exception):
    pass


def _require_free(output: Path, source: Path, force: bool) -> None:
    """Fail before the long work instead of after it: try to begin writing, and stop."""
    try:
        with replacing([output], inputs=[source], force=force):
            raise _FreeError
    except _FreeError:
        return


@contextmanager
def _folder_beside(output: Path) -> Iterator[Path]:
    # On the same filesystem, so that the files can be renamed into place.
    with (
        output_errors(output),
        tempfile.TemporaryDirectory(prefix=".keraport-", dir=output.parent) as folder,
    ):
        yield Path(folder)


def _publish(folder: Path, target: Path, names: tuple[str, ...], source: Path, force: bool) -> None:
    places = [target / file for file in names]
    with replacing(places, inputs=[source], force=force) as partials:
        for partial, file in zip(partials, names, strict=True):
            try:
                (folder / file).replace(partial)
            except OSError as error:
                raise OutputError(
                    f"{target / file}: cannot be written: {error.strerror}", hint="write elsewhere"
                ) from error
