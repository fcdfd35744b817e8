"""``--verify`` for many: one process of each release runs all the models that a worker proves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from keraport.many.outcome import Outcome, Reason
from keraport.many.task import Proving, Task

if TYPE_CHECKING:
    from keraport.runtimes.pool import RuntimePool

_PREDICTIONS_DIFFER = "predictions_differ"


class Prover:
    """Converts models, each compared in both real releases before its output appears.

    Args:
        proving: how.
        pool: processes of the releases; they end with this one, however it ends.
    """

    of_this_process: Prover | None = None

    def __init__(self, proving: Proving, pool: RuntimePool) -> None:
        self._proving, self._pool = proving, pool

    @classmethod
    def of_process(cls, proving: Proving) -> Prover:
        """The one of this process, which keeps its releases for the next model."""
        found = cls.of_this_process
        if found is None or found._proving != proving:
            from keraport.runtimes.pool import RuntimePool

            if found is not None:
                found.close()
            pool = RuntimePool(given=dict(proving.runtimes))
            found = cls.of_this_process = cls(proving, pool)
        return found

    def close(self) -> None:
        """End the processes of the releases."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def prove(self, task: Task, output: Path) -> Outcome:
        """Convert a model, and put its output into place if both releases predict the same.

        Raises:
            KeraportError: whatever converting and verifying raise.
        """
        from keraport.cli.output import Output
        from keraport.cli.proven import Proof, convert_and_prove
        from keraport.many.one import converted

        job, proving = task.job, self._proving
        proof = Proof(
            True,
            False,
            None,
            job.options.objects,
            (),
            Output(quiet=True),
            proving.trust,
            proving.timeout,
            dict(proving.runtimes),
        )
        arguments = {
            "from_": job.from_,
            "weights": None,
            "file_format": job.file_format,
            "options": job.options,
        }
        proven = convert_and_prove(
            task.path, output, job.to, arguments, proof, force=task.replace, pool=self._pool
        )
        verification = proven.verification
        if verification is None or verification.passed:
            status = "" if verification is None else verification.status.value
            return converted(task, proven.report, status)
        text = verification.summary()
        return Outcome(
            task.source,
            _PREDICTIONS_DIFFER,
            status=5,
            message=f"{task.source}: {text}; {output} was not written",
            hint="convert it without --verify, then see `keraport verify --layers`",
            release=proven.report.source,
            target=proven.report.target,
            counts=tuple(proven.report.counts().items()),
            reasons=(Reason(_PREDICTIONS_DIFFER, text),),
            verification=verification.status.value,
        )
