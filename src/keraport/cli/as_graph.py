"""``keraport convert --as-graph``: the graph of a SavedModel instead of a Keras model."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from keraport.cli.output import Output
from keraport.text import typed


def is_graph(model: Path, out: Path, output: Output) -> bool:
    """Whether a graph is all that a directory holds, and OUT can hold one; says so.

    Args:
        model: what is to be converted.
        out: what is to be written.
        output: where to say it.
    """
    from keraport.formats.saved_model.graph import is_saved_model

    if not is_saved_model(model):
        return False
    from keraport.errors import ForeignFileError
    from keraport.formats.saved_model.read import read_saved_model
    from keraport.formats.sniff import sniff
    from keraport.kits.formats import format_by_suffix
    from keraport.model import Format

    if format_by_suffix(out) is not None or sniff(model) is not Format.SAVED_MODEL:
        return False
    try:
        read_saved_model(model)
    except ForeignFileError as error:
        output.tell(f"{error.message}: its graph is converted, as with --as-graph")
        return True
    return False


def require_no_options(options: Mapping[str, object], model: Path, out: Path) -> None:
    """Check that nothing is asked for that only Keras models have.

    Raises:
        UsageError: something is.
    """
    given = [name for name, value in options.items() if value]
    if not given:
        return
    from keraport.errors import UsageError

    hint = "leave it out"
    if "--verify" in given:
        hint = f"compare afterwards: {typed(['keraport', 'verify', str(model), str(out)])}"
    raise UsageError(f"{', '.join(given)}: not for graphs of SavedModels", hint=hint)


def convert_as_graph(
    model: Path,
    out: Path,
    to: str,
    signatures: Collection[str],
    frozen: bool,
    force: bool,
    output: Output,
) -> int:
    """Write the graph, and say what was written."""
    from keraport.cli.graph_view import graph_blocks
    from keraport.graphs.convert import convert_graph

    report = convert_graph(model, out, to, signatures=signatures, freeze=frozen, force=force)
    output.answer(report.to_json(), lambda: graph_blocks(report), kind="graph")
    return 0
