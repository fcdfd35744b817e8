# mypy: ignore-errors
# ruff: noqa: PERF401, SIM105
"""The kinds of objects in a real release: their deserializers, namespaces and base classes."""
# It runs under the release's own Python, 3.6 among them: no newer syntax, no newer library.

import importlib
import inspect
import os
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
warnings.simplefilter("ignore")

tf = importlib.import_module("tensorflow")
# The public module that is Keras, and the package that holds its sources.
keras = importlib.import_module(os.environ.get("PROBED_MODULE", "tensorflow.keras"))
ROOT = os.environ.get("PROBED_PACKAGE", "tensorflow.python.keras")


def module(name):
    try:
        return importlib.import_module(ROOT + "." + name)
    except ImportError:
        return None


class TableError(Exception):
    pass


def captured(mod, config):
    """The `module_objects` with which a `deserialize` calls the general function."""
    found = {}

    def capture(*args, **kwargs):
        found.update(kwargs["module_objects"])
        raise TableError()

    names = ("deserialize_keras_object",)
    holders = [mod]
    holding = ("generic_utils", "serialization", "serialization_lib", "legacy_serialization")
    for attribute in holding:
        if hasattr(mod, attribute):
            holders.append(getattr(mod, attribute))
    saved = [(h, n, getattr(h, n)) for h in holders for n in names if hasattr(h, n)]
    for holder, name, _ in saved:
        setattr(holder, name, capture)
    try:
        mod.deserialize(config)
    except TableError:
        pass
    finally:
        for holder, name, value in saved:
            setattr(holder, name, value)
    renamed = getattr(mod, "_DESERIALIZATION_TABLE", {})
    found.update({old: found[new] for old, new in renamed.items()})
    # A module's own globals hold the trap itself while it is set.
    return {k: v for k, v in found.items() if v is not capture}


def first_existing(*names):
    for name in names:
        mod = module(name)
        if mod is not None:
            return mod
    return None


def base(path):
    mod, name = path.rsplit(".", 1)
    mod = module(mod)
    return () if mod is None or not hasattr(mod, name) else (getattr(mod, name),)


def init_ops_bases():
    found = ()
    for name in ("init_ops", "init_ops_v2"):
        try:
            found += (importlib.import_module("tensorflow.python.ops." + name).Initializer,)
        except (ImportError, AttributeError):
            pass
    return (
        found
        + base("initializers.initializers_v2.Initializer")
        + base("initializers.initializers.Initializer")
    )


LAYERS = base("engine.base_layer.Layer")
OPTIMIZERS = (
    base("optimizers.Optimizer")
    + base("optimizer_v2.optimizer_v2.OptimizerV2")
    + base("optimizers.optimizer_v2.optimizer_v2.OptimizerV2")
    + base("optimizers.optimizer_experimental.optimizer.Optimizer")
    + base("optimizers.optimizer_experimental.optimizer._BaseOptimizer")
    + base("optimizers.optimizer._BaseOptimizer")
    + base("optimizers.legacy.optimizer_v2.OptimizerV2")
)
ADAM = {"class_name": "Adam", "config": {"is_legacy_optimizer": False}}
LEGACY_ADAM = {"class_name": "Adam", "config": {"is_legacy_optimizer": True}}
ANY = {"class_name": "Any", "config": {}}
LR = first_existing(
    "optimizers.schedules.learning_rate_schedule",
    "optimizers.optimizer_v2.learning_rate_schedule",
    "optimizer_v2.learning_rate_schedule",
)
POLICY = first_existing("mixed_precision.policy", "mixed_precision.experimental.policy")

# kind: module of `deserialize`, a config for it, public namespaces, base classes, leading names
KINDS = {
    "layer": (
        module("layers.serialization"),
        ANY,
        ("layers", "layers.experimental", "layers.experimental.preprocessing", "models"),
        LAYERS,
        (),
    ),
    "activation": (
        module("activations"),
        "any",
        ("activations",),
        LAYERS,
        (("x",), ("features",), ("logits",)),
    ),
    "initializer": (module("initializers"), ANY, ("initializers",), init_ops_bases(), (("seed",),)),
    "regularizer": (
        module("regularizers"),
        ANY,
        ("regularizers",),
        base("regularizers.Regularizer"),
        (("l",), ("l1",)),
    ),
    "constraint": (
        module("constraints"),
        ANY,
        ("constraints",),
        base("constraints.Constraint"),
        (),
    ),
    "loss": (module("losses"), ANY, ("losses",), base("losses.Loss"), (("y_true", "y_pred"),)),
    "metric": (
        module("metrics"),
        ANY,
        ("metrics",),
        base("metrics.Metric"),
        (("y_true", "y_pred"),),
    ),
    "optimizer": (
        module("optimizers"),
        ADAM,
        ("optimizers", "optimizers.experimental"),
        OPTIMIZERS,
        (),
    ),
    "legacy_optimizer": (
        module("optimizers"),
        LEGACY_ADAM,
        ("optimizers.legacy",),
        OPTIMIZERS,
        (),
    ),
    "schedule": (
        LR,
        ANY,
        ("optimizers.schedules",),
        (LR.LearningRateSchedule,) if hasattr(LR, "LearningRateSchedule") else (),
        (),
    ),
    "policy": (
        POLICY,
        {"class_name": "Policy", "config": {"name": "float32"}},
        ("mixed_precision", "mixed_precision.experimental"),
        (POLICY.Policy,) if POLICY is not None else (),
        (),
    ),
}


def belongs(obj, bases, leading):
    if inspect.isclass(obj):
        return bool(bases) and issubclass(obj, bases)
    if not callable(obj):
        return False
    try:
        names = tuple(inspect.signature(obj).parameters)
    except (TypeError, ValueError):
        return False
    return any(names[: len(first)] == first for first in leading)


def unwrapped(obj):
    while hasattr(obj, "__wrapped__"):
        obj = obj.__wrapped__
    return obj
