"""Losses, metrics, optimizers and schedules of Keras 3."""

from __future__ import annotations

from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.combinators import (
    Added,
    Cosmetic,
    DefaultChanged,
    NewClass,
    RenamedValue,
    Unchanged,
)
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import DROPPED, NEW, again_in, keras3_file, since
from keraport.changes.site import Expansion, Site

_LOSSES: Final = keras3_file("losses/losses.py")
_METRICS: Final = keras3_file("metrics/__init__.py")
_OPTIMIZERS: Final = keras3_file("optimizers/base_optimizer.py")
_SCHEDULES: Final = keras3_file("optimizers/schedules/learning_rate_schedule.py")

_CLASSES: Final = (
    *("BinaryCrossentropy", "BinaryFocalCrossentropy", "CategoricalCrossentropy"),
    *("CategoricalFocalCrossentropy", "CategoricalHinge", "CosineSimilarity", "Hinge", "Huber"),
    *("KLDivergence", "LogCosh", "MeanAbsoluteError", "MeanAbsolutePercentageError"),
    *("MeanSquaredError", "MeanSquaredLogarithmicError", "Poisson"),
    *("SparseCategoricalCrossentropy", "SquaredHinge"),
)

_METRICS_OF_FUNCTIONS: Final = (
    *("Accuracy", "BinaryAccuracy", "BinaryCrossentropy", "CategoricalAccuracy"),
    *("CategoricalCrossentropy", "CategoricalHinge", "CosineSimilarity", "Hinge", "KLDivergence"),
    *("LogCoshError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError"),
    *("MeanSquaredLogarithmicError", "Poisson", "SparseCategoricalAccuracy"),
    *("SparseCategoricalCrossentropy", "SparseTopKCategoricalAccuracy", "SquaredHinge"),
    "TopKCategoricalAccuracy",
)
"""Metrics that know the function that they wrap; a `MeanMetricWrapper` does not."""

_FUNCTIONS: Final = (
    *("binary_accuracy", "binary_crossentropy", "categorical_accuracy", "hinge", "poisson"),
    *("categorical_crossentropy", "categorical_hinge", "mean_absolute_error", "squared_hinge"),
    *("mean_absolute_percentage_error", "mean_squared_error", "mean_squared_logarithmic_error"),
    *("sparse_categorical_accuracy", "sparse_categorical_crossentropy"),
    *("sparse_top_k_categorical_accuracy", "top_k_categorical_accuracy"),
)

_NAMES: Final = (
    *("Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lion", "Nadam"),
    *("RMSprop", "SGD"),
)

_REGISTERED: Final = tuple(f"Custom>{name}" for name in _NAMES)
"""What older releases call them by then, where they are no legacy ones."""

_OF_SCALED: Final = (
    *("clipnorm", "clipvalue", "ema_momentum", "ema_overwrite_frequency", "global_clipnorm"),
    *("gradient_accumulation_steps", "loss_scale_factor", "use_ema", "weight_decay"),
)
"""What a LossScaleOptimizer has of every optimizer, or has not."""

_LOSSES_BROUGHT: Final = (("CTC", "3.4"), ("Circle", "3.7"), ("Dice", "3.2"), ("Tversky", "3.3"))

_NOT_THERE: Final = "it has no such loss"


