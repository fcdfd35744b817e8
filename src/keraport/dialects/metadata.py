"""How TF 2 spells values in the metadata of SavedModels: with marks for tuples and shapes.

Source: ``json_utils.Encoder`` and ``SharedObjectSavingScope`` (TF 2.5).
"""

from __future__ import annotations

from typing import Final

from keraport.model import Value

_TUPLES: Final = frozenset({"__tuple__", "TensorShape"})


def plain_metadata(value: Value) -> Value:
    """The JSON that HDF5 files have: tuples as lists, without numbers of shared objects."""
    if isinstance(value, list):
        return [plain_metadata(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"class_name", "items"} and value["class_name"] in _TUPLES:
        return plain_metadata(value["items"])
    return {key: plain_metadata(item) for key, item in value.items() if key != "shared_object_id"}
