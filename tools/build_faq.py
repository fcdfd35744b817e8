"""Writes ``docs/faq.md`` out of the table of errors and what real releases printed.

::

    uv run python tools/build_faq.py                          the page
    uv run python tools/build_faq.py --record [RELEASE ...]   opens the files in the real releases

``--record`` writes ``tools/faq/errors.json``; a test opens the same files and compares.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path

from faq.run import raised
from faq.table import ERRORS, ROOT, Entry, entries, errors, file_of
from keraport.catalog.releases import get_release
from keraport.runtimes import ensure_runtime

OUT = ROOT / "docs" / "faq.md"

HEAD = """# FAQ by error message

Written by `tools/build_faq.py`. Each message was printed by the release that is named, when it
opened a file that the other one saved; a test opens the files again, runs the command, and opens
what it wrote. Search this page for the words of your message, without the names of your layers.
`keraport inspect MODEL` says which release saved a file, and `keraport check MODEL --to RELEASE`
what stands in the way, before anything is written.

"""

SECTIONS = {
    "tf1.12": "TensorFlow 1.12 to 2.3 and standalone Keras",
    "tf1.15": "TensorFlow 1.12 to 2.3 and standalone Keras",
    "keras2.2": "TensorFlow 1.12 to 2.3 and standalone Keras",
    "keras2.3": "TensorFlow 1.12 to 2.3 and standalone Keras",
    "tf2.15": "TensorFlow 2.4 to 2.15 and tf_keras",
    "keras3.15": "Keras 3",
}
"""Heading of the release that raises a message."""

LONGEST = 600


def page() -> str:
    """The page."""
    parts = [HEAD]
    for heading in dict.fromkeys(SECTIONS.values()):
        parts.append(f"## {heading}\n")
        parts += [_section(entry) for entry in entries() if SECTIONS[entry.release] == heading]
    return "\n".join(parts)


def _section(entry: Entry) -> str:
    kind, message = errors()[entry.id]
    saved = f", opening a file of {_name(entry.saved_by)}" if entry.saved_by else ""
    parts = [
        f"### {_heading(entry.title)}\n",
        f"{_name(entry.release)}{saved}:\n",
        f"```text\n{kind}: {shortened(message)}\n```\n",
        f"{entry.cause}\n",
    ]
    if entry.command:
        parts.append(f"```console\n{entry.command}\n```\n")
    if entry.also:
        parts.append(f"{entry.also}\n")
    return "\n".join(parts)


def _heading(title: str) -> str:
    """As code, which keeps brackets and underscores."""
    return f"`` {title} ``" if "`" in title else f"`{title}`"


def _name(release: str) -> str:
    found = get_release(release)
    line = found.line
    if line == "tf":
        return f"TensorFlow {found.tensorflow}"
    return f"tf_keras {found.keras}" if line == "tf-keras" else f"Keras {found.keras}"


def shortened(message: str) -> str:
    """A message without the inside of long configs, and without empty lines."""
    message = re.sub(r"(\n\s*)+\n", "\n", message.strip())
    message = re.sub(r"\{[^\n]{160,}\}", "{...}", message)
    return message if len(message) <= LONGEST else f"{message[:LONGEST]}..."


def record(releases: list[str]) -> None:
    """Open the files of some releases, or of all, and keep what they raise."""
    kept = json.loads(ERRORS.read_text(encoding="utf-8")) if ERRORS.exists() else {}
    found = {}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for release in dict.fromkeys(entry.release for entry in entries()):
            if releases and release not in releases:
                continue
            chosen = [entry for entry in entries() if entry.release == release]
            python = ensure_runtime(get_release(release))
            jobs = [(file_of(entry, work), entry, None) for entry in chosen]
            for entry, result in zip(chosen, raised(python, release, jobs, work), strict=True):
                if result is None or entry.title not in result[1]:
                    print(f"{entry.id}: expected {entry.title!r}, got {result}", file=sys.stderr)
                found[entry.id] = result
    known = {entry.id: found.get(entry.id, kept.get(entry.id)) for entry in entries()}
    ERRORS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Record what was asked for; write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--record", nargs="*", metavar="RELEASE")
    given = parser.parse_args()
    if given.record is not None:
        record(given.record)
    OUT.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
