"""``convert --verify`` and ``--smoke``: the output appears only after real releases have run it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from keraport.catalog.backends import on_backend
from keraport.catalog.detect import detect
from keraport.catalog.releases import get_release
from keraport.cli.output import Output
from keraport.convert import convert
from keraport.errors import (
    InputsDifferError,
    KeraportError,
    PredictionsDifferError,
    UsageError,
)
from keraport.formats import read, sniff
from keraport.formats.atomic import PARTIAL_SUFFIX, output_errors, replacing, require_free
from keraport.formats.directory import require_new
from keraport.model import Format
from keraport.records import dataclass
from keraport.report import Report

if TYPE_CHECKING:
    from keraport.runtimes.pool import RuntimePool
    from keraport.verify import Opening, Verification

_NAME_BYTES: Final = 200


@dataclass(frozen=True, slots=True)
class Proof:
    """What has to hold before the output of a conversion appears.

    Args:
        verify: both real releases predict the same.
        smoke: the target release opens the output and predicts something.
        inputs: values for the inputs; drawn if None.
        objects: the user's classes for the target release.
        source_objects: those for the source release; if empty, what `objects` were rewritten from,
            or `objects` themselves.
        output: told what is being done.
        trust: run both files whatever they bring along.
        timeout: seconds for each thing that a release is asked.
        runtimes: commands of the user's own, by runtime.
    """

    verify: bool
    smoke: bool
    inputs: Path | None
    objects: tuple[Path, ...]
    source_objects: tuple[Path, ...]
    output: Output
    trust: bool = False
    timeout: float = 600.0
    runtimes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proven:
    """A conversion, and what the real releases made of it.

    Args:
        report: of the conversion; its ``written`` is empty if the verification failed.
        verification: None if it was not asked for.
        opening: likewise, of the output in its release.
    """

    report: Report
    verification: Verification | None
    opening: Opening | None


def convert_and_prove(
    source: Path,
    output: Path,
    to: str,
    arguments: Mapping[str, Any],
    proof: Proof,
    *,
    force: bool,
    pool: RuntimePool | None = None,
) -> Proven:
    """Convert into a folder beside `output`, prove it there, and put the files into place.

    Args:
        source: the model.
        output: where it goes; what is there stays as it is unless the proof is had.
        to: id of the target release.
        arguments: further arguments of `keraport.convert.convert`.
        proof: what is to be proven.
        force: replace files that exist.
        pool: processes of the releases, used by several calls; own ones if None.

    Raises:
        KeraportError: whatever converting, opening or verifying raises; nothing is left behind.
    """
    if proof.verify:
        _require_whole_model(source, output, arguments["file_format"])
        _require_own_weights(source, arguments.get("weights"))
    require_free(output, inputs=[source], force=force)
    if proof.verify:
        _require_trusted(source, arguments["from_"], proof)
    with _folder_beside(output) as folder, _called(output, folder / output.name):
        staged = folder / output.name
        report = convert(source, staged, to, destination=output.parent, **arguments)
        proof = _with_objects(proof, report, folder)
        opening, verification = _ran(source, staged, report, arguments, proof, pool)
        if verification is not None:
            verification = replace(verification, output=str(output))
            if not verification.passed:
                return Proven(replace(report, written=(), load=""), verification, opening)
        kept = {item.written for item in report.ported}
        names = tuple(
            file
            for file in report.written
            if not (file in kept and _is_same(folder / file, output.parent / file))
        )
        _publish(folder, output.parent, names, source, force)
    return Proven(report, verification, opening)


def _ran(
    source: Path,
    staged: Path,
    report: Report,
    arguments: Mapping[str, Any],
    proof: Proof,
    shared: RuntimePool | None,
) -> tuple[Opening | None, Verification | None]:
    """What the real releases made of the files, as far as it was asked for."""
    from keraport.cli.opened import opened
    from keraport.runtimes.pool import RuntimePool

    opening = verification = None
    with ExitStack() as stack:
        progress = proof.output.progress("verifying" if proof.verify else "opening")
        tell = stack.enter_context(progress)
        pool = shared or stack.enter_context(
            RuntimePool(tell, install=proof.verify, given=proof.runtimes)
        )
        if proof.smoke:
            opening = opened(source, staged, report, arguments, proof, pool, tell)
        if proof.verify:
            verification = _verified(
                source,
                staged,
                source_release=get_release(report.source),
                target_release=on_backend(get_release(report.target), report.backend),
                inputs=proof.inputs,
                objects=proof.source_objects,
                output_objects=proof.objects,
                timeout=proof.timeout,
                trust=proof.trust,
                pool=pool,
                progress=tell,
            )
    return opening, verification


def _with_objects(proof: Proof, report: Report, folder: Path) -> Proof:
    """The same with the user's files for each of the releases.

    What was rewritten runs in the target, and what it was rewritten from in the source release.
    """
    from keraport.porting.origin import original_of

    ported = tuple(folder / item.written for item in report.ported)
    originals = proof.objects if ported else tuple(map(original_of, proof.objects))
    return replace(
        proof, objects=ported or proof.objects, source_objects=proof.source_objects or originals
    )


def _is_same(one: Path, other: Path) -> bool:
    """True if a file is there already, as an earlier conversion wrote it."""
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


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
            f"{source}: is not a whole model, so there is nothing to compare",
            hint="leave out --verify, or give the file that model.save() wrote",
        )
    if file_format not in (None, Format.HDF5) or output.suffix.lower() == ".json":
        raise UsageError(
            f"{output}: would not be a whole model, so there is nothing to compare",
            hint="leave out --verify, or write OUT.h5",
        )


def _require_own_weights(source: Path, weights: Path | None) -> None:
    if weights is not None:
        raise UsageError(
            f"{source}: would be run with its own weights, and those of {weights} are converted",
            hint="leave out --verify, or convert without --weights",
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


@contextmanager
def _folder_beside(output: Path) -> Iterator[Path]:
    # On the same filesystem, so that the files can be renamed into place.
    with (
        output_errors(output),
        tempfile.TemporaryDirectory(
            prefix=f".{os.fsdecode(os.fsencode(output.stem)[:_NAME_BYTES])}.",
            suffix=PARTIAL_SUFFIX,
            dir=output.parent,
        ) as folder,
    ):
        yield Path(folder)


def _publish(folder: Path, target: Path, names: tuple[str, ...], source: Path, force: bool) -> None:
    directories = [file for file in names if (folder / file).is_dir()]
    places = [target / file for file in names if file not in directories]
    with replacing(places, inputs=[source], force=force) as partials:
        for partial, place in zip(partials, places, strict=True):
            with output_errors(place):
                (folder / place.name).replace(partial)
        for file in directories:
            require_new(target / file)
            with output_errors(target / file):
                (folder / file).rename(target / file)
