"""Vocabularies in an archive, which go into the config, where HDF5 files and JSON have them.

Source: ``IndexLookup.save_assets`` and ``load_assets`` (Keras 2.15, ``index_lookup.py``): a
``vocabulary.txt`` with a token a line, special tokens first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from keraport import hub
from keraport.errors import DamagedFileError, ForeignFileError
from keraport.formats.keras_zip.archive import Member, read_text
from keraport.formats.keras_zip.classes import built_in, is_listed, spellings
from keraport.formats.keras_zip.matching import CONTAINERS
from keraport.formats.limits import NAMES, shown
from keraport.model import Layer, Model, Value

ASSETS: Final = "assets/"
_FILE: Final = "/vocabulary.txt"
_INNER: Final = "/_lookup_layer"
_CLASSES: Final = hub.names(lambda row: row.vocabulary)
_DAMAGED: Final = "the archive is damaged or was not written by Keras: save the model again"


def with_vocabularies(model: Model, path: Path, members: Mapping[str, Member]) -> Model:
    """The model with each vocabulary of the archive in the config of its layer.

    Raises:
        ForeignFileError: an asset that belongs to no such layer, or is of another kind.
        DamagedFileError: a vocabulary that is no text, or no list of integers.
    """
    found = {name for name in members if name.startswith(ASSETS)}
    if not found:
        return model
    if any(not name.endswith(_FILE) for name in found):
        raise _foreign(path, next(name for name in sorted(found) if not name.endswith(_FILE)))
    reader = _Reader(path, members, found)
    made = reader.model(model, ASSETS.rstrip("/"))
    if found:
        raise _foreign(path, min(found))
    return made


class _Reader:
    def __init__(self, path: Path, members: Mapping[str, Member], left: set[str]) -> None:
        self._path, self._members, self._left = path, members, left

    def model(self, model: Model, place: str) -> Model:
        """The model with the vocabularies below `place`; what is used is no longer left."""
        container = next(
            (
                name
                for name in CONTAINERS
                if any(x.startswith(f"{place}/{name}/") for x in self._left)
            ),
            None,
        )
        if container is None:
            return model
        used: dict[str, int] = {}
        layers = []
        for layer in model.layers:
            if not is_listed(layer, model):
                layers.append(layer)
                continue
            name = spellings(layer.class_name)[0]
            number = used.get(name, 0)
            used[name] = number + 1
            key = f"{name}_{number}" if number else name
            layers.append(self._layer(layer, f"{place}/{container}/{key}"))
        return replace(model, layers=tuple(layers))

    def _layer(self, layer: Layer, place: str) -> Layer:
        if layer.model is not None:
            return replace(layer, model=self.model(layer.model, place))
        if built_in(layer) not in _CLASSES:
            return layer
        tokens: Value = None
        # A TextVectorization has the vocabulary twice, once for the lookup in it.
        for name in (f"{place}{_INNER}{_FILE}", f"{place}{_FILE}"):
            if name in self._left:
                self._left.discard(name)
                tokens = self._tokens(layer, name)
        if tokens is None:
            return layer
        if layer.config.get("output_mode") == "tf_idf":
            raise ForeignFileError(
                f"{self._path}: layer {shown(layer.name)} weighs its vocabulary (tf_idf), and the "
                "archive does not hold the weights",
                hint="give the layer its vocabulary and idf_weights in its constructor",
            )
        return layer.with_config({**layer.config, "vocabulary": tokens})

    def _tokens(self, layer: Layer, name: str) -> Value:
        where = f"{self._path}: {shown(name)}"
        data = read_text(self._path, self._members[name])
        if data.count(b"\n") >= NAMES:
            raise DamagedFileError(f"{where}: more than {NAMES} tokens", hint=_DAMAGED)
        try:
            tokens = data.decode("utf-8").split("\n")
            if layer.class_name == "IntegerLookup":
                return [int(token) for token in tokens]
        except ValueError as error:
            raise DamagedFileError(
                f"{where}: no vocabulary of this layer: {type(error).__name__}", hint=_DAMAGED
            ) from error
        return tokens


def _foreign(path: Path, name: str) -> ForeignFileError:
    return ForeignFileError(
        f"{path}: {shown(name)} belongs to no layer whose assets are read",
        hint="layers that save their own files cannot be converted: "
        "take the layer out of the model, or keep its state in variables",
    )