@declared
class SaysIfLegacy(Effect):
    """An optimizer says whether it is one of the older class; in Keras 3 none is."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Write that it is not a legacy one."""
        return configured(subject, {**config_of(subject), change.key: False})

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Drop it."""
        return configured(subject, without(config_of(subject), change.key))


CHANGES = (
    Change(
        Kind.OPTIMIZER,
        _NAMES,
        key="is_legacy_optimizer",
        held=DROPPED,
        source=_OPTIMIZERS,
        effect=SaysIfLegacy(),
    ),
    Change(
        Kind.LOSS,
        ("*",),
        key="reduction",
        held=DROPPED,
        source=_LOSSES,
        effect=RenamedValue({"auto": "sum_over_batch_size"}),
    ),
    Change(
        Kind.LOSS,
        _CLASSES,
        key="fn",
        held=DROPPED,
        source=_LOSSES,
        effect=Cosmetic("the class knows its function"),
    ),
    Change(
        Kind.METRIC,
        _METRICS_OF_FUNCTIONS,
        key="fn",
        held=DROPPED,
        source=_METRICS,
        effect=Cosmetic("the class knows its function"),
    ),
    *(
        Change(
            Kind.LOSS,
            (name, name.lower()),
            held=since(position),
            source=_LOSSES,
            effect=NewClass(because=_NOT_THERE),
        )
        for name, position in _LOSSES_BROUGHT
    ),
    *(
        Change(
            Kind.LOSS,
            (name,),
            key="axis",
            held=since(position),
            source=_LOSSES,
            effect=Added(neutral=None, because="it takes all axes"),
        )
        for name, position in (("Dice", "3.4"), ("Tversky", "3.8"))
    ),
    Change(
        Kind.LOSS,
        (
            *("BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"),
            *("binary_focal_crossentropy", "categorical_focal_crossentropy"),
        ),
        held=again_in("3.2"),
        source=keras3_file("losses/__init__.py", "3.0.5"),
        effect=NewClass(because="its loader does not find it"),
    ),
    Change(
        Kind.METRIC,
        ("SparseCategoricalCrossentropy",),
        key="ignore_class",
        held=again_in("3.14"),
        source=keras3_file("metrics/probabilistic_metrics.py", "3.0.5"),
        effect=Added(neutral=None, because="it counts every class"),
    ),
    Change(
        Kind.METRIC,
        ("sparse_categorical_crossentropy",),
        key="ignore_class",
        held=since("3.14"),
        source=_METRICS,
        effect=Unchanged("a function is written by its name alone"),
    ),
    Change(
        Kind.METRIC,
        (
            *("ConcordanceCorrelation", "PearsonCorrelation"),
            *("concordance_correlation", "pearson_correlation"),
        ),
        held=since("3.7"),
        source=_METRICS,
        effect=NewClass(because="it has no such metric"),
    ),
    Change(
        Kind.METRIC,
        ("MeanRelativeError", "MeanTensor"),
        held=DROPPED,
        source=_METRICS,
        effect=NewClass(because="it has no such metric"),
    ),
    Change(
        Kind.METRIC,
        ("kl_divergence", "log_cosh"),
        held=DROPPED,
        source=_METRICS,
        effect=Unchanged("they are losses, which serve as metrics by their name"),
    ),
    Change(
        Kind.METRIC,
        ("KLDivergence",),
        key="name",
        held=DROPPED,
        source=_METRICS,
        effect=DefaultChanged(without="kl_divergence", since="kullback_leibler_divergence"),
    ),
    Change(
        Kind.METRIC,
        ("SparseTopKCategoricalAccuracy",),
        key="from_sorted_ids",
        held=since("3.7"),
        source=_METRICS,
        effect=Added(neutral=False, because="it sorts the predictions itself"),
    ),
    Change(
        Kind.METRIC,
        _FUNCTIONS,
        held=DROPPED,
        source=_METRICS,
        effect=Unchanged(
            "a function is written by its name alone", keys=("dtype", "name", "from_sorted_ids")
        ),
    ),
    Change(
        Kind.METRIC,
        ("sparse_top_k_categorical_accuracy",),
        key="from_sorted_ids",
        held=since("3.7"),
        source=_METRICS,
        effect=Unchanged("a function is written by its name alone"),
    ),
    *(
        Change(
            Kind.OPTIMIZER,
            _NAMES,
            key=key,
            held=DROPPED,
            source=_OPTIMIZERS,
            effect=Cosmetic(because),
        )
        for key, because in (("jit_compile", "it only says how the steps are compiled"),)
    ),
    *(
        Change(
            Kind.OPTIMIZER,
            (*_NAMES, *_REGISTERED),
            key=key,
            held=NEW,
            source=_OPTIMIZERS,
            effect=Added(neutral=None, because=because),
        )
        for key, because in (
            ("gradient_accumulation_steps", "its optimizers take a step for each batch"),
            ("loss_scale_factor", "its optimizers do not scale losses"),
        )
    ),
    *(
        Change(
            Kind.OPTIMIZER,
            names,
            key="name",
            held=held,
            source=_OPTIMIZERS,
            effect=Unchanged("the name is always written"),
        )
        for names, held in (
            ((*_NAMES, "LossScaleOptimizer"), NEW),
            ((*_NAMES, "Muon", "ScheduleFreeAdamW"), since("3.15")),
        )
    ),
    *(
        Change(
            Kind.OPTIMIZER,
            ("LossScaleOptimizer",),
            held=held,
            source=keras3_file("optimizers/loss_scale_optimizer.py"),
            effect=Unchanged("the optimizer of a mixed policy is made again", keys=_OF_SCALED),
        )
        for held in (NEW, since("3.12"))
    ),
    Change(
        Kind.OPTIMIZER,
        ("RMSprop",),
        key="ema_overwrite_frequency",
        held=since("3.3"),
        source=keras3_file("optimizers/rmsprop.py"),
        effect=Unchanged("it is always written"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("LossScaleOptimizer",),
        held=DROPPED,
        source=keras3_file("optimizers/loss_scale_optimizer.py"),
        effect=Unchanged("None of a mixed policy is written", keys=("dynamic_growth_steps",)),
    ),
    Change(
        Kind.OPTIMIZER,
        ("LossScaleOptimizer",),
        key="initial_scale",
        held=DROPPED,
        source=keras3_file("optimizers/loss_scale_optimizer.py"),
        effect=Unchanged("it is always written"),
    ),
    *(
        Change(
            Kind.OPTIMIZER,
            names,
            held=since(position),
            source=_OPTIMIZERS,
            effect=NewClass(because="it has no such optimizer"),
        )
        for position, names in (
            ("3.14", ("Muon", "ScheduleFreeAdamW")),
            ("3.15", ("MultiOptimizer",)),
        )
    ),
    Change(
        Kind.OPTIMIZER,
        ("Adafactor", "AdamW", "Lion"),
        held=NEW,
        source=_OPTIMIZERS,
        effect=Unchanged("older releases know it by the name that it is registered by"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("Optimizer",),
        held=NEW,
        source=_OPTIMIZERS,
        effect=Unchanged("it is the base class of the optimizers, and never written"),
    ),
    Change(
        Kind.LEGACY_OPTIMIZER,
        ("Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "RMSprop", "SGD"),
        held=DROPPED,
        source=_OPTIMIZERS,
        effect=Unchanged("what is written is read as an optimizer"),
    ),
    Change(
        Kind.SCHEDULE,
        (
            *("CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay"),
            *("PiecewiseConstantDecay", "PolynomialDecay"),
        ),
        key="name",
        held=DROPPED,
        source=_SCHEDULES,
        effect=Unchanged("the name is always written"),
    ),
)
