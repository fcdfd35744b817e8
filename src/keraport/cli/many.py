"""``convert``, ``check`` and ``inspect`` for many models: one bar, and tables at the end."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from keraport.cli.blocks import Block, Piece, Span, Style, Table, blank, line
from keraport.cli.output import Output, is_terminal
from keraport.cli.text import count, name, safe
from keraport.errors import UsageError
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.many.batch import Workers
    from keraport.many.outcome import Outcome
    from keraport.many.result import ManyResult
    from keraport.many.task import Job

    OnOutcome = Callable[[Outcome, int, int], None]

_SECONDS: Final = 10.0
"""Between two lines where there is no terminal for a bar."""
_REASONS: Final = 20
_LONGEST: Final = 200
_STYLES: Final = {
    "unchanged": Style.FAINT,
    "exact": Style.GOOD,
    "equivalent": Style.FINE,
    "approximate": Style.CAREFUL,
    "inspected": Style.GOOD,
}


@dataclass(frozen=True, slots=True)
class Files:
    """What is written beside the outputs.

    Args:
        page: of ``--report``.
        lines: of ``--records``.
        force: replace what exists.
    """

    page: Path | None
    lines: Path | None
    force: bool

    def require_free(self) -> None:
        """Fail before the long work instead of after it.

        Raises:
            UsageError: the name of the page is no page's.
            OutputError: a file exists, or cannot be written.
        """
        from keraport.formats.atomic import require_free

        if self.page is not None:
            from keraport.html.page import require_page_name

            require_page_name(self.page)
        for path in (self.page, self.lines):
            if path is not None:
                require_free(path, force=self.force)

    def write(self, result: ManyResult, output: Output) -> None:
        """Write them."""
        from keraport.many.page import write_lines, write_page

        if self.lines is not None:
            write_lines(result, self.lines, force=self.force)
            output.tell(f"a line for each model is in {self.lines}")
        if self.page is not None:
            write_page(result, self.page, force=self.force)
            output.tell(f"the report is in {self.page}")


def is_many(models: Sequence[str]) -> bool:
    """Whether arguments of ``check`` and ``inspect`` stand for more than one file.

    Several do, a URL does, a pattern that is no name of a file, and a folder that is no model but
    holds some.
    """
    if len(models) != 1:
        return True
    (text,) = models
    from keraport.many.sources import find, is_model_folder, is_pattern, is_url

    if is_url(text) or is_pattern(text):
        return True
    if not os.path.isdir(text) or is_model_folder(Path(text)):  # noqa: PTH112 -- never raises
        return False
    try:
        return bool(find(models).sources)
    except UsageError:
        return False


def require_none(options: Mapping[str, object], why: str) -> None:
    """Check that nothing is asked for that this way of working has not.

    Raises:
        UsageError: something is.
    """
    given = [option for option, value in options.items() if value]
    if given:
        raise UsageError(f"{', '.join(given)}: {why}", hint="leave it out")


def job_of(
    work: str,
    to: str = "",
    from_: str | None = None,
    **settings: Any,
) -> Job:
    """What is the same for all models, with the releases by their ids.

    Args:
        work: ``convert``, ``check`` or ``inspect``.
        to: the target release.
        from_: the release that wrote the models, where they do not tell.
        settings: further arguments of `keraport.many.task.Job`.
    """
    from keraport.catalog.releases import get_release
    from keraport.many.task import Job, Work

    target = get_release(to).id if to else ""
    return Job(Work(work), target, get_release(from_).id if from_ else None, **settings)


def workers(jobs: int | None, engine: str | None, cluster: str | None) -> Workers:
    """Where the work runs, out of what was typed.

    Raises:
        UsageError: an engine that is none.
    """
    from keraport.many.batch import Workers
    from keraport.many.engines import Engine

    try:
        found = Engine(engine or Engine.LOKY)
    except ValueError:
        raise UsageError(
            f"--engine {engine}: there is no such engine", hint=f"one of {', '.join(Engine)}"
        ) from None
    return Workers(jobs, found, cluster or "")


def look_at_all(
    models: Sequence[str], job: Job, where: Workers, files: Files, output: Output, every: bool
) -> int:
    """Check or inspect many models; returns the exit status.

    Args:
        models: as they were typed.
        job: what to do with each.
        where: the processes.
        files: what is written.
        output: how to answer.
        every: show a row for each model.
    """
    from keraport.many.batch import look_at

    files.require_free()
    with bar(output, f"{job.work} of many models") as tell:
        result = look_at(models, job, workers=where, on_outcome=tell)
    return answer(result, output, files, every=every)


def convert_all(
    models: Sequence[str],
    out_dir: Path,
    job: Job,
    where: Workers,
    retry: Sequence[str],
    files: Files,
    output: Output,
    every: bool,
) -> int:
    """Convert many models into a folder; returns the exit status.

    Args:
        models: as they were typed.
        out_dir: the folder.
        job: how to convert.
        where: the processes.
        retry: what an earlier run has settled and is done again.
        files: what is written beside.
        output: how to answer.
        every: show a row for each model.

    Raises:
        UsageError: `retry` has a word that is none.
    """
    from keraport.many.batch import RETRY
    from keraport.many.batch import convert_all as convert_all_in

    for word in retry:
        if word not in RETRY:
            raise UsageError(
                f"--retry {word}: there is nothing of that name", hint=f"one of {', '.join(RETRY)}"
            )
    files.require_free()
    with bar(output, f"converting for {job.to}") as tell:
        result = convert_all_in(
            models, out_dir, job, workers=where, retry=retry, force=files.force, on_outcome=tell
        )
    return answer(result, output, files, every=every)


def answer(result: ManyResult, output: Output, files: Files, *, every: bool) -> int:
    """Write and print what came of the models; returns the exit status."""
    files.write(result, output)
    output.answer(result.to_json(), lambda: _blocks(result, every), kind="many")
    return result.exit_status


@contextmanager
def bar(output: Output, title: str) -> Iterator[OnOutcome]:
    """One bar for all models on a terminal; elsewhere a line every now and then."""
    if output.quiet or output.as_json:
        yield lambda *_: None
    elif is_terminal(sys.stderr):
        yield from _rich_bar(title)
    else:
        lines = _Lines(output)
        yield lines.tell


def _rich_bar(title: str) -> Iterator[OnOutcome]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
    from rich.text import Text

    from keraport.cli.terminal import console_for

    console = console_for(sys.stderr)
    console.print(Text(safe(title)))
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("", total=None)

        def tell(_: Outcome, done: int, total: int) -> None:
            shown.update(task, completed=done, total=total)

        yield tell


@dataclass(slots=True)
class _Lines:
    """Tells how far it is where there is no terminal."""

    output: Output
    failed: int = 0
    last: float = 0.0

    def tell(self, outcome: Outcome, done: int, total: int) -> None:
        self.failed += bool(outcome.status)
        now = time.monotonic()
        self.last = self.last or now
        if now - self.last >= _SECONDS:
            self.last = now
            self.output.tell(f"{done:,} of {count(total, 'model')}, {self.failed:,} of them failed")


def _blocks(result: ManyResult, every: bool) -> Iterator[Block]:
    if every and result.outcomes:
        yield Table(("model", "verdict", "written by", "output"), [*map(_row, result.outcomes)])
        yield blank()
    rows = [(_verdict(verdict), f"{number:,}") for verdict, number in result.counts().items()]
    yield Table(("verdict", "models"), rows, frozenset({"models"}))
    yield blank()
    yield from _reasons(result)
    yield from _hazards(result)
    yield line(", ".join(_facts(result)))
    for text in result.empty:
        yield line(Span("no model", Style.CAREFUL), f" in {safe(text)}")


def _reasons(result: ManyResult) -> Iterator[Block]:
    found = result.reasons()
    for row in found[:_REASONS]:
        what = "" if row.reason.what == row.verdict else f" {name(row.reason.what)};"
        yield line(
            Span(f"{row.models:,} {row.verdict}", Style.BAD),
            f":{what} {safe(_short(row.reason.hint or row.reason.text))}",
        )
        if row.reason.hint:
            yield line(safe(_short(row.reason.text)), indent=4)
        yield line(f"for example {safe(row.example)}", indent=4)
    if len(found) > _REASONS:
        yield line(f"and {count(len(found) - _REASONS, 'more reason')}: --json has them all")
    if found:
        yield blank()


def _hazards(result: ManyResult) -> Iterator[Block]:
    kinds: dict[str, int] = {}
    for outcome in result.outcomes:
        for kind in outcome.hazards:
            kinds[kind] = kinds.get(kind, 0) + 1
    for kind, number in sorted(kinds.items(), key=lambda item: -item[1]):
        yield line(Span(f"{count(number, 'model')}", Style.BAD), f" with a hazard: {safe(kind)}")
    if kinds:
        yield blank()


def _facts(result: ManyResult) -> Iterator[str]:
    yield f"{count(len(result.outcomes), 'model')} in {result.seconds:.1f} s"
    before = sum(item.from_ledger for item in result.outcomes)
    if before:
        yield f"{before:,} of them in an earlier run"
    same = sum(bool(item.same_as) for item in result.outcomes)
    if same:
        yield f"{same:,} with the content of another"
    if result.no_models:
        yield f"{count(result.no_models, 'other file')} without a model"
    if result.out_dir:
        yield f"outputs and ledger are in {safe(result.out_dir)}"


def _row(outcome: Outcome) -> tuple[Piece, ...]:
    return (
        safe(outcome.source),
        _verdict(outcome.verdict),
        outcome.release or "?",
        safe(outcome.output or outcome.message),
    )


def _verdict(verdict: str) -> Span:
    return Span(verdict, _STYLES.get(verdict, Style.BAD))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
