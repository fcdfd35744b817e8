"""Metrics: classes since TF 1.13/1.15, functions before."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.combinators import Added, Cosmetic, NewClass, RenamedClass, Unchanged
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.changes.training.functions import AsFunction, Neutral
from keraport.model import Object
from keraport.report import Verdict

_CLASSES = keras_file("1.15.5", "metrics.py")
_FUNCTIONS = keras_file("2.3.0", "metrics.py")
_SINCE = own_keras_file("2.15.0", "metrics/__init__.py")

_CROSSENTROPY: Neutral = {"from_logits": (False,), "label_smoothing": (0, 0.0), "axis": (-1,)}

_AS_FUNCTION: tuple[tuple[str, str, Neutral], ...] = (
    ("BinaryAccuracy", "binary_accuracy", {"threshold": (0.5,)}),
    ("BinaryCrossentropy", "binary_crossentropy", _CROSSENTROPY),
    ("CategoricalAccuracy", "categorical_accuracy", {}),
    ("CategoricalCrossentropy", "categorical_crossentropy", _CROSSENTROPY),
    ("Hinge", "hinge", {}),
    ("KLDivergence", "kullback_leibler_divergence", {}),
    ("LogCoshError", "logcosh", {}),
    ("MeanAbsoluteError", "mean_absolute_error", {}),
    ("MeanAbsolutePercentageError", "mean_absolute_percentage_error", {}),
    ("MeanSquaredError", "mean_squared_error", {}),
    ("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error", {}),
    ("Poisson", "poisson", {}),
    ("SparseCategoricalAccuracy", "sparse_categorical_accuracy", {}),
    ("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy", _CROSSENTROPY),
    ("SparseTopKCategoricalAccuracy", "sparse_top_k_categorical_accuracy", {"k": (5,)}),
    ("SquaredHinge", "squared_hinge", {}),
    ("TopKCategoricalAccuracy", "top_k_categorical_accuracy", {"k": (5,)}),
)

_ONLY_CLASSES = (
    "AUC",
    "CategoricalHinge",
    "CosineSimilarity",
    "Mean",
    "MeanIoU",
    "MeanRelativeError",
    "MeanTensor",
    "Metric",
    "RootMeanSquaredError",
    "Sum",
)

_OF_CLASSES = ("MeanIoU", "IoU", "OneHotIoU", "OneHotMeanIoU")
_ADDED = (
    (("AUC",), "tf 2.5..", "from_logits", False, "its AUC takes probabilities"),
    (("AUC",), "tf 2.5..", "num_labels", None, "its AUC infers the number of labels"),
    (
        ("CategoricalCrossentropy", *_OF_CLASSES),
        "tf 2.10..",
        "axis",
        -1,
        "its classes lie along the last axis",
    ),
    (_OF_CLASSES, "tf 2.10..", "sparse_y_pred", True, "its MeanIoU takes numbers of classes"),
    (
        ("MeanIoU", "IoU"),
        "tf 2.10..",
        "sparse_y_true",
        True,
        "its MeanIoU takes numbers of classes",
    ),
    (
        (*_OF_CLASSES, "SparseCategoricalCrossentropy"),
        "tf 2.10..",
        "ignore_class",
        None,
        "it counts every class",
    ),
    (
        (
            *("PrecisionAtRecall", "RecallAtPrecision"),
            *("SensitivityAtSpecificity", "SpecificityAtSensitivity"),
        ),
        "tf 2.5..",
        "class_id",
        None,
        "it takes all classes together",
    ),
)
"""Class, its releases, keyword, the value that stands for what others do, and what that is."""


@declared
class MetricsByOutput(Unchanged):
    """A list of lists gives each output metrics of its own; older releases give all to each."""

    alters_meaning = True


@declared
class FunctionsByName(Effect):
    """A metric that was given as a function is written as a wrapper of that function's own name."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """By a name that the loader of the release finds."""
        config = config_of(subject)
        name = config.get(change.key)
        if not isinstance(name, str) or site.api.find(Kind.METRIC, name) is not None:
            return subject
        other = _OTHER_NAMES.get(name, "")
        if site.api.find(Kind.METRIC, other) is None:
            raise Refused(f"{site.target} has no metric {name}", source=change.source)
        text = f"{change.key}={name!r} is {other!r} there"
        site.note(Verdict.EXACT, text, source=change.source)
        return configured(subject, {**config, change.key: other})


@declared
class WrapsByName(Effect):
    """A wrapper takes its function by name; without the change a model that is loaded fails."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The function itself."""
        name = config_of(subject).get(change.key)
        if not isinstance(subject, Object) or not isinstance(name, str):
            return subject
        site.note(
            Verdict.EXACT,
            f"{subject.class_name} is written as the function {name}",
            source=change.source,
        )
        return replace(subject, class_name=name, config=None)


