"""The functions of ``import keraport`` for many models: paths and releases as text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias, Unpack

from keraport.api import OptionKeywords, PathLike, ReleaseLike, options_of, release_name
from keraport.catalog.releases import get_release
from keraport.many.batch import RETRY, Workers, convert_all, look_at
from keraport.many.engines import Engine
from keraport.many.outcome import Outcome
from keraport.many.result import ManyResult
from keraport.many.task import Job, Proving, Work
from keraport.model import Format
from keraport.planning import Options

Sources: TypeAlias = "Iterable[PathLike] | PathLike"
"""Files, folders, patterns and URLs; or one of them."""

OnOutcome = Callable[[Outcome, int, int], None]
"""Told of each model, how many are done, and how many there are."""


def convert_many(
    sources: Sources,
    out_dir: PathLike,
    to: ReleaseLike,
    *,
    from_: ReleaseLike | None = None,
    file_format: str | None = None,
    force: bool = False,
    verify: bool = False,
    trust: bool = False,
    timeout: float = 600.0,
    runtimes: Mapping[str, str] | None = None,
    retry: Iterable[str] = (),
    jobs: int | None = None,
    engine: str = "loky",
    cluster: str = "",
    on_outcome: OnOutcome | None = None,
    options: Options | None = None,
    **given: Unpack[OptionKeywords],
) -> ManyResult:
    """Convert many models into a folder, side by side; a bad one never stops the others.

    The same call again goes on where an earlier one stopped, as a ledger in the folder tells. What
    starts processes has to stand below ``if __name__ == "__main__":``.

    Args:
        sources: files, folders that hold models, patterns, and URLs such as ``s3://bucket/models``.
        out_dir: the folder of the outputs, which lie in it as the models lie in theirs.
        to: the release to write for.
        from_: the release that wrote the models, where they do not tell.
        file_format: what to write, e.g. ``h5`` or ``keras``; what the target reads if None.
        force: replace files that no earlier run has written.
        verify: compare each output with its source in both real releases before it appears.
        trust: run the files whatever they bring along, for `verify`.
        timeout: seconds for each thing that a release is asked, for `verify`.
        runtimes: commands that run environments of your own, by release, for `verify`.
        retry: what earlier runs have settled and is done again: ``refused``, ``crashed``,
            ``failed``, ``all``.
        jobs: processes; one for each processor if None.
        engine: ``loky``, or a cluster of ``dask`` or ``ray``.
        cluster: the address of the cluster.
        on_outcome: told of each model, how many are done, and how many there are.
        options: as `keraport.options` gives them.
        given: the keywords of `keraport.options`, in the place of `options`.

    Returns:
        what came of each model; its ``exit_status`` is that of the command.

    Raises:
        UsageError: a path is not there, there is no model, unknown release, ...
        OutputError: the folder cannot be written, or another run is writing there.
        RuntimeUnavailableError: the cluster does not answer.
    """
    retry = tuple(retry)
    unknown = [word for word in retry if word not in RETRY]
    if unknown:
        raise ValueError(f"retry: {unknown[0]!r} is none of {', '.join(RETRY)}")
    proving = Proving(trust, timeout, tuple((runtimes or {}).items())) if verify else None
    job = Job(
        Work.CONVERT,
        _id(to),
        _id_or_none(from_),
        Format(file_format) if file_format is not None else None,
        options_of("convert_many", options, given),
        proving,
    )
    return convert_all(
        _texts(sources),
        Path(out_dir),
        job,
        workers=Workers(jobs, Engine(engine), cluster),
        retry=retry,
        force=force,
        on_outcome=on_outcome,
    )


def check_many(
    sources: Sources,
    to: ReleaseLike,
    *,
    from_: ReleaseLike | None = None,
    jobs: int | None = None,
    engine: str = "loky",
    cluster: str = "",
    on_outcome: OnOutcome | None = None,
    options: Options | None = None,
    **given: Unpack[OptionKeywords],
) -> ManyResult:
    """What `convert_many` would do with each model; nothing is written.

    Arguments and errors are those of `convert_many`.
    """
    source = _id_or_none(from_)
    chosen = options_of("check_many", options, given)
    job = Job(Work.CHECK, _id(to), source, options=chosen)
    workers = Workers(jobs, Engine(engine), cluster)
    return look_at(_texts(sources), job, workers=workers, on_outcome=on_outcome)


def inspect_many(
    sources: Sources,
    *,
    from_: ReleaseLike | None = None,
    jobs: int | None = None,
    engine: str = "loky",
    cluster: str = "",
    on_outcome: OnOutcome | None = None,
) -> ManyResult:
    """What many files hold: which release wrote each, and what in it would run.

    Arguments and errors are those of `convert_many`.
    """
    job = Job(Work.INSPECT, from_=_id_or_none(from_))
    workers = Workers(jobs, Engine(engine), cluster)
    return look_at(_texts(sources), job, workers=workers, on_outcome=on_outcome)


def _texts(sources: Sources) -> list[str]:
    if isinstance(sources, str | os.PathLike):
        return [os.fspath(sources)]
    return [os.fspath(item) for item in sources]


def _id(release: ReleaseLike) -> str:
    return get_release(release_name(release)).id


def _id_or_none(release: ReleaseLike | None) -> str | None:
    return None if release is None else _id(release)
