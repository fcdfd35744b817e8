"""For people: what was said in other words, and how much it matters where it could not be."""

from __future__ import annotations

from collections.abc import Iterator

from keraport.cli.blocks import Block, Span, Style, Table, blank, line
from keraport.cli.text import count, name, safe
from keraport.discrepancies.reexpress import Said
from keraport.discrepancies.results import Effect, Effects, Refit, Setting
from keraport.verify.compare import Difference


def reexpressed_blocks(said: Said) -> Iterator[Block]:
    """What the trained file says in other words than the architecture."""
    if said.steps:
        yield blank()
        yield line(Span("equivalent", Style.FINE), ": the same in the words of the architecture")
        yield Table(
            ("trained layer", "layer", "what was done"),
            [(name(row.trained), name(row.rebuilt), safe(row.what)) for row in said.steps],
        )
    for obstacle in said.obstacles:
        yield blank()
        yield line(
            Span("not rewritten exactly: ", Style.CAREFUL),
            f"{name(obstacle.trained)} for {name(obstacle.rebuilt)}: {safe(obstacle.why)}",
        )


def effects_blocks(found: Effects) -> Iterator[Block]:
    """What the two files say differently, and what each of it does alone."""
    if not found.rows:
        return
    yield blank()
    yield line(
        Span("the files say different things", Style.CAREFUL), "; what each changes by itself:"
    )
    yield Table(
        ("layer", "setting", "source", "output", "at the layer", "at the outputs"),
        [_effect(row) for row in found.rows],
        numbers=frozenset({"at the layer", "at the outputs"}),
    )
    for row in found.rows:
        if row.not_measured:
            yield line(
                Span("not measured: ", Style.CAREFUL),
                f"{row.setting.key} of {name(row.setting.trained)}: {safe(row.not_measured)}",
            )
    if found.rest is not None:
        yield blank()
        yield line(_rest(found.rest))


def refit_blocks(found: Refit | None) -> Iterator[Block]:
    """Which weights were refitted, and how far predictions were and are off."""
    if found is None:
        return
    yield blank()
    rows, held = count(found.rows, "row"), count(found.held_back, "row")
    yield line(
        Span("approximate", Style.CAREFUL),
        f": refitted on {rows}; errors on {held} that were held back, root mean square",
    )
    measured = [
        (name(row.layer), ", ".join(_cause(item) for item in row.because), row.errors)
        for row in found.layers
    ]
    yield Table(
        ("refitted", "because", "before", "after"),
        [
            (layer, because, _percent(errors.before), _percent(errors.after))
            for layer, because, errors in [*measured, ("the outputs", "", found.outputs)]
        ],
        numbers=frozenset({"before", "after"}),
    )


def _cause(setting: Setting) -> str:
    values = safe(shown(setting.rebuilt_value)), safe(shown(setting.trained_value))
    return f"{name(setting.rebuilt)}: {values[0]} instead of {values[1]}"


def _percent(error: float) -> str:
    return f"{100 * error:.3g} %"


def summary(found: Effects) -> str:
    """The largest effect as a clause; empty if there is none."""
    measured = [row for row in found.rows if row.at_outputs is not None]
    if not measured:
        return ""
    row = max(measured, key=lambda item: item.at_outputs.max_relative if item.at_outputs else 0)
    setting, moved = row.setting, row.at_outputs
    return (
        f"{setting.key} of layer {setting.trained!r} is {shown(setting.rebuilt_value)}, expected "
        f"{shown(setting.trained_value)}, which alone moves the outputs by "
        f"{moved.max_relative if moved else 0:.2g} relative"
    )


def shown(value: object) -> str:
    """A value of a config in a cell."""
    return str(getattr(value, "class_name", value))


def _effect(row: Effect) -> tuple[str, ...]:
    setting = row.setting
    return (
        name(setting.trained),
        safe(setting.key),
        safe(shown(setting.trained_value)),
        safe(shown(setting.rebuilt_value)),
        _moved(row.at_layer),
        _moved(row.at_outputs),
    )


def _moved(difference: Difference | None) -> str:
    return "-" if difference is None else f"{difference.max_relative:.2e}"


def _rest(rest: Difference) -> str:
    if rest.agrees:
        return "with these made equal the outputs agree: nothing else differs"
    return (
        f"with these made equal the outputs still differ by {rest.max_relative:.2g} relative: "
        "something else differs, too, weights perhaps"
    )
