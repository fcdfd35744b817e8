"""What the lists of public names cannot tell, by the family of the source and of the target.

Names are paths below ``tf``. Each entry was read in the sources of both releases: the function of
that name in ``tensorflow/python/ops/{math,array,nn,random,image}_ops*.py``, ``nn_impl.py``, and in
``tensorflow/python/keras``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from keraport.catalog.releases import Release, described_releases
from keraport.catalog.windows import held
from keraport.porting.release_names import names_of
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Tables:
    """One direction.

    Args:
        renamed: names whose implementation was rewritten, with the same meaning.
        modules: that stand elsewhere, with all their names.
        helpers: names that are missing or mean less, and the helper that stands in for them.
        helpers_with: the same where the call has a keyword: the keyword, and the helper.
        differs: names that are there but mean something else, and what they mean in the source.
        synonyms: a parameter of the source, and what the target may call it.
        decorators: that are left out, and why they may be.
        spelled: names in strings that the target does not know, and those that it does.
        itself: modules that are imported, and those that the target has in their place.
        python: the oldest Python 3 that the target's users have, and that is written for.
        reads_keras: ``import keras`` is followed: it means what ``tf.keras`` does.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)
    helpers: Mapping[str, str] = field(default_factory=dict)
    helpers_with: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    differs: Mapping[str, str] = field(default_factory=dict)
    synonyms: Mapping[str, str] = field(default_factory=dict)
    decorators: Mapping[str, str] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)
    itself: Mapping[str, str] = field(default_factory=dict)
    python: tuple[int, int] = (3, 5)
    reads_keras: bool = False


_INITIALIZERS = {
    "GlorotNormal": "glorot_normal",
    "GlorotUniform": "glorot_uniform",
    "HeNormal": "he_normal",
    "HeUniform": "he_uniform",
    "LecunNormal": "lecun_normal",
    "LecunUniform": "lecun_uniform",
}
"""Classes of initializers_v2.py, and the functions of init_ops.py that make the same."""

_COMPAT = ("as_bytes", "as_str", "as_str_any", "as_text")
"""Functions that the lists leave out, as they lie beside the other releases' names."""

TF2_TO_TF1 = Tables(
    renamed={
        **{f"keras.initializers.{a}": f"keras.initializers.{b}" for a, b in _INITIALIZERS.items()},
        **{f"initializers.{a}": f"keras.initializers.{b}" for a, b in _INITIALIZERS.items()},
        **{f"compat.{name}": f"compat.{name}" for name in _COMPAT},
        "argsort": "contrib.framework.argsort",
        "get_static_value": "contrib.util.constant_value",
        "image.transpose": "image.transpose_image",
        "is_tensor": "contrib.framework.is_tensor",
        "keras.backend.cumprod": "cumprod",
        "keras.backend.cumsum": "cumsum",
        "keras.losses.kl_divergence": "keras.losses.kullback_leibler_divergence",
        "keras.metrics.kl_divergence": "keras.losses.kullback_leibler_divergence",
        "keras.regularizers.L1": "keras.regularizers.l1",
        "keras.regularizers.L2": "keras.regularizers.l2",
        "nn.avg_pool2d": "nn.avg_pool",
        "nn.max_pool2d": "nn.max_pool",
        "nn.silu": "nn.swish",
        "nn.softmax_cross_entropy_with_logits": "nn.softmax_cross_entropy_with_logits_v2",
        "numpy_function": "py_func",
        "random.categorical": "multinomial",
        "random.set_seed": "set_random_seed",
        "sort": "contrib.framework.sort",
    },
    modules={"nest": "contrib.framework.nest"},
    helpers={
        "compat.dimension_value": "_dimension_value",
        "einsum": "_einsum_v2",
        "image.resize": "_resize_v2",
        "keras.backend.tile": "_backend_tile",
        "keras.layers.deserialize": "_deserialize_layer",
        "keras.layers.serialize": "_serialize_layer",
        "keras.saving.register_keras_serializable": "register_keras_serializable",
        "keras.utils.register_keras_serializable": "register_keras_serializable",
        "linalg.matmul": "_matmul_v2",
        "linalg.matvec": "_matvec",
        "math.reduce_std": "_reduce_std",
        "math.reduce_variance": "_reduce_variance",
        "matmul": "_matmul_v2",
        "nn.dropout": "_dropout_v2",
        "repeat": "_repeat",
        "tensor_scatter_nd_add": "_tensor_scatter_nd_add",
        "tensor_scatter_nd_update": "_tensor_scatter_nd_update",
        "where": "_where_v2",
    },
    helpers_with={
        "gather": ("batch_dims", "_gather_v2"),
        "range": ("dtype", "_range_v2"),
    },
    differs={
        "keras.losses.cosine_similarity": "has the other sign, and is called cosine_proximity",
        "nn.ctc_loss": "takes lengths of other things",
        "strings.split": "gives a ragged tensor",
    },
    synonyms={
        "axis": "dim",
        "dilations": "rate",
        "dtype": "output_dtype",
        "dtype_hint": "preferred_dtype",
        "filters": "filter",
        "input": "value",
        "keepdims": "keep_dims",
        "rate": "dilation_rate",
    },
    decorators={
        "function": "a graph is built anyway",
        "autograph.experimental.do_not_convert": "nothing is converted there",
    },
    spelled=_INITIALIZERS,
    itself={"tensorflow.compat.v1": "tensorflow"},
)


