"""Classes that older releases lack and that cannot yet be said with what they have.

Each row: class, first described release that has it, what it does that the older release lacks.
"""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Added, NewClass
from keraport.changes.sources import keras_file

_VERSION = {"tf1.15": "1.15.5", "tf2.3": "2.3.0"}
_PREPROCESSING = "layers/preprocessing/"

_NEW = (
    ("AbstractRNNCell", "tf1.15", "layers/recurrent.py", "cells there derive from Layer"),
    ("AdditiveAttention", "tf1.15", "layers/dense_attention.py", "it has no attention layers"),
    ("Attention", "tf1.15", "layers/dense_attention.py", "it has no attention layers"),
    ("DenseFeatures", "tf1.15", "feature_column/dense_features.py", "it has no feature columns"),
    (
        "LayerNormalization",
        "tf1.15",
        "layers/normalization.py",
        "no layer of it normalises each sample by itself",
    ),
    (
        "TensorFlowOpLayer",
        "tf1.15",
        "engine/base_layer.py",
        "a raw TensorFlow operation has no layer there",
    ),
    ("CategoryCrossing", "tf2.3", f"{_PREPROCESSING}category_crossing.py", ""),
    ("CategoryEncoding", "tf2.3", f"{_PREPROCESSING}category_encoding.py", ""),
    ("CenterCrop", "tf2.3", f"{_PREPROCESSING}image_preprocessing.py", ""),
    ("Conv1DTranspose", "tf2.3", "layers/convolutional.py", ""),
    ("Discretization", "tf2.3", f"{_PREPROCESSING}discretization.py", ""),
    ("EinsumDense", "tf2.3", "layers/einsum_dense.py", ""),
    ("Hashing", "tf2.3", f"{_PREPROCESSING}hashing.py", ""),
    ("IntegerLookup", "tf2.3", f"{_PREPROCESSING}integer_lookup.py", ""),
    ("Normalization", "tf2.3", f"{_PREPROCESSING}normalization.py", ""),
    ("RandomContrast", "tf2.3", f"{_PREPROCESSING}image_preprocessing.py", ""),
    ("RandomCrop", "tf2.3", f"{_PREPROCESSING}image_preprocessing.py", ""),
    ("RandomFlip", "tf2.3", f"{_PREPROCESSING}image_preprocessing.py", ""),
    ("RandomFourierFeatures", "tf2.3", "layers/kernelized.py", ""),
    ("RandomHeight", "tf2.3", f"{_PREPROCESSING}image_preprocessing.py", ""),
    ("RandomRotation", "tf2.3", f"{_PREPROCESSING}image_preprocessing.py", ""),
    ("RandomTranslation", "tf2.3", f"{_PREPROCESSING}image_preprocessing.py", ""),
    ("RandomWidth", "tf2.3", f"{_PREPROCESSING}image_preprocessing.py", ""),
    ("RandomZoom", "tf2.3", f"{_PREPROCESSING}image_preprocessing.py", ""),
    ("Rescaling", "tf2.3", f"{_PREPROCESSING}image_preprocessing.py", ""),
    ("Resizing", "tf2.3", f"{_PREPROCESSING}image_preprocessing.py", ""),
    ("StringLookup", "tf2.3", f"{_PREPROCESSING}string_lookup.py", ""),
    ("SyncBatchNormalization", "tf2.3", "layers/normalization_v2.py", ""),
    ("TextVectorization", "tf2.3", f"{_PREPROCESSING}text_vectorization.py", ""),
)

_HINT = (
    "cut the model before and after the layer, or rebuild it from layers that the target has; "
    "`keraport check` lists every such layer"
)

CHANGES = (
    *(
        Change(
            Kind.LAYER,
            (name,),
            since=since,
            source=keras_file(_VERSION[since], path),
            what=NewClass(because=because, hint=_HINT),
        )
        for name, since, path, because in _NEW
    ),
    Change(
        Kind.LAYER,
        ("AdditiveAttention", "Attention"),
        key="dropout",
        since="tf2.3",
        source=keras_file("2.3.0", "layers/dense_attention.py"),
        what=Added(neutral=0.0, because="its attention drops nothing out while training"),
    ),
    Change(
        Kind.LAYER,
        ("DenseFeatures",),
        key="partitioner",
        since="tf2.3",
        source=keras_file("2.3.0", "feature_column/dense_features.py"),
        what=Added(neutral=None),
    ),
)
