"""Classes of the user's own that add weights to a built-in layer that reads its own by number.

``load_own_variables`` of these layers of Keras 3 gives values to the weights of the built-in class
alone, and leaves what a class below it has added as it was made: an archive loads without a word,
and predicts something else (``keras/src/layers/core/dense.py``, Keras 3.15).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from keraport import hub
from keraport.errors import UsageError
from keraport.model import Format, Layer, ModelFile
from keraport.own.definitions import Definition

READ_ALONE: Final = hub.names(lambda row: row.reads_own_alone)
_ARCHIVES: Final = frozenset({Format.KERAS, Format.KERAS_WEIGHTS})


def require_read_back(
    file: ModelFile, definitions: Mapping[str, Definition], where: Path, title: str, hint: str
) -> None:
    """Refuse an archive whose loader would leave weights out.

    Args:
        file: as it will be written.
        definitions: of the user's files, by name.
        where: the output.
        title: of the target, a release of Keras 3.
        hint: what to write instead.

    Raises:
        UsageError: a layer has more weights than the built-in class reads that it derives from.
    """
    if file.format not in _ARCHIVES or file.model is None:
        return
    for layer in file.model.layers:
        base = _base(layer.class_name.rpartition(">")[2], definitions)
        if base and len(layer.weights) > _read_by(base, layer):
            raise UsageError(
                f"{where}: layer {layer.name!r} ({layer.class_name}) has {len(layer.weights)} "
                f"weights, and {title} reads an archive by what {base} has, which leaves out "
                "what a class below it adds",
                hint=hint,
            )


def _base(name: str, definitions: Mapping[str, Definition]) -> str:
    """The built-in class that a class of the user's derives from, if it is one of these."""
    waiting, seen = [name], set[str]()
    while waiting:
        definition = definitions.get(waiting.pop())
        if definition is None or definition.name in seen:
            continue
        seen.add(definition.name)
        for base in definition.bases:
            built_in = base.replace("Convolution", "Conv")
            if base not in definitions and built_in in READ_ALONE:
                return built_in
        waiting += definition.bases
    return ""


def _read_by(base: str, layer: Layer) -> int:
    """How many weights the built-in class has."""
    return len(hub.own_variables(base, layer.config) or ())
