"""A verification for people: every output, and where the models begin to differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from keraport.cli.blocks import Block, Piece, Span, Style, Table, blank, line
from keraport.cli.text import count, name, safe
from keraport.verify import (
    Difference,
    LayerDifference,
    ModelInput,
    Opening,
    Status,
    Verification,
)

_VERDICTS = {
    Status.AGREE: Span("PASS", Style.GOOD),
    Status.DIFFER: Span("FAIL", Style.BAD),
    Status.INCONCLUSIVE: Span("INCONCLUSIVE", Style.CAREFUL),
}
_LAYERS_SHOWN = 20
_SKIPPED_SHOWN = 5


def verification_blocks(found: Verification) -> Iterator[Block]:
    """The verdict, the inputs, every output, the layers that differ, and all warnings."""
    yield line(
        _VERDICTS[found.status],
        f" {_file(found.source)} in ",
        Span(found.source_release, Style.STRONG),
        f" and {_file(found.output)} in ",
        Span(found.target_release, Style.STRONG),
    )
    if found.inputs:
        yield blank()
        yield Table(("input", "declared", "fed", "dtype"), [_input(item) for item in found.inputs])
    yield blank()
    yield _outputs(found)
    yield blank()
    drawn = "inputs from a file" if found.seed is None else f"inputs drawn with seed {found.seed}"
    tolerance = found.tolerance
    yield line(
        f"tolerance {tolerance.relative:g} of an output's largest value + {tolerance.absolute:g}; ",
        drawn,
    )
    if "open" in found.network.values():
        yield line("network access of the releases could not be disabled on this system")
    yield from _layers(found)
    for warning in found.warnings:
        yield line(Span("warning: ", Style.CAREFUL), safe(warning))


def opening_blocks(found: Opening, output: PurePath) -> Iterator[Block]:
    """Whether the target opened the output, and what was fed to it."""
    if not found.opened:
        yield line(Span("NOT OPENED: ", Style.CAREFUL), safe(found.remark))
        return
    weights = count(found.weights, "weight")
    drawn = "what `verify` would draw" if found.seed is not None else "what the file holds"
    yield line(
        Span("OPENED", Style.GOOD),
        f" {name(output.name)} in ",
        Span(found.release, Style.STRONG),
        f", {weights} as in the file" if found.weights else "",
        "" if found.remark else f"; predicted once, on {drawn}",
    )
    if found.remark:
        yield line(Span("warning: ", Style.CAREFUL), safe(found.remark))
    if found.network == "open":
        yield line("network access of the release could not be disabled on this system")


def _outputs(found: Verification) -> Table:
    # The last column is for what differs besides values, which is rare.
    reasons = any(row.difference.reason for row in found.outputs)
    return Table(
        ("output", "max abs", "max rel", "result", *(["reason"] if reasons else [])),
        [
            (
                name(row.name),
                *_difference(row.difference),
                *([safe(row.difference.reason)] if reasons else []),
            )
            for row in found.outputs
        ],
        numbers=frozenset({"max abs", "max rel"}),
    )


def _file(path: str) -> str:
    return name(PurePath(path).name)


def _input(item: ModelInput) -> tuple[Piece, ...]:
    declared = "?" if item.declared is None else _shape(item.declared)
    return name(item.name), declared, _shape(item.shape), safe(item.dtype)


def _shape(shape: tuple[int | None, ...]) -> str:
    return f"({', '.join('?' if size is None else str(size) for size in shape)})"


def _difference(difference: Difference) -> tuple[Piece, Piece, Piece]:
    result = Span("PASS", Style.GOOD) if difference.agrees else Span("FAIL", Style.BAD)
    return f"{difference.max_absolute:.2e}", f"{difference.max_relative:.2e}", result


def _layers(found: Verification) -> Iterator[Block]:
    if not found.layers and not found.layers_skipped:
        return
    differing = [layer for layer in found.layers if not layer.difference.agrees]
    if differing:
        shown = differing[:_LAYERS_SHOWN]
        yield blank()
        yield Table(
            ("layer", "class", "activation", "max abs", "max rel", "result"),
            [_layer(layer) for layer in shown],
            numbers=frozenset({"max abs", "max rel"}),
        )
        yield blank()
        if len(differing) > len(shown):
            yield line(f"and {count(len(differing) - len(shown), 'layer')} more that differ")
        yield _first(differing[0], found)
    compared = count(len(found.layers), "layer output")
    yield line(f"{compared} compared, {len(differing):,} differ")
    for path, reason in found.layers_skipped[:_SKIPPED_SHOWN]:
        yield line(Span("not compared: ", Style.CAREFUL), f"{name(path)}: {safe(reason)}")
    more = len(found.layers_skipped) - _SKIPPED_SHOWN
    if more > 0:
        yield line(Span("not compared: ", Style.CAREFUL), f"{more:,} more")


def _layer(layer: LayerDifference) -> tuple[Piece, ...]:
    return (
        name(layer.path),
        _both(layer.source_class, layer.target_class),
        _both(*map(_activations, (layer.source_activations, layer.target_activations))),
        *_difference(layer.difference),
    )


def _activations(by_keyword: object) -> str:
    return ", ".join(map(str, by_keyword.values())) if isinstance(by_keyword, dict) else ""


def _both(source: str, target: str) -> str:
    """One name where both are the same."""
    return name(source) if source == target else f"{name(source or '-')} -> {name(target or '-')}"


def _first(layer: LayerDifference, found: Verification) -> Block:
    why = layer.explain()
    return line(
        "the first layer that differs is ",
        Span(name(layer.path), Style.BAD),
        f" ({name(layer.source_class)} in {found.source_release},"
        f" {name(layer.target_class)} in {found.target_release})",
        f": {safe(why)}" if why else "",
    )
