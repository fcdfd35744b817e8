"""Writes ``lambdas/harmless/code.tsv``: which code is that of which function of TensorFlow.

::

    uv run python tools/build_known_code.py tf1.12=old.json tf2.3=new.json

The files are what ``tools/dump_functions.py`` prints in these releases.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from keraport.catalog.public_names import public_names
from keraport.catalog.releases import get_release
from keraport.lambdas.bytecode import UnreadableCodeError, decode, load_code
from keraport.lambdas.known_code import digest

OUT = Path(__file__).parents[1] / "src/keraport/lambdas/harmless/code.tsv"
HEAD = """\
# Code of functions of TensorFlow, as a model holds it that was built with Lambda(tf.square): one
# row a function. Written by tools/build_known_code.py.
#
# release   whose code it is
# digest    of the code, see keraport.lambdas.known_code
# name      of the function
"""


def identity(release: str, name: str) -> str:
    """What a name is defined by."""
    return public_names(release)[name.removeprefix("tf.")].identity


def rows(release: str, path: str) -> list[str]:
    """The rows of one release; the plainest of a function's names."""
    python = get_release(release).python
    found: dict[str, str] = {}
    for name, text in json.loads(Path(path).read_text(encoding="utf-8")).items():
        try:
            key = digest(load_code(decode(text), python))
        except UnreadableCodeError as error:
            print(f"{release}: {name} {error}")
            continue
        known = found.get(key, name)
        if identity(release, known) != identity(release, name):
            print(f"{release}: {known} and {name} have the same code")
        found[key] = min(known, name, key=lambda item: (item.count("."), len(item), item))
    return [f"{release}\t{key}\t{name}" for key, name in found.items()]


def main() -> None:
    """The whole table."""
    made = [row for item in sys.argv[1:] for row in rows(*item.split("=", 1))]
    OUT.write_text(HEAD + "\n".join(sorted(made)) + "\n", encoding="utf-8")
    print(f"{len(made)} functions")


main()
