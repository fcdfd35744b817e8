"""Fills an architecture with trained weights, and writes it for its release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from keraport.analysis.order import layer_order
from keraport.changes.layers.activation_layers import unwrapped
from keraport.errors import RefusedError, UsageError
from keraport.formats import write
from keraport.inspection.trust import running_hazards
from keraport.kits.formats import require_readable
from keraport.kits.marks import marks_for
from keraport.kits.spelling import spelling_of
from keraport.model import Format, Layer, Model, ModelFile, WeightGroup
from keraport.model.graph import map_layers
from keraport.text import typed
from keraport.transfer.choices import Choices
from keraport.transfer.meanings import told_apart
from keraport.transfer.plan import Plan, plan
from keraport.transfer.result import Transfer
from keraport.transfer.rewording import in_words_of
from keraport.transfer.sides import read_architecture, read_trained

_SUFFIXES = {
    ".h5": Format.HDF5,
    ".hdf5": Format.HDF5,
    ".hdf": Format.HDF5,
    ".keras": Format.KERAS,
}
"""Whole models."""


def transfer(
    weights: Path | str,
    architecture: Path | str,
    output: Path | str,
    *,
    maps: Mapping[str, str] | None = None,
    leave_out: Iterable[str] = (),
    keep_initial: Iterable[str] = (),
    allow_different: Iterable[str] = (),
    trust_names: bool = False,
    from_: str | None = None,
    to: str | None = None,
    dry_run: bool = False,
    force: bool = False,
) -> Transfer:
    """Fill an architecture that was rebuilt by hand with the weights of a trained file.

    Args:
        weights: the trained file: a whole model in HDF5, or weights only.
        architecture: an untrained model, or an architecture in JSON; read only.
        output: the file to write, a whole model: HDF5, or an archive if its suffix is ``.keras``.
        maps: names of layers, or of weights, of the architecture by names in the trained file.
        leave_out: trained layers that go nowhere.
        keep_initial: layers of the architecture that keep the values they have.
        allow_different: layers of the architecture that may compute something else.
        trust_names: names that Keras made up (``dense_1``) mean the same layers in both files.
        from_: id of the release that wrote `weights`, where the file does not tell.
        to: id of the release that `architecture` is for, likewise.
        dry_run: write nothing.
        force: replace an existing output.

    Returns:
        what went where and why.

    Raises:
        RefusedError: a weight fits no layer, a layer would stay without weights, or the two models
            compute different things; nothing is written.
        UsageError: a choice names something that is not there, or the output exists.
        InputFileError: a file is damaged, foreign or unsafe.
    """
    choices = Choices(
        dict(maps or {}),
        frozenset(leave_out),
        frozenset(keep_initial),
        frozenset(allow_different),
        trust_names,
    )
    found = prepare(Path(weights), Path(architecture), Path(output), choices, from_=from_, to=to)
    if found.transfer.refusals:
        raise refusal(found.transfer)
    return found.transfer if dry_run else carry_out(found, force=force)


def prepare(
    weights: Path,
    architecture: Path,
    output: Path,
    choices: Choices,
    *,
    from_: str | None = None,
    to: str | None = None,
) -> Plan:
    """What a transfer would do; nothing is written, and refusals are not raised."""
    if output.suffix.lower() not in _SUFFIXES:
        raise UsageError(
            f"{output}: a filled architecture is written as a whole model, in HDF5 or an archive",
            hint=f"use the suffix {', '.join(_SUFFIXES)}",
        )
    trained, rebuilt = read_trained(weights, from_), read_architecture(architecture, to)
    require_readable(_format_of(output), rebuilt.release, output)
    trained, rebuilt = told_apart(trained, rebuilt)
    trained, said = in_words_of(trained, rebuilt, choices)
    found = plan(trained, rebuilt, output, choices)
    found = replace(found, transfer=replace(found.transfer, reexpressed=said))
    if trained.model is None:
        return found
    release = found.rebuilt.release.id
    if running_hazards(weights, release) or running_hazards(architecture, release):
        # It would be refused; whether to trust the files is for the user to think of.
        return found
    stated = [*(("--from", from_) if from_ else ()), *(("--to", to) if to else ())]
    line = typed(["keraport", "verify", str(weights), str(output), *stated])
    return replace(found, transfer=replace(found.transfer, verify=line))


def carry_out(found: Plan, *, force: bool = False) -> Transfer:
    """Write the output of a plan that nothing stands in the way of.

    Raises:
        OutputError: the output exists, is an input, or cannot be written.
    """
    file = found.rebuilt.file
    training = file.training
    if training is not None:
        # The state belongs to the untrained weights.
        training = replace(training, state=())
    filled = replace(
        file,
        format=_format_of(Path(found.transfer.output)),
        model=None if file.model is None else _loadable(file.model),
        groups=_groups(found),
        training=training,
    )
    mark = file.producer.keras_version or found.rebuilt.release.keras
    release = found.rebuilt.release
    write(
        Path(found.transfer.output),
        filled,
        keras_version=mark,
        marks=marks_for(release, found.transfer.trained_release or "", file.producer),
        spelling=spelling_of(release),
        force=force,
    )
    return replace(found.transfer, written=True)


def _format_of(output: Path) -> Format:
    return _SUFFIXES[output.suffix.lower()]


def _loadable(model: Model) -> Model:
    """The model as it is, but for numbers that TF 1.12 saves in a way no release can read back."""

    def mended(layer: Layer) -> Layer:
        if layer.model is not None:
            return replace(layer, model=_loadable(layer.model))
        config = map_layers(layer.config, mended)
        return layer.with_config({key: unwrapped(value) for key, value in config.items()})

    return replace(model, layers=tuple(map(mended, model.layers)))


def _groups(found: Plan) -> tuple[WeightGroup, ...]:
    """The groups of the architecture, or those that its release would write, filled."""
    file = found.rebuilt.file
    names = _group_names(file, found.rebuilt.model)
    counts = dict.fromkeys(names, 0)
    for name, index in found.filled:
        counts[name] = max(counts[name], index + 1)
    return tuple(
        WeightGroup(name, tuple(found.filled[name, index] for index in range(counts[name])))
        for name in names
    )


def _group_names(file: ModelFile, model: Model) -> list[str]:
    if file.format is Format.JSON:
        return [layer.name for layer in layer_order(model)]
    return [group.layer for group in file.groups]


def refusal(found: Transfer) -> RefusedError:
    """The error that says everything that stands in the way."""
    reasons = found.refusals
    lines = [f"{item.text}\n  {item.hint}" for item in reasons]
    count = "1 reason" if len(reasons) == 1 else f"{len(reasons)} reasons"
    return RefusedError(
        "\n".join([f"{found.architecture}: not filled, for {count}:", *lines]),
        hint=reasons[0].hint,
    )
