# mypy: ignore-errors
# ruff: noqa: E501
"""Objects of a real release: built, taken apart, and tried with keywords."""
# It runs under the release's own Python, 3.6 among them: no newer syntax, no newer library.

import copy
import inspect

from probe_kinds import keras, tf, unwrapped

BOGUS = "no_release_has_this_keyword"
REJECTIONS = (
    "unexpected keyword",
    "not understood",
    "unrecognized keyword",
    "invalid keyword",
    "unknown keyword",
    "unknown argument",
    "unexpected argument",
    "not a valid argument",
    "multiple values for",
    "not recognized",
    "takes no parameters",
    "takes no arguments",
    "is deprecated in the new keras optimizer",
    "is deprecated in",
)


def identifier(obj):
    obj = unwrapped(obj)
    return obj.__module__.replace("tensorflow_core", "tensorflow") + ":" + obj.__name__


def plain(value):
    """A default as JSON; None if it has no JSON form."""
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if value is None or type(value) in (bool, int, str):
        return {"value": value}
    if type(value) is float:
        return {"value": value if value == value and abs(value) != float("inf") else repr(value)}
    if type(value) is dict:
        return {"dict": {str(key): plain(item) for key, item in value.items()}}
    return {"other": str(type(value))}


def parameters(obj):
    target = obj.__init__ if inspect.isclass(obj) else obj
    items = list(inspect.signature(target).parameters.values())
    items = items[1:] if inspect.isclass(obj) else items
    named = [p for p in items if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    return [[p.name, [] if p.default is p.empty else [plain(p.default)]] for p in named]


def lstm():
    return keras.layers.LSTM(3, return_sequences=True)


ARGUMENTS = {
    "units": 3, "filters": 4, "kernel_size": 3, "rate": 0.5, "activation": "relu", "n": 3,
    "function": lambda x: x, "input_dim": 10, "output_dim": 4, "dims": (2, 1), "stddev": 0.1,
    "target_shape": (2, 2), "axis": -1, "axes": 1, "pool_size": 2, "input_shape": (3,),
    "equation": "ab,bc->ac", "output_shape": (3,), "height": 8, "width": 8, "factor": 0.2,
    "num_heads": 2, "key_dim": 4, "max_tokens": 10, "num_bins": 8, "num_tokens": 8, "scale": 0.5,
    "bins": [1.0, 2.0], "bin_boundaries": [1.0, 2.0], "l1": 0.1, "value": 0.5, "num_classes": 2,
    "sensitivity": 0.5, "specificity": 0.5, "precision": 0.5, "recall": 0.5, "threshold": 0.5,
    "target_class_ids": [0], "learning_rate": 0.01, "lr": 0.01, "decay_steps": 10,
    "decay_rate": 0.9, "boundaries": [1], "values": [0.1, 0.2], "end_learning_rate": 0.001,
    "initial_learning_rate": 0.1, "first_decay_steps": 3, "warmup_steps": 2, "name": "policy_x",
    "fn": lambda y_true, y_pred: y_pred, "feature_columns": [tf.feature_column.numeric_column("x")], "rank": 2,
    "pool_function": keras.backend.pool2d, "strides": 2, "fill_mode": "constant", "normalizer": [1.0],
    "height_factor": 0.2, "width_factor": 0.2, "unconditional": False,
}  # fmt: skip
OBJECTS = {
    "layer": lstm,
    "cell": lambda: keras.layers.LSTMCell(3),
    "cells": lambda: [keras.layers.LSTMCell(3)],
    "optimizer": lambda: keras.optimizers.SGD(0.1),
    "linear_model": lambda: keras.experimental.LinearModel(),
    "dnn_model": lambda: keras.Sequential([keras.layers.Dense(1)]),
    "inner_optimizer": lambda: keras.optimizers.SGD(0.1),
}
BY_CLASS = {
    "ConvLSTM2DCell": {"kernel_size": (3, 3)},
    "InputLayer": {"input_shape": (3,)},
    "CategoryEncoding": {"num_tokens": 4},
    "Policy": {"name": "float32"},
}


def functional_model():
    x = keras.layers.Input((3,))
    return keras.Model(x, keras.layers.Dense(2)(x))


MODELS = {"Model": functional_model, "Functional": functional_model, "Network": functional_model}


def build(cls):
    if cls.__name__ == "LossScaleOptimizer" and hasattr(keras.optimizers, "legacy"):
        return cls(keras.optimizers.legacy.SGD(0.1))
    if cls.__name__ in MODELS:
        return MODELS[cls.__name__]()
    arguments = {}
    for name, default in parameters(cls):
        if default:
            continue
        if name in OBJECTS:
            arguments[name] = OBJECTS[name]()
        elif name in ARGUMENTS:
            arguments[name] = ARGUMENTS[name]
        else:
            raise LookupError("no value known for " + name)
    known = {name for name, _ in parameters(cls)}
    special = BY_CLASS.get(cls.__name__, {})
    arguments.update(
        {name: value for name, value in special.items() if name in known or name == "input_shape"}
    )
    return cls(**arguments)


def rejected(cls, config, keywords):
    """The keywords that `from_config` does not take beside a sound config."""
    found = []
    for keyword in keywords:
        if keyword in config:
            continue
        trial = dict(copy.deepcopy(config), **{keyword: None})
        try:
            if hasattr(cls, "from_config"):
                cls.from_config(trial)
            else:
                cls(**trial)
        except Exception as error:
            if any(words in str(error).lower() for words in REJECTIONS):
                found.append(keyword)
    return found


def answer(cls, keywords):
    row = {"parameters": parameters(cls), "function": not inspect.isclass(cls)}
    if row["function"]:
        return row
    try:
        instance = build(cls)
        if hasattr(instance, "supports_masking"):
            row["masking"] = bool(instance.supports_masking)
        config = instance.get_config()
        row["config"] = sorted(config)
        if hasattr(cls, "from_config"):
            cls.from_config(copy.deepcopy(config))
        else:
            cls(**copy.deepcopy(config))
    except Exception as error:
        row["unbuilt"] = repr(error)[:200]
        return row
    row["rejected"] = rejected(cls, config, [BOGUS, *keywords])
    return row