_OTHER_NAMES = {"kl_divergence": "kullback_leibler_divergence", "log_cosh": "logcosh"}
"""Names of functions, and the names by which loaders of metrics find them."""

CHANGES = (
    Change(
        Kind.METRIC,
        ("*",),
        key="metrics",
        held="tf 1.15..",
        source=keras_file("1.12.0", "engine/training_utils.py"),
        effect=MetricsByOutput("flat lists and dicts stay what they are"),
    ),
    *(
        Change(
            Kind.METRIC,
            (name,),
            held="tf 1.14.., keras2 2.3..",
            source=_CLASSES,
            effect=AsFunction(function, neutral),
        )
        for name, function, neutral in _AS_FUNCTION
    ),
    Change(
        Kind.METRIC,
        _ONLY_CLASSES,
        held="tf 1.14.., keras2 2.3..",
        source=_CLASSES,
        effect=NewClass(),
    ),
    Change(
        Kind.METRIC,
        ("BinaryAccuracy", "CategoricalAccuracy", "Mean", "Metric", "SparseCategoricalAccuracy"),
        held="tf 1.14..",
        source=_CLASSES,
        effect=Unchanged(
            "keywords of the base class Layer, which metrics do not use",
            keys=("trainable", "batch_input_shape"),
        ),
    ),
    Change(
        Kind.METRIC,
        (
            *(name for name, _, _ in _AS_FUNCTION),
            "Accuracy",
            "CategoricalHinge",
            "CosineSimilarity",
        ),
        key="fn",
        held="tf 1.13..1.13, tf 2.2..",
        source=_FUNCTIONS,
        effect=Cosmetic("it names the function that the class stands for anyway"),
    ),
    Change(
        Kind.METRIC,
        ("AUC",),
        key="multi_label",
        held="tf 2.1..",
        source=_FUNCTIONS,
        effect=Added(neutral=False, because="its AUC flattens the labels"),
    ),
    Change(
        Kind.METRIC,
        ("AUC",),
        key="label_weights",
        held="tf 2.1..",
        source=_FUNCTIONS,
        effect=Added(neutral=None, because="its AUC flattens the labels"),
    ),
    *(
        Change(Kind.METRIC, (name,), held=held, source=_FUNCTIONS, effect=NewClass())
        for name, held in (("PrecisionAtRecall", "tf 2.1.."), ("RecallAtPrecision", "tf 2.2.."))
    ),
    Change(
        Kind.METRIC,
        ("kl_divergence",),
        held="tf 2.3..",
        source=_FUNCTIONS,
        effect=RenamedClass("kullback_leibler_divergence", alias=True),
    ),
    Change(
        Kind.METRIC,
        ("kullback_leibler_divergence", "cosine_proximity", "cosine"),
        held="tf 2.3..",
        source=_FUNCTIONS,
        effect=Unchanged("the older names stay aliases of the newer ones where they are resolved"),
    ),
    *(
        Change(
            Kind.METRIC,
            names,
            key=key,
            held=held,
            source=_SINCE,
            effect=Added(neutral=neutral, because=because),
        )
        for names, held, key, neutral, because in _ADDED
    ),
    *(
        Change(Kind.METRIC, names, held=held, source=_SINCE, effect=NewClass())
        for names, held in (
            (("BinaryIoU", "IoU", "OneHotIoU", "OneHotMeanIoU"), "tf 2.8.."),
            (("F1Score", "FBetaScore", "R2Score"), "tf 2.13.."),
        )
    ),
    Change(
        Kind.METRIC,
        ("log_cosh",),
        held="tf 2.4..",
        source=_SINCE,
        effect=RenamedClass("logcosh", alias=True),
    ),
    Change(
        Kind.METRIC,
        ("MeanMetricWrapper",),
        key="fn",
        held="tf 2.15..",
        source=_SINCE,
        effect=FunctionsByName(),
    ),
    Change(
        Kind.METRIC,
        ("MeanMetricWrapper",),
        key="fn",
        held="tf 2.3..",
        source=_FUNCTIONS,
        effect=WrapsByName(),
    ),
    Change(
        Kind.METRIC,
        (
            *("MeanMetricWrapper", "Metric", "Reduce", "SensitivitySpecificityBase"),
            *("accuracy", "categorical_hinge"),
        ),
        held="keras2 2.3..",
        source=own_keras_file("2.3.1", "metrics.py"),
        effect=Unchanged("base classes, and functions that have another name in files"),
    ),
)