def tables_for(source: Release, target: Release) -> Tables:
    """The tables of a direction; empty ones for a direction without any."""
    return _TABLES.get((source.api, target.api), Tables())


def covered(source: Release, target: Release) -> bool:
    """True if there are rules for that direction, and the names of both releases are known."""
    named = source.id != target.id and names_of(source) and names_of(target)
    proven = _PROVEN.get((source.api, target.api))
    return (
        bool(named) and proven is not None and held(proven[0], source) and held(proven[1], target)
    )


def step_between(source: Release, target: Release) -> Release | None:
    """The release that source is rewritten for first, where there are no rules of one step.

    Those of two steps are applied one after the other; None where there is one step, or none.
    """
    if (source.api, target.api) in _TABLES or not covered(source, target):
        return None
    able = (
        one
        for one in reversed(described_releases())
        if all(pair in _TABLES for pair in ((source.api, one.api), (one.api, target.api)))
    )
    return next(one for one in able if covered(source, one) and covered(one, target))


def directions(target: Release) -> str:
    """What there are rules for, for a message: sources for a target, or the targets."""
    releases = described_releases()
    sources = [one.id for one in releases if covered(one, target)]
    if sources:
        return f"source for {target} can be that of {', '.join(sources)} (--from)"
    targets = [one.id for one in releases if any(covered(r, one) for r in releases)]
    return f"source can be rewritten for {', '.join(targets)} (--to)"


_NEWER = Tables(python=(3, 9), reads_keras=True)
"""Keras 3 and later releases of TensorFlow 2: what else there is stands in `newer`."""

_TABLES = {
    ("tf2", "tf1"): TF2_TO_TF1,
    ("keras2", "keras3"): _NEWER,
    ("keras2", "tf2"): _NEWER,
    ("keras3", "tf2"): _NEWER,
    ("tf1", "keras3"): _NEWER,
    ("tf1", "tf2"): _NEWER,
    ("tf2", "keras3"): _NEWER,
    ("tf2", "tf2"): _NEWER,
}

_OLD = "keras2 2.2.4..2.3, tf 1.12..1.15"
_PROVEN: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("tf2", "tf1"): ("tf 2.3..2.15, tf-keras none", "tf 1.12..1.15"),
    ("keras2", "keras3"): (_OLD, "keras3 3.15..3.15"),
    ("keras2", "tf2"): (_OLD, "tf 2.15..2.15, tf-keras none"),
    ("keras3", "tf2"): ("keras3 3.15..3.15", "tf 2.15..2.15, tf-keras none"),
    ("keras3", "tf1"): ("keras3 3.15..3.15", "tf 1.12..1.12"),
    ("tf1", "keras3"): (_OLD, "keras3 3.15..3.15"),
    ("tf1", "tf2"): (_OLD, "tf 2.15..2.15, tf-keras none"),
    ("tf2", "keras3"): ("tf 2.3..2.15, tf-keras none", "keras3 3.15..3.15"),
    ("tf2", "tf2"): ("tf 2.3..2.15, tf-keras none", "tf 2.15..2.15, tf-keras none"),
}
"""The sources and targets that the rules were proven on, as windows on the lines of releases."""
