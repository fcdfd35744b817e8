"""``--report FILE.html``: the page, written also where a conversion is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from keraport.cli.output import Output
from keraport.errors import KeraportError, OutputError, RefusedError
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.inspection.inspect import Inspection
    from keraport.report import Report
    from keraport.verify import Opening, Verification


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A page that a command may have been asked for.

    Args:
        target: the file; None if no page was asked for, and nothing below does anything.
        model: what the page is about.
        output: told where the page is.
        from_: the release that wrote `model`, where the file does not tell.
        weights: the weights of an architecture.
        force: replace a file that exists.
    """

    target: Path | None
    model: Path
    output: Output
    from_: str | None = None
    weights: Path | None = None
    force: bool = False

    def require_free(self, inputs: Sequence[Path] = (), outputs: Sequence[Path] = ()) -> None:
        """Fail before the long work instead of after it.

        Args:
            inputs: files that are never overwritten, beside the model and its weights.
            outputs: what else the command writes.

        Raises:
            UsageError: the name is no page's.
            OutputError: the file exists, is one of the inputs or outputs, or cannot be written.
        """
        if self.target is None:
            return
        from keraport.formats.atomic import require_free
        from keraport.html.page import require_page_name

        require_page_name(self.target)
        if any(self.target.absolute() == item.absolute() for item in outputs):
            raise OutputError(
                f"{self.target}: the report and the output have the same name",
                hint="choose another name for the report",
            )
        beside = [] if self.weights is None else [self.weights]
        require_free(self.target, inputs=[self.model, *beside, *inputs], force=self.force)

    @contextmanager
    def also_if_refused(self) -> Iterator[None]:
        """Write the page where what is done in the block is refused, and pass the refusal on."""
        try:
            yield
        except RefusedError as error:
            self.write(report=error.report, refused=error.message)
            raise

    def write(
        self,
        *,
        report: Report | None = None,
        inspection: Inspection | None = None,
        verification: Verification | None = None,
        opening: Opening | None = None,
        refused: str = "",
    ) -> None:
        """Write the page of what was found; the model is inspected if it was not yet."""
        if self.target is None:
            return
        from keraport.html.page import Findings, write_page

        remarks: tuple[str, ...] = ()
        if inspection is None:
            from keraport.inspection.inspect import inspect

            try:
                inspection = inspect(self.model, from_=self.from_, weights=self.weights)
            except KeraportError as error:
                remarks = (f"Without the graph, hazards and weights: {error.message}",)
        found = Findings(report, inspection, verification, opening, refused, remarks)
        write_page(found, self.target, force=self.force)
        self.output.tell(f"the report is in {self.target}")
