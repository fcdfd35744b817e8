"""The tables of ``docs/reference/matrix.md``: what there is, and what was measured last."""

from __future__ import annotations

from matrix.archive import MODELS, index_of, releases
from matrix.measured import measured, most_refused

PAGE = MODELS.parents[2] / "docs" / "reference" / "matrix.md"
HEAD = "| release | Keras | models | layers | own failures | read back as something else |"

MEASURED_HEAD = """
## What was measured

The files of every release above, HDF5 and `.keras`, or every n-th of them where a table says so,
converted in their default options and with `--translate-lambdas`, and run in the real target.
*Companion* agrees with a companion file beside it. *No CPU kernel* loads, and needs a GPU as it
does in the target anyway. *No answer* are files that the release itself does not open, or reads
back as something else, and that are not carried; they do not count. *Fails* in Keras 3.15 are four
files of STFTSpectrogram, which needs SciPy there. Archives of `keras3.15-jax` and `keras3.15-torch`
do not say what they were saved on: they are converted with `from_backend`. Each reason for a
refusal is a row of [refusals.md](refusals.md).

### What is refused most often

"""


def with_table(text: str) -> str:
    """The page with the tables as they are today; they are the last parts of the page."""
    return text[: text.index(HEAD)] + table() + MEASURED_HEAD + most_refused() + "\n" + measured()


def table() -> str:
    """A row for each release."""
    lines = [HEAD, "|---|---|---|---|---|---|"]
    for release in releases():
        index = index_of(release)
        saved = [row for row in index["cases"] if row.get("files")]
        odd = sum(any(text != "agrees" for text in row["reload"].values()) for row in saved)
        failures = len(index["cases"]) - len(saved)
        numbers = f"{len(saved)} | {len(index['layers'])} | {failures} | {odd}"
        lines.append(f"| `{release}` | {index['keras']} | {numbers} |")
    return "\n".join(lines) + "\n"
