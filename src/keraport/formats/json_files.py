"""Architectures in JSON, as ``model.to_json()`` returns them, with weights beside them."""

from __future__ import annotations

import errno
import json
import re
from dataclasses import replace
from pathlib import Path

from keraport.dialects import parse_model
from keraport.dialects.spellings import PLAIN, Spelling
from keraport.errors import DamagedFileError, UsageError
from keraport.formats.files import read_regular
from keraport.formats.limits import JSON_BYTES, parse_json, shown
from keraport.formats.marks import CONVERTED_BY, understood
from keraport.formats.sniff import sniff
from keraport.model import Format, Model, ModelFile, Producer, Training, WeightGroup

_MARKS = ("keras_version", "backend", CONVERTED_BY)
"""What ``to_json`` adds to the config document (``Network._updated_config``), and keraport."""

_COUNTED = re.compile(
    "(dense|embedding|conv[123]d|conv[123]d_transpose|convolution[123]d|separable_conv[12]d|"
    "depthwise_conv[12]d|batch_normalization(_v1)?|layer_normalization|group_normalization|"
    "lstm|gru|simple_rnn|rnn|conv_lstm[123]d|conv_lst_m2d|cu_dnnlstm|cu_dnngru|bidirectional|"
    "time_distributed|prelu|p_re_lu|locally_connected[12]d|multi_head_attention|"
    "(additive_)?attention|einsum_dense|normalization|sequential|model|functional)(_[0-9]+)?"
)
"""What Keras calls layers that hold weights and were given no name."""


def read_architecture(
    path: Path, weights: Path | None = None, *, verify_checksums: bool = True
) -> ModelFile:
    """An architecture; with `weights`, layers get theirs by name.

    Args:
        path: the JSON file.
        weights: weights only, or a whole model whose own architecture is left aside.
        verify_checksums: compare those of a checkpoint.

    Raises:
        UsageError: `weights` holds no weights.
        InputFileError: one of the files is damaged, foreign or unsafe.
    """
    document = parse_json(read_regular(path, JSON_BYTES + 1), str(path))
    marks: dict[str, str] = {}
    if isinstance(document, dict):
        marks = {name: str(document.pop(name)) for name in _MARKS if name in document}
        marks[CONVERTED_BY] = understood(marks.get(CONVERTED_BY))
    try:
        model = parse_model(document)
    except DamagedFileError as error:
        raise DamagedFileError(f"{path}: {error.message}", hint=error.hint) from error
    groups: tuple[WeightGroup, ...] = ()
    unused: tuple[str, ...] = ()
    if weights is not None:
        model, groups, unused = _with_weights(model, weights, verify_checksums)
    return ModelFile(
        path=path,
        format=Format.JSON,
        producer=Producer(**marks),
        model=model,
        groups=groups,
        unused=unused,
    )


def fill_architecture(
    partial: Path, model: Model, *, marks: Producer, spelling: Spelling = PLAIN
) -> None:
    """Write an architecture to an empty file, and read it back.

    Keras 3 writes no marks here and passes over those that are there.

    Raises:
        OSError: the system refuses, or what is read back differs.
    """
    document = spelling.whole(model, None)
    said = {name: value for name in _MARKS if (value := getattr(marks, name))}
    text = json.dumps({**document, **said})
    partial.write_text(text, encoding="utf-8")
    read_architecture(partial)
    # Not the model that is read: Keras 3.0 to 3.2 count calls otherwise than what they write says.
    found = parse_json(read_regular(partial, JSON_BYTES + 1), str(partial))
    # As text, since a number that is none does not equal itself.
    if json.dumps(found, sort_keys=True) != json.dumps(json.loads(text), sort_keys=True):
        raise OSError(errno.EIO, "read back, the file holds another architecture than was written")


def with_other_weights(
    file: ModelFile, weights: Path, *, verify_checksums: bool = True
) -> ModelFile:
    """A whole model with the weights of another file in the place of its own.

    How it was compiled stays; the state of its optimizer, which belongs to its own weights, does
    not. A checkpoint has one of its own.

    Args:
        file: as read; its model must not be None.
        weights: as for `read_architecture`.
        verify_checksums: likewise.

    Raises:
        UsageError: `file` is no model.
        InputFileError: the weights are of another model, damaged or unsafe.
    """
    if file.model is None:
        raise UsageError(
            f"{file.path}: holds weights and no architecture, and {weights} holds no other",
            hint="give the architecture first, and the weights as --weights",
        )
    bare = tuple(replace(layer, weights=()) for layer in file.model.layers)
    model, groups, unused = _with_weights(
        replace(file.model, layers=bare), weights, verify_checksums
    )
    return replace(
        file,
        model=model,
        groups=groups,
        unused=unused,
        training=_training(file, weights, verify_checksums=verify_checksums),
        weights_of=weights,
    )


def _training(file: ModelFile, weights: Path, *, verify_checksums: bool) -> Training | None:
    """How the model was compiled, with the optimizer's state that belongs to the weights."""
    training = file.training
    if training is None:
        return None
    if sniff(weights) is not Format.CHECKPOINT:
        return replace(training, state=(), scalars={}, slots=())
    from keraport.formats.checkpoint.optimizer import with_optimizer

    return with_optimizer(training, weights, verify_checksums=verify_checksums)


def _with_weights(
    model: Model, weights: Path, verify_checksums: bool
) -> tuple[Model, tuple[WeightGroup, ...], tuple[str, ...]]:
    """The model with its weights, those weights, and the names of what else is there."""
    found = sniff(weights)
    if found is Format.JSON:
        raise UsageError(
            f"{weights}: this is an architecture, expected weights",
            hint='give the file that model.save_weights("x.h5") wrote',
        )
    if found is Format.CHECKPOINT:
        from keraport.formats.checkpoint.of_model import weights_of as in_checkpoint

        groups, unused = in_checkpoint(weights, model, verify_checksums=verify_checksums)
        return _attached(model, groups, weights), groups, unused
    if found in (Format.KERAS, Format.KERAS_WEIGHTS):
        from keraport.formats.keras_zip.read import weights_of

        groups = weights_of(weights, model)
        return _attached(model, groups, weights), groups, ()
    from keraport.formats.hdf5.read import read_weights

    groups = read_weights(weights).groups
    attached = _attached(model, groups, weights)
    _require_order(model, groups, weights)
    return attached, groups, ()


def _require_order(model: Model, groups: tuple[WeightGroup, ...], weights: Path) -> None:
    """Check that names that Keras made stand in the order of the architecture.

    A release counts layers as they are made (``dense``, ``dense_1``), whatever it calls them with.
    In another order the same names are those of other layers.

    Raises:
        DamagedFileError: they do not; names that are the user's own may stand in any order.
    """
    stored = [group.layer for group in groups if group.weights]
    expected = [layer for layer in model.layers if layer.name in set(stored)]
    for found, layer in zip(stored, expected, strict=False):
        if found != layer.name and (_COUNTED.fullmatch(found) or _COUNTED.fullmatch(layer.name)):
            raise DamagedFileError(
                f"{weights}: weights of the layer {shown(found)} stand where the architecture has "
                f"{shown(layer.name)} ({layer.class_name}); names that Keras made itself are those "
                "of other layers then",
                hint="give the architecture that the model with these weights had "
                "(model.to_json()), or say which layers belong together: keraport transfer",
            )


def _attached(model: Model, groups: tuple[WeightGroup, ...], weights: Path) -> Model:
    from keraport.formats.hdf5.read import attach

    return attach(model, groups, weights)
