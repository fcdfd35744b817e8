"""What is asked of a worker: one model, and how to treat it. All of it can be sent to a process."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from enum import StrEnum
from pathlib import Path

from keraport.inspection.rules import Level
from keraport.many.outcome import Outcome
from keraport.model import Format
from keraport.planning import Options
from keraport.records import dataclass


class Work(StrEnum):
    """What is done with a model."""

    CONVERT = "convert"
    CHECK = "check"
    INSPECT = "inspect"


@dataclass(frozen=True, slots=True)
class Proving:
    """How real releases run both models before an output appears.

    Args:
        trust: run the files whatever they bring along.
        timeout: seconds for each thing that a release is asked.
        runtimes: commands of the user's own, by runtime.
    """

    trust: bool = False
    timeout: float = 600.0
    runtimes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for all models of a run.

    Args:
        work: what is done with each.
        to: id of the target release; empty for `inspect`.
        from_: id of the release that wrote the models, where they do not tell.
        file_format: what to write; by the suffix of the output if None.
        options: how to convert.
        proving: None without ``--verify``.
        fail_on: of `inspect`: hazards of this level or worse are exit status 7.
    """

    work: Work
    to: str = ""
    from_: str | None = None
    file_format: Format | None = None
    options: Options = field(default_factory=Options)
    proving: Proving | None = None
    fail_on: Level | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One model for a worker.

    Args:
        number: its place in the run.
        source: how people know it: the path or URL.
        path: the file to read.
        content: SHA-256 of the source.
        output: the file to write; None where nothing is written.
        job: what to do.
        replace: an output that is there is replaced.
        asked_for: it was named; else it was found in a folder, and may turn out to be no model.
        stamp: what the file system said of the file when its content was hashed.
        like: what came of another source with the same content, to be copied.
        is_noted: the ledger has it that nothing of others was at the place of the output.
    """

    number: int
    source: str
    path: Path
    content: str
    output: Path | None
    job: Job
    replace: bool = False
    asked_for: bool = True
    stamp: str = ""
    like: Outcome | None = None
    is_noted: bool = False

    def require_output(self) -> Path:
        """The file to write.

        Raises:
            ValueError: there is none, as for what is only looked at.
        """
        if self.output is None:
            raise ValueError(f"task {self.number} has no output")
        return self.output

    def again(self) -> Task:
        """The same after a process has died over it: what it may have written is replaced."""
        return dataclasses.replace(self, replace=self.replace or self.is_noted)
