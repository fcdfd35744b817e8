"""What came of every model, in a database beside the outputs: an interrupted run goes on from it.

A row is written before the work on a model begins, and once more when it is done, each in a
transaction of its own. So whatever is killed at whatever moment, the next run knows which files in
the folder are its own, and which models are left. Only the process that leads a run writes here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from keraport.errors import OutputError, UsageError
from keraport.many.outcome import Outcome
from keraport.records import dataclass

_VERSION: Final = 1
"""Counts up when an older keraport could not read the tables."""
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS models (
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    options TEXT NOT NULL,
    content TEXT NOT NULL,
    stamp TEXT NOT NULL,
    output TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL DEFAULT '',
    verdict TEXT NOT NULL DEFAULT '',
    status INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0,
    finished TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, target)
);
CREATE INDEX IF NOT EXISTS by_content ON models (content, target, options);
"""
_BEGIN: Final = """
INSERT OR REPLACE INTO models (source, target, options, content, stamp, output)
VALUES (?, ?, ?, ?, ?, ?)
"""
_END: Final = """
UPDATE models SET version = ?, verdict = ?, status = ?, seconds = ?, outcome = ?,
    finished = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
WHERE source = ? AND target = ?
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What the ledger knows of a source.

    Args:
        source: its URL.
        target: the release that the work was for.
        options: how it was converted.
        content: SHA-256 of what was worked on.
        stamp: what the file system said of it then.
        output: the file, below the folder of the outputs.
        outcome: what came of it; None if the work was begun and not ended.
    """

    source: str
    target: str
    options: str
    content: str
    stamp: str
    output: str
    outcome: Outcome | None


class Ledger:
    """The database of one folder of outputs; a context manager.

    Args:
        path: the file; it is made if need be, its folder is there.
        target: id of the target release, with its backend.
        options: how the models are converted, as text.

    Raises:
        OutputError: it cannot be written.
        UsageError: it is no ledger, or one of a newer keraport.
    """

    def __init__(self, path: Path, target: str, options: str) -> None:
        self._path, self._target, self._options = path, target, options
        with self._errors():
            self._base = sqlite3.connect(path, isolation_level=None)
            try:
                self._open()
            except BaseException:
                self._base.close()
                raise

    def _open(self) -> None:
        (version,) = self._base.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise UsageError(
                f"{self._path}: is the ledger of a newer keraport",
                hint="use that keraport, or another --out-dir",
            )
        self._base.execute("PRAGMA journal_mode = WAL")
        # What is committed outlives the process; only a loss of power may take the last rows back.
        self._base.execute("PRAGMA synchronous = NORMAL")
        self._base.executescript(_TABLES)
        self._base.execute(f"PRAGMA user_version = {_VERSION}")

    def known(self, source: str) -> Row | None:
        """What is known of a source and this target, by its URL."""
        return self._row("source = ? AND target = ?", source, self._target)

    def owner_of(self, output: str) -> Row | None:
        """The source that an output of this folder was begun for."""
        return self._row("output = ?", output)

    def of_content(self, content: str) -> list[Row]:
        """What came of sources with this content, this target and these options."""
        where = "content = ? AND target = ? AND options = ? AND outcome <> ''"
        return self._rows(where, content, self._target, self._options)

    def begin(self, source: str, content: str, stamp: str, output: str) -> None:
        """Note that the work on a model begins; what was known of it, or of the output, goes."""
        row = (source, self._target, self._options, content, stamp, output)
        with self._errors():
            self._base.execute(_BEGIN, row)

    def end(self, source: str, outcome: Outcome) -> None:
        """Note what came of a model."""
        text = json.dumps(outcome.to_json())
        found = (outcome.version, outcome.verdict, outcome.status, outcome.seconds, text)
        with self._errors():
            self._base.execute(_END, (*found, source, self._target))

    def _row(self, where: str, *given: str) -> Row | None:
        return next(iter(self._rows(where, *given)), None)

    def _rows(self, where: str, *given: str) -> list[Row]:
        # The conditions are those above, never text from elsewhere.
        columns = "source, target, options, content, stamp, output, outcome"
        with self._errors():
            found = self._base.execute(
                f"SELECT {columns} FROM models WHERE {where}",  # noqa: S608
                given,
            ).fetchall()
        return [
            Row(source, target, options, content, stamp, output, _outcome(text))
            for source, target, options, content, stamp, output, text in found
        ]

    def close(self) -> None:
        """Close the database."""
        self._base.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OutputError(
                f"{self._path}: the ledger cannot be written: {error}",
                hint="use an --out-dir on a disk of this machine that is yours and not full",
            ) from error
        except sqlite3.DatabaseError as error:
            raise UsageError(
                f"{self._path}: is no ledger that can be read: {error}",
                hint="move it away: without it, models are converted anew where no output is there",
            ) from error


def _outcome(text: str) -> Outcome | None:
    if not text:
        return None
    return replace(Outcome.from_json(json.loads(text)), from_ledger=True)
