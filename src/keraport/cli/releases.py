"""``keraport releases``: what is known of each release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from keraport.cli.blocks import Block, Span, Style, Table, line
from keraport.cli.options import Json, Quiet, Verbose
from keraport.cli.output import Output

if TYPE_CHECKING:
    from keraport.catalog.releases import Release


def releases(
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """List the releases that are known, and the version strings in files that mean them."""
    from keraport.catalog.releases import all_releases
    from keraport.runtimes.manager import installed_python

    known = [(release, installed_python(release) is not None) for release in all_releases()]
    document = {"releases": [_to_json(release, installed) for release, installed in known]}
    Output(json, quiet).answer(document, lambda: _blocks(known), kind="releases")
    return 0


def _to_json(release: Release, installed: bool) -> dict[str, Any]:
    return {
        "id": release.id,
        "aliases": list(release.aliases),
        "tensorflow": release.tensorflow,
        "keras": release.keras,
        "keras_version": list(release.keras_version),
        "python": release.python,
        "converts": release.described,
        "runtime_installed": installed,
    }


def _blocks(known: list[tuple[Release, bool]]) -> Iterator[Block]:
    columns = ("release", "tensorflow", "keras", "python", "in files", "converts", "runtime")
    yield Table(
        columns,
        [
            (
                Span(release.id, Style.STRONG),
                release.tensorflow,
                release.keras,
                release.python,
                ", ".join(release.keras_version),
                Span("yes", Style.GOOD) if release.described else Span("not yet", Style.FAINT),
                Span("installed", Style.GOOD) if installed else "",
            )
            for release, installed in known
        ],
    )
    yield line(
        Span("in files", Style.STRONG),
        ": the keras_version that the release writes. ",
        Span("converts", Style.STRONG),
        ": can be converted from and to.",
    )
