"""Every error that keraport raises on purpose.

::

    KeraportError                 exit status, hint
      UsageError             2    the command cannot mean anything
        UnknownReleaseError
        AmbiguousReleaseError     the file fits several releases: --from decides
        OutputError               the output cannot be written where it was asked for
        InputsDifferError         two files that are to be compared take different inputs
        SourceUnavailableError    a model behind a URL cannot be fetched
      RefusedError           3    the target cannot express the model (carries every refusal)
        NotTrustedError           running the file would run what it brings along: --trust decides
      InputFileError         4    the file is damaged, foreign or unsafe to read
        DamagedFileError
        ForeignFileError          not a Keras model, or not in a format read here
        UnsafeFileError
      PredictionsDifferError 5    the two releases predict different numbers
        WeightsDoNotFitError      a layer does not hold the weights that the file has for it
      RuntimeUnavailableError 6   a real release that is needed cannot be had
        ProbeError                a real release was had, but failed at its job

Exit status 1 is left to defects of keraport itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keraport.graphs.refusal import Refusal as RefusedOperation
    from keraport.report import Report


class KeraportError(Exception):
    """Something that a user can understand and act upon.

    Args:
        message: what was found, where (file, layer or object), and what was expected.
        hint: what the user can do next; one imperative sentence, may be empty.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(KeraportError):
    """The request itself does not make sense."""

    exit_status = 2


class UnknownReleaseError(UsageError):
    """A release id that no row of ``releases.toml`` carries."""


class AmbiguousReleaseError(UsageError):
    """The file fits several releases that differ in meaning, or none that is known.

    Args:
        message: what the file says, and which releases that fits.
        evidence: the same without the name of the file.
        readings: ids of the described releases that the file can be read as.
        conclusive: they stand for every release that may have written the file, so that nobody
            needs to be asked where all of them give the same output.
        hint: what the user can do next.
    """

    def __init__(
        self,
        message: str,
        *,
        evidence: str = "",
        readings: tuple[str, ...] = (),
        conclusive: bool = False,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.evidence = evidence
        self.readings = readings
        self.conclusive = conclusive


class OutputError(UsageError):
    """The output cannot be written: it exists, is the input, or its folder refuses."""


class InputsDifferError(UsageError):
    """Two files that are to be compared take different inputs."""


class SourceUnavailableError(UsageError):
    """A model behind a URL cannot be fetched, or its protocol is not installed."""


class RefusedError(KeraportError):
    """The target release cannot express the model exactly.

    Args:
        message: a summary.
        report: every layer's verdict, among them all the refusals.
        hint: the workaround.
        operations: of a graph, those that are refused.
    """

    exit_status = 3

    def __init__(
        self,
        message: str,
        *,
        report: Report | None = None,
        hint: str = "",
        operations: Sequence[RefusedOperation] = (),
    ) -> None:
        super().__init__(message, hint=hint)
        self.report = report
        self.operations = tuple(operations)

    def __str__(self) -> str:
        """The summary, and a line for each layer that is refused, with the workaround."""
        if self.report is None:
            refused = [f"  {item.node} ({item.op}): {item.reason}" for item in self.operations]
            return "\n".join([self.message, *refused])
        bad = self.report.verdict
        lines = [
            f"  {layer.path} ({layer.class_name}): {note.text}"
            + (f"; workaround: {note.hint}" if note.hint else "")
            for layer in self.report.layers
            for note in layer.notes
            if note.verdict is bad
        ]
        return "\n".join([self.message, *lines])


class NotTrustedError(RefusedError):
    """A real release would run, or open, what a file brings along, and nobody said it may.

    Args:
        message: the file and what in it would run.
        hint: what to type.
        hazards: the same as data, as `keraport.inspection.rules.Hazard.to_json` gives it.
    """

    def __init__(
        self, message: str, *, hint: str = "", hazards: tuple[dict[str, Any], ...] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        self.hazards = hazards


class InputFileError(KeraportError):
    """The input cannot be read."""

    exit_status = 4


class DamagedFileError(InputFileError):
    """The file contradicts its own format."""


class ForeignFileError(InputFileError):
    """The file is something else than a Keras model that keraport reads."""


class UnsafeFileError(InputFileError):
    """Reading on would leave the file, or exceed a limit."""


class PredictionsDifferError(KeraportError):
    """Both models ran and disagree."""

    exit_status = 5


class WeightsDoNotFitError(PredictionsDifferError):
    """A layer builds other weights than the file has for it, so that nothing is predicted."""


class RuntimeUnavailableError(KeraportError):
    """A real release is needed and is unavailable here."""

    exit_status = 6


class ProbeError(RuntimeUnavailableError):
    """A real release answered with an error, died, or ran out of time."""


def kind_of(error: KeraportError) -> str:
    """The class of the error as the JSON output spells it: ``unknown_release``."""
    words = re.findall(r"[A-Z][a-z]*", type(error).__name__.removesuffix("Error"))
    return "_".join(words).lower()
