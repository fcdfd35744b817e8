"""What the help of a command ends with: two lines to type, and its page in the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Examples(NamedTuple):
    """Of one command.

    Args:
        page: its page in the documentation.
        lines: what can be typed, without the name of the program.
    """

    page: str
    lines: tuple[str, str]


_RUNTIMES: Final = "docs/guides/runtimes.md"

EXAMPLES: Final[Mapping[str, Examples]] = {
    "inspect": Examples(
        "docs/concepts/safety.md",
        ("inspect model.h5", "inspect model.h5 --fail-on warning"),
    ),
    "check": Examples(
        "docs/concepts/verdicts.md",
        ("check model.h5 --to tf1.12", "check model.h5 --to tf1.12 --report r.html"),
    ),
    "convert": Examples(
        "docs/guides/convert-tf2.3-to-tf1.12.md",
        (
            "convert model.h5 old.h5 --to tf1.12 --verify",
            "convert model.h5 new.keras --to keras3.15",
        ),
    ),
    "code": Examples(
        "docs/guides/code.md",
        ("code model.h5 --to tf1.12", "code model.h5 --to tf1.12 --objects layers.py"),
    ),
    "transfer": Examples(
        "docs/guides/transfer.md",
        (
            "transfer trained.h5 rebuilt.h5 filled.h5",
            "transfer trained.h5 new.json out.h5 --dry-run",
        ),
    ),
    "port-objects": Examples(
        "docs/guides/custom-layers.md",
        (
            "port-objects layers.py --to tf1.12",
            "port-objects layers.py --to tf1.12 -o old.py",
        ),
    ),
    "emit-loader": Examples(
        "docs/guides/load-in-place.md",
        ("emit-loader load_keras.py", "emit-loader load_keras.py --force"),
    ),
    "serve": Examples(
        "docs/guides/web-page.md",
        ("serve --open", "serve --port 8000 --max-size 5GB"),
    ),
    "verify": Examples(
        "docs/guides/verify.md",
        ("verify model.h5 old.h5 --layers", "verify model.h5 old.h5 --inputs x.npz --json"),
    ),
    "releases": Examples("docs/reference/releases.md", ("releases", "releases --json")),
    "explain": Examples(
        "docs/reference/classes/index.md",
        ("explain GRU", "explain GRU --from tf2.3 --to tf1.12"),
    ),
    "runtimes list": Examples(_RUNTIMES, ("runtimes list", "runtimes list --json")),
    "runtimes install": Examples(
        _RUNTIMES,
        ("runtimes install tf1.12", "runtimes install keras3.15 --backend jax"),
    ),
    "runtimes remove": Examples(
        _RUNTIMES,
        ("runtimes remove tf1.12", "runtimes remove keras3.15 --backend jax"),
    ),
}
"""Full name of a command, without that of the program: what its help ends with."""


def epilogue(command: str) -> str | None:
    """The end of the help of a command, of which no line is broken; None if it has none."""
    if command not in EXAMPLES:
        return None
    page, lines = EXAMPLES[command]
    typed = "\n".join(f"  keraport {line}" for line in lines)
    return f"\b\nExamples:\n{typed}\n\n\b\nDocumentation: {page}"
