"""A folder of outputs: what earlier runs have made in it, and whose its files are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from keraport.errors import OutputError
from keraport.formats.atomic import output_errors
from keraport.many.fetch import Ready
from keraport.many.ledger import Ledger, Row
from keraport.many.outcome import CONVERTED, CRASHED, NOT_A_MODEL, Outcome
from keraport.many.outputs import Names, sweep
from keraport.many.sources import Source
from keraport.many.task import Job
from keraport.records import dataclass

OURS: Final = ".keraport"
"""A folder beside the ledger: the lock, and what is fetched."""

RETRY: Final[Mapping[str, Callable[[Outcome], bool]]] = {
    "refused": lambda item: item.status == 3,
    "crashed": lambda item: item.verdict == CRASHED,
    "failed": lambda item: item.status not in (0, 3),
    "all": lambda _: True,
}
"""What ``--retry`` names: which outcomes of earlier runs do not count."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of outputs, and what is known of it.

    Args:
        out_dir: the folder.
        ledger: its database.
        names: what outputs are called.
        options: how models are converted, as text.
        retry: what does not count.
        force: replace files that no run has written.
    """

    out_dir: Path
    ledger: Ledger
    names: Names
    options: str
    retry: tuple[str, ...]
    force: bool

    def below(self, output: Path) -> str:
        """An output as the ledger knows it."""
        return output.relative_to(self.out_dir).as_posix()

    def settled(self, row: Row) -> Outcome | None:
        """What a row says, if it is to be taken as it is: its output is there, too."""
        found = row.outcome
        if found is None or row.options != self.options or not found.is_settled:
            return None
        if any(RETRY[item](found) for item in self.retry):
            return None
        if found.verdict in CONVERTED and not self.names.is_there(self.out_dir / row.output):
            return None
        return found

    def done(self, source: Source, output: Path, content: str) -> Outcome | None:
        """What an earlier run has made of a source with this content."""
        row = self.ledger.known(source.key)
        if row is None or row.content != content or row.output != self.below(output):
            return None
        found = self.settled(row)
        if found is None or (found.verdict == NOT_A_MODEL and source.asked_for):
            return None
        return replace(found, source=source.shown)

    def like(self, source: Source, content: str) -> Outcome | None:
        """What an earlier run has made of the same content under another name."""
        for row in self.ledger.of_content(content):
            found = None if row.source == source.key else self.settled(row)
            if found is not None and found.verdict != NOT_A_MODEL:
                return found
        return None

    def begin(self, item: Ready, output: Path) -> tuple[bool, bool]:
        """Write down that work begins.

        Returns:
            whether it is written down, which it is not where the output is that of others; and
            whether the output, should it be there, may be replaced.
        """
        below = self.below(output)
        known = self.ledger.known(item.source.key)
        is_ours = known is not None and known.output == below
        if not is_ours and not self.force and output.exists():
            # It stays whose it is; the worker says that it is in the way.
            return False, False
        if self.ledger.owner_of(below) is not None:
            sweep(output)
        self.ledger.begin(item.source.key, item.content, item.stamp, below)
        return True, is_ours or self.force


def fingerprint(job: Job) -> str:
    """All that decides how a model is converted, as text; files of the user's by their content."""
    options = job.options
    found = {
        "from": job.from_ or "",
        "format": str(job.file_format or ""),
        "verify": job.proving is not None,
        "objects": [hashlib.sha256(item.read_bytes()).hexdigest() for item in options.objects],
        "stock_only": options.stock_only,
        "allow_approximate": options.allow_approximate,
        "renamed": sorted(options.renamed.items()),
        "dropped": sorted(options.dropped),
        "lambdas": sorted(options.lambdas.named.items()),
        "translate_lambdas": options.lambdas.translate,
        "lambda_python": options.lambdas.python or "",
        "skip_checksums": not options.verify_checksums,
        "backend": options.backend,
        "from_backend": options.from_backend,
    }
    return json.dumps({key: value for key, value in found.items() if value}, sort_keys=True)


@dataclass()
class OnlyRun:
    """The lock on a folder of outputs; a context manager.

    Raises:
        OutputError: another run has it.
    """

    out_dir: Path
    _lock: FileLock = field(init=False)

    def __enter__(self) -> None:
        self._lock = FileLock(self.out_dir / OURS / "lock")
        with output_errors(self.out_dir):
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                raise OutputError(
                    f"{self.out_dir}: another keraport is writing there",
                    hint="wait for it, or choose another --out-dir",
                ) from None

    def __exit__(self, *_: object) -> None:
        self._lock.release()
