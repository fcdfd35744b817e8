"""Fuzz a target with atheris, which keeps the inputs that reach new code.

::

    uv run --with atheris python tools/fuzz_coverage.py TARGET SEEDS -runs=100000

TARGET is one of those of ``tools/fuzz.py``; SEEDS of its cases are where it starts. What follows
are options of libFuzzer. It stops at the first finding: an exception that is none of the package's
own, or one that a user could not act upon.
"""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from random import Random

import atheris

PACKAGE = Path(__file__).parents[1] / "src" / "keraport"
ROOMS = ("analysis", "formats", "inspection", "lambdas", "model", "own", "surgery", "translate")


def main() -> None:
    """Fuzz until a finding, or until the options say so."""
    with atheris.instrument_imports(include=["keraport"]):
        from fuzzing.targets import TARGETS

        # What is imported when it is first used would be left out.
        for room in ROOMS:
            for found in walk_packages([str(PACKAGE / room)], f"keraport.{room}."):
                import_module(found.name)
    _, name, seeds, *options = sys.argv
    target = next(item for item in TARGETS if item.name == name)
    folder = Path(tempfile.mkdtemp(prefix="keraport-fuzz-"))
    corpus, case = folder / "corpus", folder / "case"
    corpus.mkdir()
    for number in range(int(seeds)):
        (corpus / str(number)).write_bytes(target.make(Random(number)))

    def test(data: bytes) -> None:
        case.write_bytes(data)
        target.run(case)

    atheris.Setup([sys.argv[0], str(corpus), *options], test)
    atheris.Fuzz()


main()
