"""The kinds of objects in a catalog, and how to know them. The only place that names modules."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.classes import base_names
from catalog.source import ClassRef, ExternalRef, FunctionRef, Ref


@dataclass(frozen=True)
class KindRule:
    """Where a kind is deserialised and exported, and what belongs to it.

    Args:
        modules: modules with the function ``deserialize``, relative to the package of Keras; the
            first that exists is taken.
        exports: namespaces of the public API, relative to ``keras``.
        bases: an object belongs to the kind if its class derives from one of these.
        first: names of the leading parameters by which a function belongs to the kind.
        external: also functions that only TensorFlow's own package holds (``tf.nn.silu``).
        legacy: read ``deserialize`` as it treats configs with ``is_legacy_optimizer``.
    """

    modules: tuple[str, ...]
    exports: tuple[str, ...]
    bases: frozenset[str]
    first: tuple[tuple[str, ...], ...] = ()
    external: bool = False
    legacy: bool = False

    def covers(self, ref: Ref | None) -> bool:
        """The reference is an object of this kind."""
        match ref:
            case ClassRef():
                return bool(base_names(ref) & self.bases)
            case FunctionRef():
                names = tuple(item.arg for item in ref.node.args.args)
                return any(names[: len(first)] == first for first in self.first)
            case ExternalRef():
                return self.external and ref.name.startswith("tensorflow.compat.v2.nn.")
        return False


_LAYERS = frozenset({"Layer"})
_OPTIMIZERS = frozenset({"Optimizer", "OptimizerV2", "_BaseOptimizer", "BaseOptimizer"})
_COMPARISON = (("y_true", "y_pred"),)

KINDS: dict[str, KindRule] = {
    "layer": KindRule(
        ("layers.serialization", "layers"),
        ("layers", "layers.experimental", "layers.experimental.preprocessing", "models"),
        _LAYERS,
    ),
    "activation": KindRule(
        ("activations",), ("activations",), _LAYERS, first=(("x",),), external=True
    ),
    "initializer": KindRule(
        ("initializers",), ("initializers",), frozenset({"Initializer"}), first=(("seed",),)
    ),
    "regularizer": KindRule(
        ("regularizers",), ("regularizers",), frozenset({"Regularizer"}), first=(("l",), ("l1",))
    ),
    "constraint": KindRule(("constraints",), ("constraints",), frozenset({"Constraint"})),
    "loss": KindRule(("losses",), ("losses",), frozenset({"Loss"}), first=_COMPARISON),
    "metric": KindRule(("metrics",), ("metrics",), frozenset({"Metric"}), first=_COMPARISON),
    "optimizer": KindRule(("optimizers",), ("optimizers", "optimizers.experimental"), _OPTIMIZERS),
    "legacy_optimizer": KindRule(("optimizers",), ("optimizers.legacy",), _OPTIMIZERS, legacy=True),
    "schedule": KindRule(
        ("optimizers.schedules.learning_rate_schedule", "optimizer_v2.learning_rate_schedule"),
        ("optimizers.schedules",),
        frozenset({"LearningRateSchedule"}),
    ),
    "policy": KindRule(
        ("mixed_precision.policy", "mixed_precision.experimental.policy", "dtype_policies"),
        ("mixed_precision", "mixed_precision.experimental", "dtype_policies"),
        frozenset({"Policy", "DTypePolicy"}),
    ),
}
