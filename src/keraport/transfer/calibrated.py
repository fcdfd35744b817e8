"""Fills an architecture that computes something else, and refits what follows the differences."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from keraport.catalog.releases import get_release
from keraport.discrepancies.effects import Comparison
from keraport.discrepancies.refit import Models, refit
from keraport.discrepancies.results import Setting
from keraport.errors import OutputError
from keraport.runtimes.pool import RuntimePool
from keraport.transfer.choices import Choices
from keraport.transfer.plan import Plan
from keraport.transfer.result import Transfer
from keraport.transfer.transfer import carry_out, prepare
from keraport.transfer.wiring import INPUTS


def transfer_calibrated(
    first: Plan,
    choices: Choices,
    calibrate: Path,
    *,
    dry_run: bool = False,
    force: bool = False,
    trust: bool = False,
    timeout: float = 600.0,
    pool: RuntimePool | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Transfer:
    """Fill an architecture, and where it computes something else refit the next linear layer.

    Args:
        first: the transfer as it would be without (`keraport.transfer.transfer.prepare`).
        choices: what it was made with; layers in ``allow_different`` are not refitted for.
        calibrate: an npz with rows like those that the model will meet.
        dry_run: run and measure nothing, and write nothing.
        force: replace an existing output.
        trust: run both models whatever their files bring along.
        timeout: seconds for each thing that a release is asked.
        pool: processes of both releases; own ones if None.
        progress: told what is being done.

    Returns:
        what went where, with ``refit``; nothing is written if it has refusals.

    Raises:
        NotTrustedError: a file brings along what would run, and `trust` is not given.
        RefusedError: nothing linear follows a difference, or the refit makes it no better.
        RuntimeUnavailableError: one of the two releases cannot be had.
        KeraportError: as for `keraport.transfer.transfer.transfer`.
    """
    told = first.transfer
    weights, architecture, output = map(Path, (told.weights, told.architecture, told.output))
    stated = {"from_": told.trained_release or None, "to": told.rebuilt_release}
    settings = _settings(first)
    allowed = choices.allow_different | {row.rebuilt or row.trained for row in settings}
    choices = replace(choices, allow_different=allowed)
    found = prepare(weights, architecture, output, choices, **stated)
    if found.transfer.refusals or dry_run:
        return found.transfer
    if not settings or not found.transfer.trained_release:
        return carry_out(found, force=force)
    _require_free(output, (weights, architecture, calibrate), force=force)
    trained = get_release(found.transfer.trained_release)
    with tempfile.TemporaryDirectory(prefix="keraport-") as folder:
        filled = Path(folder) / "filled.h5"
        carry_out(replace(found, transfer=replace(found.transfer, output=str(filled))))
        given = Comparison(
            weights,
            filled,
            trained,
            found.rebuilt.release,
            inputs=calibrate,
            trust=trust,
            timeout=timeout,
        )
        pairs = {row.rebuilt_layer: row.trained_layer for row in found.transfer.rows}
        models = Models(found.rebuilt.model, pairs, settings)
        done = refit(given, models, output, force=force, pool=pool, progress=progress)
    return replace(found.transfer, written=True, refit=done, verify=told.verify)


def _require_free(output: Path, inputs: Sequence[Path], *, force: bool) -> None:
    """Check early what could not be written later.

    Raises:
        OutputError: the output exists, or is one of the inputs.
    """
    if not output.exists():
        return
    for path in inputs:
        if path.exists() and output.samefile(path):
            raise OutputError(
                f"{output}: is the input {path}, which is never written to",
                hint="choose another name for the output",
            )
    if not force:
        raise OutputError(
            f"{output}: exists already", hint="give --force to replace it, or choose another name"
        )


def _settings(found: Plan) -> tuple[Setting, ...]:
    """What differs and was not allowed, but for layers that only one of the two has."""
    return tuple(
        Setting(item.trained, item.rebuilt, item.key, item.trained_value, item.rebuilt_value)
        for item, allowed in found.transfer.differences
        if item.arithmetic and not allowed and item.rebuilt and item.key != INPUTS
    )
