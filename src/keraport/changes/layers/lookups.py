"""Keywords of layers that look words up, in the releases that keep vocabularies in configs."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Added, Unchanged
from keraport.changes.sources import own_keras_file

_FOLDER = "layers/preprocessing/"
_LOOKUP = own_keras_file("2.15.0", f"{_FOLDER}index_lookup.py")
_TEXT = own_keras_file("2.15.0", f"{_FOLDER}text_vectorization.py")
_NO_IDF = "it has no tf-idf"
_UTF_8 = "it takes strings as UTF-8"

_ADDED = (
    (("IntegerLookup", "StringLookup"), "idf_weights", "tf 2.7..", None, _NO_IDF, _LOOKUP),
    (
        ("IntegerLookup",),
        "vocabulary_dtype",
        "tf 2.8..",
        "int64",
        "its integers are int64",
        _LOOKUP,
    ),
    (("StringLookup",), "encoding", "tf 2.11..", "utf-8", _UTF_8, _LOOKUP),
    (("TextVectorization",), "encoding", "tf 2.11..", "utf-8", _UTF_8, _TEXT),
)
"""Class, keyword, the releases that have it, what stands for those without, why, source."""

_BEFORE = (
    ("IntegerLookup", ("mask_token", "max_tokens", "oov_token")),
    ("StringLookup", ()),
    ("TextVectorization", ()),
)
"""Class, and what TF 2.5 changed of it beside that which all of them got."""

_OF_ALL = (
    *("has_static_table", "output_mode", "pad_to_max_tokens", "sparse", "vocabulary"),
    "vocabulary_size",
)

CHANGES = (
    *(
        Change(
            Kind.LAYER,
            names,
            key=key,
            held=held,
            source=source,
            effect=Added(neutral=neutral, because=because),
        )
        for names, key, held, neutral, because, source in _ADDED
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held="tf 2.5..",
            source=_LOOKUP,
            effect=Unchanged(
                "without its vocabulary the layer is refused anyway", keys=(*_OF_ALL, *keys)
            ),
        )
        for name, keys in _BEFORE
    ),
)
