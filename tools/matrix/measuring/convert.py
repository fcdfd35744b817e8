"""Converts the files of a release for another."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from pathlib import Path

from keraport.catalog.releases import all_releases, get_release
from keraport.companion.write import companion_path
from keraport.convert import Options, convert
from keraport.errors import AmbiguousReleaseError, KeraportError, RefusedError
from keraport.own.lambda_layers import LambdaChoices
from keraport.report import Verdict

OPTIONS = Options(lambdas=LambdaChoices(translate=True), drop_optimizer=True)
SUFFIXES = {"keras3": ".keras"}
"""Line of the target: what is written for it, where that is not HDF5."""


@dataclass(frozen=True)
class Converted:
    """A file for the target, or why there is none.

    Args:
        output: the file; None if there is none.
        objects: companions that it needs.
        kind: ``refused`` or ``ERROR`` if there is none.
        problem: what went wrong.
        reasons: of a refusal, as (class, text).
    """

    output: Path | None = None
    objects: tuple[Path, ...] = ()
    kind: str = ""
    problem: str = ""
    reasons: tuple[tuple[str, str], ...] = ()


def converted(path: Path, source: str, target: str, work: Path, backend: str = "") -> Converted:
    """Convert a file for `target` on that backend, into `work`.

    Archives do not say what backend they were saved on; the source does: ``keras3.15-jax``.
    """
    options = replace(OPTIONS, backend=backend, from_backend=source.partition("-")[2])
    # Two formats of one model do not overwrite each other.
    suffix = SUFFIXES.get(get_release(target).line, ".h5")
    output = work / f"{path.stem}_from_{path.suffix[1:]}{suffix}"
    for stale in (output, companion_path(output)):
        stale.unlink(missing_ok=True)
    try:
        try:
            convert(path, output, target, options=options, force=True)
        except AmbiguousReleaseError:
            if source not in {release.id for release in all_releases()}:
                raise
            convert(path, output, target, from_=source, options=options, force=True)
    except RefusedError as error:
        return Converted(kind="refused", problem=str(error), reasons=_reasons(error))
    except KeraportError as error:
        return Converted(kind="refused", problem=str(error), reasons=(("", str(error)),))
    except Exception:
        last = " / ".join(traceback.format_exc().splitlines()[-3:])
        return Converted(kind="ERROR", problem=last)
    companion = companion_path(output)
    return Converted(output, (companion,) if companion.exists() else ())


def _reasons(error: RefusedError) -> tuple[tuple[str, str], ...]:
    """The reasons of a refusal, each class and text once."""
    if error.report is None:
        return (("", str(error).splitlines()[0]),)
    found = [
        (layer.class_name, note.text)
        for layer in error.report.refusals
        for note in layer.notes
        if note.verdict is Verdict.REFUSED
    ]
    return tuple(dict.fromkeys(found)) or (("", str(error).splitlines()[0]),)
