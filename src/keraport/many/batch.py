"""Many models: found, and converted into a folder, or looked at."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from keraport.errors import UsageError
from keraport.formats.atomic import output_errors
from keraport.kits.formats import require_readable
from keraport.many.kept import OURS, RETRY, Kept, OnlyRun, fingerprint
from keraport.many.ledger import Ledger
from keraport.many.outputs import Names
from keraport.many.result import ManyResult
from keraport.many.run import OnOutcome, Run, Workers
from keraport.many.sources import LEDGER, find
from keraport.many.task import Job, Work
from keraport.planning import target_of

__all__ = ["RETRY", "OnOutcome", "Workers", "convert_all", "look_at"]


def look_at(
    given: Iterable[str],
    job: Job,
    *,
    workers: Workers | None = None,
    on_outcome: OnOutcome | None = None,
) -> ManyResult:
    """Check or inspect many models; nothing is written.

    Args:
        given: paths, folders, patterns and URLs.
        job: what to do with each.
        workers: where.
        on_outcome: told of each model.

    Raises:
        UsageError: a path is not there, there is no model, or the release is unknown.
    """
    if job.work is not Work.INSPECT:
        target_of(job.to, job.options.backend)
    start = time.monotonic()
    found = find(given)
    run = Run(job, found, workers or Workers(), on_outcome)
    return run.result(start)


def convert_all(
    given: Iterable[str],
    out_dir: Path,
    job: Job,
    *,
    workers: Workers | None = None,
    retry: Iterable[str] = (),
    force: bool = False,
    on_outcome: OnOutcome | None = None,
) -> ManyResult:
    """Convert many models into a folder, and go on where an earlier run has stopped.

    Args:
        given: paths, folders, patterns and URLs.
        out_dir: the folder; it is made if need be.
        job: how to convert.
        workers: where.
        retry: of `RETRY`: what to do again.
        force: replace files that no earlier run has written.
        on_outcome: told of each model.

    Raises:
        UsageError: a path is not there, there is no model, the release is unknown, ...
        OutputError: the folder cannot be written, or another run is writing there.
    """
    start = time.monotonic()
    target = target_of(job.to, job.options.backend)
    if job.file_format is not None:
        require_readable(job.file_format, target, out_dir)
    given = list(given)
    _require_apart(given, out_dir)
    with ExitStack() as stack:
        found = find(given, leave_out=out_dir)
        with output_errors(out_dir):
            (out_dir / OURS).mkdir(parents=True, exist_ok=True)
        stack.enter_context(OnlyRun(out_dir))
        name = f"{target.id}{f'+{target.backend}' if target.backend else ''}"
        ledger = stack.enter_context(Ledger(out_dir / LEDGER, name, fingerprint(job)))
        names = Names(job.to, job.options.backend, job.file_format)
        kept = Kept(out_dir, ledger, names, fingerprint(job), tuple(retry), force)
        run = Run(job, found, workers or Workers(), on_outcome, kept)
        return run.result(start)


def _require_apart(given: Iterable[str], out_dir: Path) -> None:
    for text in given:
        path = Path(text)
        if path.is_dir() and path.resolve() == out_dir.resolve():
            raise UsageError(
                f"{text}: is the folder of the sources and of the outputs",
                hint="write to a folder of its own: --out-dir converted",
            )
