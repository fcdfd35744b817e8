"""Losses: classes since TF 1.14/1.15, functions before; and functions that changed their name."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Added, Cosmetic, NewClass, RenamedClass, Unchanged
from keraport.changes.declared import declared
from keraport.changes.sources import keras_file, own_keras_file
from keraport.changes.training.functions import AsFunction

_CLASSES = keras_file("1.15.5", "losses.py")
_FUNCTIONS = keras_file("2.3.0", "losses.py")
_SINCE = own_keras_file("2.15.0", "losses.py")

_MEAN = {"reduction": ("auto", "sum_over_batch_size"), "axis": (-1,)}
_CROSSENTROPY = {**_MEAN, "from_logits": (False,), "label_smoothing": (0, 0.0)}

_AS_FUNCTION = (
    ("BinaryCrossentropy", "binary_crossentropy", _CROSSENTROPY),
    ("CategoricalCrossentropy", "categorical_crossentropy", _CROSSENTROPY),
    ("CategoricalHinge", "categorical_hinge", _MEAN),
    ("Hinge", "hinge", _MEAN),
    ("KLDivergence", "kullback_leibler_divergence", _MEAN),
    ("LogCosh", "logcosh", _MEAN),
    ("MeanAbsoluteError", "mean_absolute_error", _MEAN),
    ("MeanAbsolutePercentageError", "mean_absolute_percentage_error", _MEAN),
    ("MeanSquaredError", "mean_squared_error", _MEAN),
    ("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error", _MEAN),
    ("Poisson", "poisson", _MEAN),
    ("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy", _CROSSENTROPY),
    ("SquaredHinge", "squared_hinge", _MEAN),
    ("CosineSimilarity", "cosine_proximity", _MEAN),
)

_FIRST = frozenset(
    {
        *("BinaryCrossentropy", "CategoricalCrossentropy", "MeanAbsoluteError"),
        *("MeanAbsolutePercentageError", "MeanSquaredError", "MeanSquaredLogarithmicError"),
    }
)
"""Those of them that TF 1.13 has."""

_RENAMED = (
    ("kl_divergence", "kullback_leibler_divergence", "tf 2.3.."),
    ("log_cosh", "logcosh", "tf 2.3.."),
    ("bce", "binary_crossentropy", "tf 2.1.."),
    ("BCE", "binary_crossentropy", "tf 2.1.."),
)


@declared
class LossOfAnyDtype(Unchanged):
    """Losses compute in the dtype of the output; older ones in float32 alone, or fail."""

    alters_meaning = True


@declared
class LossesOfSeveralDtypes(Unchanged):
    """Losses of outputs of different dtypes, and of integers, are cast before they are added up."""

    alters_meaning = True


@declared
class CompilesWithoutLoss(Unchanged):
    """A model may be compiled with an optimizer alone; older ones want something to optimize.

    A loss for one of the outputs is enough, and so is a regularizer or an AddLoss.
    """

    alters_meaning = True


CHANGES = (
    Change(
        Kind.LOSS,
        ("*",),
        key="loss",
        held="tf 2.3..",
        source=keras_file("1.15.5", "engine/training.py"),
        effect=CompilesWithoutLoss("a model with a loss is compiled as it is"),
    ),
    Change(
        Kind.LOSS,
        ("*",),
        key="dtype",
        held="tf 2.3..",
        source=keras_file("1.15.5", "engine/training.py"),
        effect=LossesOfSeveralDtypes("outputs of one floating dtype are compiled as they are"),
    ),
    Change(
        Kind.LOSS,
        ("*",),
        key="dtype",
        held="tf 1.15..",
        source=keras_file("1.12.0", "engine/training.py"),
        effect=LossOfAnyDtype("losses of float32 outputs stay what they are"),
    ),
    *(
        Change(
            Kind.LOSS,
            (name,),
            held=f"tf {'1.13' if name in _FIRST else '1.14'}.., keras2 2.3..",
            source=_CLASSES,
            effect=AsFunction(function, neutral),
        )
        for name, function, neutral in _AS_FUNCTION
    ),
    *(
        Change(Kind.LOSS, (name,), held=held, source=_CLASSES, effect=NewClass())
        for name, held in (
            ("Huber", "tf 1.14.., keras2 2.3.."),
            ("Loss", "tf 1.13.., keras2 2.3.."),
        )
    ),
    *(
        Change(
            Kind.LOSS,
            (new,),
            held=held,
            source=_FUNCTIONS,
            effect=RenamedClass(old, alias=True),
        )
        for new, old, held in _RENAMED
    ),
    Change(
        Kind.LOSS,
        # The older name is listed as well: newer releases do not resolve it any more.
        ("cosine_similarity", "cosine_proximity"),
        held="tf 2.0..",
        source=_FUNCTIONS,
        effect=RenamedClass("cosine_proximity"),
    ),
    Change(
        Kind.LOSS,
        ("KLDivergence", "LogCosh"),
        key="name",
        held="tf 2.3..",
        source=_FUNCTIONS,
        effect=Unchanged("the default name only labels the loss"),
    ),
    Change(
        Kind.LOSS,
        ("huber", "huber_loss"),
        held="tf 2.3.., keras2 2.3..",
        source=_FUNCTIONS,
        effect=NewClass(),
    ),
    Change(
        Kind.LOSS,
        ("kullback_leibler_divergence", "logcosh", "cosine"),
        held="tf 2.3..",
        source=_FUNCTIONS,
        effect=Unchanged("the older names stay aliases of the newer ones where they are resolved"),
    ),
    Change(
        Kind.LOSS,
        (*(name for name, _, _ in _AS_FUNCTION), "Huber", "BinaryFocalCrossentropy"),
        key="fn",
        held="tf 2.10..",
        source=_SINCE,
        effect=Cosmetic("it names the function that the class stands for anyway"),
    ),
    *(
        Change(
            Kind.LOSS,
            ("BinaryFocalCrossentropy",),
            key=key,
            held="tf 2.10..",
            source=_SINCE,
            effect=Added(neutral=neutral, because="it does not weight the classes"),
        )
        for key, neutral in (("alpha", 0.25), ("apply_class_balancing", False))
    ),
    Change(
        Kind.LOSS,
        ("BinaryCrossentropy", "CategoricalCrossentropy"),
        key="axis",
        held="tf 2.6..",
        source=_SINCE,
        effect=Added(neutral=-1, because="its classes lie along the last axis"),
    ),
    Change(
        Kind.LOSS,
        ("SparseCategoricalCrossentropy",),
        key="ignore_class",
        held="tf 2.10..",
        source=_SINCE,
        effect=Added(neutral=None, because="its losses count every class"),
    ),
    *(
        Change(Kind.LOSS, names, held=held, source=_SINCE, effect=NewClass())
        for names, held in (
            (("BinaryFocalCrossentropy", "binary_focal_crossentropy"), "tf 2.8.."),
            (("CategoricalFocalCrossentropy", "categorical_focal_crossentropy"), "tf 2.13.."),
        )
    ),
    Change(
        Kind.LOSS,
        ("LossFunctionWrapper",),
        held="keras2 2.3..",
        source=own_keras_file("2.3.1", "losses.py"),
        effect=Unchanged("the base class of losses, which no file names"),
    ),
)
