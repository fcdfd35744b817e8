"""The spellings that are written, by the names that `keraport.kits` calls them by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from keraport.dialects import keras2_12, keras3_documents, plain
from keraport.dialects.located import Located
from keraport.dialects.training import dump_training
from keraport.model import Model, Training
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the documents of a file are spelt.

    Args:
        whole: the document of a model, with how it was compiled if that stands in it.
        compiled: the ``training_config`` of HDF5 files.
        hidden: what the names of attributes begin with that hold the layers that a layer makes
            itself, in ``.weights.h5`` files (MultiHeadAttention: ``_query_dense``).
        not_in_hdf5: a mark that the loader of HDF5 files does not understand.
        names_groups: groups of those files say the name of their layer.
    """

    whole: Callable[[Model, Training | None], dict[str, Any]]
    compiled: Callable[[Training], dict[str, Any]]
    hidden: str = "_"
    not_in_hdf5: str = ""
    names_groups: bool = False


def _plain(model: Model, training: Training | None) -> dict[str, Any]:  # noqa: ARG001
    return plain.dump_model(model)


def spelling(name: str, own: frozenset[str] = frozenset()) -> Spelling:
    """The spelling of that name.

    Args:
        name: a key of `SPELLINGS`.
        own: names that the loader is given, of the user's own classes and functions and of a
            companion.
    """
    documents = _DOCUMENTS.get(name)
    if documents is None:
        return SPELLINGS[name]
    documents = replace(documents, own=own)
    found = SPELLINGS[name]
    compiled = documents.dump_training if found.names_groups else found.compiled
    return replace(found, whole=documents.dump_model, compiled=compiled)


def _of_keras_3(documents: Located) -> Spelling:
    return Spelling(
        documents.dump_model,
        documents.dump_training,
        hidden="",
        not_in_hdf5='"__ellipsis__"',
        names_groups=True,
    )


PLAIN: Final = Spelling(_plain, dump_training)
_DOCUMENTS: Final[Mapping[str, Located]] = {
    "keras2.12": keras2_12.DOCUMENTS,
    "tf-keras": keras2_12.OF_TF_KERAS,
    "keras3": keras3_documents.DOCUMENTS,
    "keras3.3": keras3_documents.OF_3_3,
    "keras3.0": keras3_documents.UP_TO_3_2,
}
SPELLINGS: Final[Mapping[str, Spelling]] = {
    "plain": PLAIN,
    "keras2.12": Spelling(keras2_12.DOCUMENTS.dump_model, dump_training),
    "tf-keras": Spelling(keras2_12.OF_TF_KERAS.dump_model, dump_training),
    "keras3": _of_keras_3(keras3_documents.DOCUMENTS),
    "keras3.3": _of_keras_3(keras3_documents.OF_3_3),
    "keras3.0": _of_keras_3(keras3_documents.UP_TO_3_2),
}
