"""Runs mutants one after another: made in the source, converted, run in the target.

Three things go on at a time: the target runs one mutant while keraport converts the next, and the
source builds the ones after that. The outcomes come in the order of the numbers all the same.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from keraport.catalog.releases import get_release
from keraport.errors import ProbeError
from keraport.runtimes import Runtime, ensure_runtime
from mutants.document import GOLDEN
from mutants.mutant import Mutant, mutant
from mutants.outcome import Outcome, Verdict
from mutants.target import TARGET, compared, converted
from mutants.values import SOURCE

_MAKER = Path(__file__).parents[1] / "mutants_source"
_KERAPORT = Path(__file__).parents[2] / "src" / "keraport"
_AHEAD = 4
_SECONDS = 60.0
"""For one mutant; a model that the source takes longer for is one that it cannot build."""


def code() -> str:
    """A short digest of keraport's source."""
    digest = sha256()
    for path in sorted(_KERAPORT.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(_KERAPORT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def campaign(seed: int, numbers: Iterable[int], keep: Path | None = None) -> Iterator[Outcome]:
    """The outcome of each mutant, in order.

    Args:
        seed: of the campaign.
        numbers: of the mutants; may be endless.
        keep: a folder for the files of every mutant; they are deleted without it.
    """
    digest = code()
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        source = _source(stack)
        target = stack.enter_context(Runtime.start(get_release(TARGET)))
        # A process answers one thread.
        makers, runners = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        stack.callback(makers.shutdown, cancel_futures=True)
        stack.callback(runners.shutdown, cancel_futures=True)

        def made(number: int) -> tuple[Mutant, Path, dict[str, Any]]:
            item = mutant(seed, number)
            return item, *_made(source, item, folder.absolute() / str(number))

        def run(item: tuple[Mutant, Path, dict[str, Any]]) -> Callable[[], Outcome]:
            moves = partial(_moves, makers, source, *item[:2])
            return _converted(target, *item, digest, moves, keep=keep is not None)

        waiting = _ahead(makers.submit(made, number) for number in numbers)
        for future in _ahead(runners.submit(run(item.result())) for item in waiting):
            yield future.result()


def _ahead(futures: Iterable[Future[Any]]) -> Iterator[Future[Any]]:
    """The same, a few of them started before the first is waited for."""
    started: deque[Future[Any]] = deque()
    for future in futures:
        started.append(future)
        if len(started) > _AHEAD:
            yield started.popleft()
    yield from started


def _source(stack: ExitStack) -> Runtime:
    python = ensure_runtime(get_release(SOURCE))
    return stack.enter_context(Runtime(SOURCE, python, package=_MAKER))


def _made(source: Runtime, item: Mutant, folder: Path) -> tuple[Path, dict[str, Any]]:
    """Where the files are, and what the source said."""
    folder.mkdir(parents=True, exist_ok=True)
    request = {
        "op": "make",
        "document": item.document,
        "name": f"{item.base.name} {item.index}",
        "bases": str(GOLDEN / f"{item.base.name}.npz"),
        "model": str(folder / "source.h5"),
        "arrays": str(folder / "arrays.npz"),
    }
    try:
        reply = source.request(request, timeout=_SECONDS)
    except ProbeError as error:
        reply = {"stage": "crash", "error": str(error)[:400]}
    return folder, reply


def _moves(makers: Executor, source: Runtime, item: Mutant, folder: Path) -> list[float]:
    """How far the source's outputs move when its inputs do, found by the thread of the source."""
    request = {"op": "moves", "name": f"{item.base.name} {item.index}"}
    request |= {"model": str(folder / "source.h5"), "arrays": str(folder / "arrays.npz")}
    reply = makers.submit(source.request, request, timeout=_SECONDS).result()
    return list(reply["moves"])


def _converted(
    target: Runtime,
    item: Mutant,
    folder: Path,
    reply: dict[str, Any],
    digest: str,
    moves: Callable[[], list[float]],
    *,
    keep: bool,
) -> Callable[[], Outcome]:
    """Convert at once; what remains is to be done by the thread of the target."""
    outcome = Outcome(item.index, item.base.name, item.mutations, Verdict.AGREES, code=digest)
    output = folder / "out.h5"
    if reply.get("stage") != "done":
        why = f"{reply.get('stage', 'serve')}: {reply['error']}"
        outcome = Outcome(
            item.index, item.base.name, item.mutations, Verdict.SOURCE_FAILED, "", why, digest
        )
    else:
        outcome = converted(outcome, folder / "source.h5", output)

    def finish() -> Outcome:
        try:
            if outcome.verdict is not Verdict.AGREES:
                return outcome
            arrays = folder / "arrays.npz"
            return compared(target, outcome, output, arrays, moves=moves, document=item.document)
        finally:
            if not keep:
                shutil.rmtree(folder)

    return finish
