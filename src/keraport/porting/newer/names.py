"""What a public name of an older release is called in Keras 3, or in a later TensorFlow 2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import libcst as cst

from keraport.catalog.public_names import PublicName, public_names, shortest_names
from keraport.catalog.releases import release_with
from keraport.porting.context import Api, Context
from keraport.porting.newer import backend_table as table
from keraport.porting.newer import hard_sigmoid, operations_table, variables
from keraport.records import dataclass

_BACKEND = "keras.backend."
_OPERATIONS = ("keras.ops.", "keras.random.")
_LEGACY = "keras.src.legacy."
"""Where Keras 3 keeps copies of old functions, which ``tf.keras`` alone shows."""

_SHOWN = frozenset({"keras.layers.AlphaDropout"})
"""Of these, what ``keras`` shows as well."""

_LOSSES = {
    "KLD": "kl_divergence",
    "MAE": "mean_absolute_error",
    "MAPE": "mean_absolute_percentage_error",
    "MSE": "mean_squared_error",
    "MSLE": "mean_squared_logarithmic_error",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
}
"""Names that ``tf.keras.losses`` and ``.metrics`` have, and ``keras.losses`` does not."""

_RENAMED: Final[Mapping[str, str]] = {
    **{f"keras.losses.{old}": f"keras.losses.{new}" for old, new in _LOSSES.items()},
    **{f"keras.losses.{old.lower()}": f"keras.losses.{new}" for old, new in _LOSSES.items()},
    **{f"keras.metrics.{old}": f"keras.losses.{new}" for old, new in _LOSSES.items()},
    **{f"keras.metrics.{old.lower()}": f"keras.losses.{new}" for old, new in _LOSSES.items()},
    "keras.activations.hard_sigmoid": "keras.backend.hard_sigmoid",  # another slope in Keras 3
    "keras.backend.clear_session": "keras.utils.clear_session",
    "keras.backend.name_scope": "keras.name_scope",
    "keras.layers.AbstractRNNCell": "keras.layers.Layer",
    "keras.utils.register_keras_serializable": "keras.saving.register_keras_serializable",
}

_SHORT: Final[Mapping[str, str]] = {
    f"keras.{name}": f"keras.{module}.{name}"
    for module, name in (
        ("initializers", "Initializer"),
        ("layers", "Layer"),
        ("losses", "Loss"),
        ("metrics", "Metric"),
        ("optimizers", "Optimizer"),
        ("regularizers", "Regularizer"),
    )
}
"""Names that Keras 3 alone shows at its top."""

_OLDER: Final[Mapping[str, str]] = {"keras.activations.silu": "keras.activations.swish"}
"""What Keras 3 calls otherwise than TensorFlow 2, for releases that lack the new name."""

_SEED = "keras.random.SeedGenerator"
_SHAPE = "keras.ops.shape"
"""Gives a tuple, and ``tf.shape`` a tensor: ``+`` joins the ones and adds the others."""

_STATIC = frozenset(
    {"backend", "epsilon", "floatx", "get_uid", "image_data_format", "is_keras_tensor"}
    | {"set_epsilon", "set_floatx", "set_image_data_format", "standardize_dtype"}
)
"""What ``keras.backend`` of Keras 3 shows itself."""

_OF_A_GRAPH = frozenset(
    {"AUTO_REUSE", "Session", "get_collection", "get_default_graph", "get_default_session"}
    | {"get_variable", "global_variables_initializer", "placeholder", "variable_scope"}
)
_GRAPH_MODULES = ("contrib.", "layers.", "estimator.", "train.", "summary.")
_KERAS_TOO = ("initializers.", "losses.", "metrics.", "optimizers.")
_REDUCTIONS = {"NONE": "none", "SUM": "sum", "SUM_OVER_BATCH_SIZE": "sum_over_batch_size"}


@dataclass(frozen=True, slots=True)
class Found:
    """It is there.

    Args:
        text: the expression that names it, or the value in its place.
        entry: what it takes.
        said: defaults that a call has to say.
        helper: the helper that stands in for it; else empty.
    """

    text: str
    entry: PublicName | None = None
    said: Mapping[str, str] | None = None
    helper: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """It is not there."""

    reason: str


Answer = Found | Missing


def answer(api: Api, context: Context, call: cst.Call | None = None) -> Answer:
    """What `api` is called in the target.

    Args:
        api: a name of the source release.
        context: of the file.
        call: the call of it, if it is called.
    """
    if api.path == "keras" or api.path.startswith("keras."):
        known = _of_keras(api, context, call)
    else:
        known = _of_tensorflow(api, context, call)
    return known


def _of_keras(api: Api, context: Context, call: cst.Call | None) -> Answer:
    path = api.path
    if context.is_for_keras3:
        if path.startswith("keras.losses.Reduction."):
            return _reduction(path, context)
        if path.startswith(_BACKEND) and not context.source.has("has-operations"):
            return _of_backend(path.removeprefix(_BACKEND), context, call)
        if not context.source.has("has-operations"):
            path = _RENAMED.get(path, path)
    elif path.removeprefix(_BACKEND) in table.IN_TENSORFLOW and path not in context.target_names:
        other = table.IN_TENSORFLOW[path.removeprefix(_BACKEND)]
        if other.startswith("_"):
            return Found(other, helper=other)
        return Found(f"{context.tf}.{other}", context.target_names.get(other))
    elif path == f"keras.activations.{hard_sigmoid.NAME}" and hard_sigmoid.differs(context):
        return Found(hard_sigmoid.OF_KERAS_3, helper=hard_sigmoid.OF_KERAS_3)
    elif path == _SEED and call is not None:
        return Found("_seed_of", helper="_seed_of")
    elif path == _SHAPE:
        return Found("_sizes", helper="_sizes")
    elif path.startswith(_OPERATIONS):
        return operations_table.in_tensorflow(path, context, call)
    return _there(path, api, context)


def _there(path: str, api: Api, context: Context) -> Answer:
    """The same name of Keras, as the target spells it."""
    names = context.target_names
    if not context.is_for_keras3:
        path = path.replace("keras.saving.register", "keras.utils.register")
        path = _SHORT.get(path, path)
        if path not in names:
            path = _OLDER.get(path, path)
        entry = names.get(path)
        return Found(f"{context.tf}.{path}", entry) if entry else _not_there(api, context)
    if path.endswith("saving.register_keras_serializable"):
        return Found(path, names["keras.utils.register_keras_serializable"])
    entry = names.get(path)
    if entry is None:
        return _not_there(api, context)
    legacy = entry.identity.startswith(_LEGACY) and path not in _SHOWN
    return Found(f"{context.tf}.{path}" if legacy else path, entry)


def _not_there(api: Api, context: Context) -> Missing:
    return Missing(f"{_title(api)} is not in {context.target.title}")


def _title(api: Api) -> str:
    return api.path if api.path.startswith("keras.") else f"tf.{api.path}"


def _reduction(path: str, context: Context) -> Answer:
    name = path.rpartition(".")[2]
    if name == "AUTO":
        name = "SUM_OVER_BATCH_SIZE"  # what it is outside of distribution strategies
    if name in _REDUCTIONS:
        return Found(f'"{_REDUCTIONS[name]}"')
    return Missing(f"{path} is not in {context.target.title}")


def _of_backend(name: str, context: Context, call: cst.Call | None) -> Answer:
    names = context.target_names
    if name in _STATIC:
        return Found(f"{_BACKEND}{name}", names.get(f"{_BACKEND}{name}"))
    if call is not None and variables.as_weight(call, context) is not None:
        return Found(variables.HELPER)
    if name in table.UNSURE:
        return Missing(f"keras.backend.{name} {table.UNSURE[name]}")
    if name in table.HELPERS:
        if name == "in_train_phase" and (call is None or len(call.args) < 3):
            return Missing(f"keras.backend.{name} {table.UNSURE['learning_phase']}, and give it")
        return Found(table.HELPERS[name], helper=table.HELPERS[name])
    if name == "clip" and call is not None and _has_none(call):
        return Missing("keras.backend.clip takes None for no bound, and keras.ops.clip does not")
    path = table.OPERATIONS.get(name, "")
    if call is not None and len(call.args) == 1 and name in table.ONLY_FIRST:
        path = table.ONLY_FIRST[name]
    if path and (call is not None or name not in table.SAID):
        return Found(path, names.get(path), table.SAID.get(name))
    renamed = _RENAMED.get(f"{_BACKEND}{name}")
    if renamed:
        return Found(renamed, names.get(f"{_BACKEND}{name}"))
    old = names.get(f"{_BACKEND}{name}")
    if old is None:
        return Missing(f"keras.backend.{name} is not in {context.target.title}")
    return Found(f"{context.tf}.keras.backend.{name}", old)


def _has_none(call: cst.Call) -> bool:
    return any(
        isinstance(item.value, cst.Name) and item.value.value == "None" for item in call.args
    )


def _of_tensorflow(api: Api, context: Context, call: cst.Call | None) -> Answer:
    path, names = api.path, context.target_names
    if api.names is not context.source_names:  # tf.compat.v1, which stays what it is
        return Found(f"{context.tf}.compat.v1.{path}", None)
    last = path.split(".", 1)[0]
    old = context.source.has("is-tensorflow-1")
    if last in _OF_A_GRAPH or (old and path.startswith(_GRAPH_MODULES)):
        return Missing(f"tf.{path} is for graphs of TensorFlow 1")
    here = api.entry
    if here is None:
        return Missing(f"tf.{path} is not in {context.source.title}")
    if not (old and path.startswith(_KERAS_TOO)):
        there = names.get(path)
        if there is not None and (not old or _takes_the_same(here, there, call)):
            return Found(f"{context.tf}.{path}", there)
        moved = shortest_names(names).get(here.identity) if here.identity else None
        if moved is not None and (not old or _takes_the_same(here, names[moved], call)):
            return Found(f"{context.tf}.{moved}", names[moved])
    tensorflow_1 = public_names(release_with("names-tensorflow-1").id)
    if old and path in tensorflow_1:
        return Found(f"{context.tf}.compat.v1.{path}", tensorflow_1[path])
    return Missing(f"tf.{path} is not in {context.target.title}")


def _takes_the_same(here: PublicName, there: PublicName, call: cst.Call | None) -> bool:
    """True if the arguments of the call mean the same to both."""
    if here.identity.rpartition(":")[2] in _CHANGED:
        return False
    if here.parameters == there.parameters:
        return True
    if call is None or here.parameters is None or there.parameters is None:
        return False
    for index, item in enumerate(call.args):
        if item.star:
            return False
        if item.keyword is None:
            if here.parameters[: index + 1] != there.parameters[: index + 1]:
                return False
        elif item.keyword.value not in there.parameters:
            return False
    return True


_CHANGED = frozenset(
    {"boolean_mask", "case", "dropout", "foldl", "foldr", "scan", "squeeze", "where"}
    | {"softmax_cross_entropy_with_logits"}
)
"""Functions of TensorFlow 1 whose namesake does something else: ``where`` picks rows by a vector.

Those of the same parameters and another implementation, in the lists of 1.12 and 2.15.
"""
