"""Writes the pictures of terminals in ``docs/pictures``: real commands, with what they print.

``uv run python tools/build_pictures.py`` after the output of a command has changed; a test fails
while a picture is out of date.
"""

from __future__ import annotations

import io
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from faq.table import recorded

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "pictures" / "convert.svg"
WIDTH = 96
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

LOAD = 'tf.keras.models.load_model("digits.h5")'
CONVERT = "keraport convert digits.h5 digits_tf1.12.h5 --to tf1.12"


def picture() -> str:
    """What TensorFlow 1.12 says to a file of 2.3, and the command that converts it."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copyfile(ROOT / "examples" / "digits.h5", Path(name) / "digits.h5")
        printed = run(CONVERT, Path(name))
    kind, message = recorded("unrecognized-keyword-arguments-ragged")
    screen = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    screen.print(Text.assemble((">>> ", "bold"), LOAD, ("    # TensorFlow 1.12.0", "dim")))
    screen.print(Text(f"{kind}: {message}", style="red"))
    screen.print()
    screen.print(Text.assemble(("$ ", "bold"), CONVERT))
    for line in printed.splitlines():
        screen.print(Text.from_ansi(line))
    svg = screen.export_svg(title="keraport", unique_id="convert")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"font-family: [^;]+;", f"font-family: {FONT};", svg)


def run(command: str, folder: Path) -> str:
    """What a command prints to a terminal, colours included; not its progress on stderr."""
    ours, theirs = pty.openpty()
    arguments = [sys.executable, "-m", *command.split()]
    settings = {"TERM": "xterm-256color", "COLUMNS": str(WIDTH), "LINES": "60"}
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    process = subprocess.Popen(
        arguments, cwd=folder, env=environment | settings, stdout=theirs, stderr=subprocess.DEVNULL
    )
    os.close(theirs)
    printed = b""
    try:
        while piece := os.read(ours, 65536):
            printed += piece
    except OSError:
        pass  # Linux says so when the last writer has closed its end
    os.close(ours)
    if process.wait():
        raise RuntimeError(f"{command}: {printed.decode()}")
    return printed.decode().replace("\r\n", "\n")


if __name__ == "__main__":
    OUT.write_text(picture(), encoding="utf-8")
