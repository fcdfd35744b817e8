"""Models as frozen data; imports nothing else of keraport."""

from keraport.model.file import WEIGHTS_ALONE, Format, ModelFile, Producer, WeightGroup
from keraport.model.graph import (
    FUNCTION,
    KERAS,
    NAMELESS,
    OPERATIONS,
    UNREGISTERED,
    Call,
    Config,
    Constant,
    Layer,
    Model,
    Object,
    TensorRef,
    Value,
)
from keraport.model.training import Training
from keraport.model.weights import (
    StoredBytes,
    Weight,
    combined_weight,
    constant_weight,
    origin_of,
    origins_of,
    transformed_weight,
)

__all__ = [
    "FUNCTION",
    "KERAS",
    "NAMELESS",
    "OPERATIONS",
    "UNREGISTERED",
    "WEIGHTS_ALONE",
    "Call",
    "Config",
    "Constant",
    "Format",
    "Layer",
    "Model",
    "ModelFile",
    "Object",
    "Producer",
    "StoredBytes",
    "TensorRef",
    "Training",
    "Value",
    "Weight",
    "WeightGroup",
    "combined_weight",
    "constant_weight",
    "origin_of",
    "origins_of",
    "transformed_weight",
]
