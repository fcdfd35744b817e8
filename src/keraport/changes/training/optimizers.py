"""Optimizers, which got a common base class, new names and new keywords in TF 1.14/2.0."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.combinators import (
    Added,
    Cosmetic,
    DefaultChanged,
    NewClass,
    Renamed,
    Unchanged,
)
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import keras3_file
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import TF_2_0, keras_file, own_keras_file, tf_keras_file
from keraport.model import KERAS, Object

_OPTIMIZER = keras_file("1.15.5", "optimizer_v2/optimizer_v2.py")
_READ = own_keras_file("2.15.0", "optimizers/__init__.py")
_SINCE = own_keras_file("2.15.0", "optimizers/optimizer.py")
_SCHEDULES = own_keras_file("2.15.0", "optimizers/schedules/learning_rate_schedule.py")
_NAMES = ("Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "RMSprop", "SGD")


@declared
class Registered(Effect):
    """Optimizers that are no legacy ones are written by the name that they are registered by."""

    def spelt_without(self) -> tuple[str, ...]:
        """Their registered names."""
        return tuple(f"{_PACKAGE}{name}" for name in (*_NAMES, *_LATER))

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """By the name of the class."""
        return self._called(subject, subject.class_name.removeprefix(_PACKAGE))

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """By the registered name, unless it is a legacy one."""
        if config_of(subject).get("is_legacy_optimizer", True):
            return subject
        return self._called(subject, f"{_PACKAGE}{subject.class_name}")

    @staticmethod
    def _called(subject: Subject, name: str) -> Subject:
        if not isinstance(subject, Object):
            return subject
        return replace(subject, class_name=name, package=KERAS)


@declared
class NoneIsAbsent(Effect):
    """None stands for no bound; without the change it is compared with a number, which fails."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Leave it out."""
        config = config_of(subject)
        if config.get(change.key, 0) is not None:
            return subject
        return configured(subject, without(config, change.key))


@declared
class NeedNoName(NoneIsAbsent):
    """Schedules are written without a name; without the change None is refused as one."""


_PACKAGE = "Custom>"
_LATER = {"Adafactor": "tf 2.11..", "AdamW": "tf 2.9..", "Lion": "tf 2.13.."}
"""Class: the releases that have it."""

CHANGES = (
    Change(
        Kind.OPTIMIZER,
        (*_NAMES, *_LATER),
        key="class_name",
        held="tf ..2.10, keras3 3.0..",
        source=own_keras_file("2.15.0", "saving/legacy/saving_utils.py"),
        effect=Registered(),
    ),
    Change(
        Kind.OPTIMIZER,
        ("*",),
        key="learning_rate",
        held="tf 1.14.., keras2 2.3..",
        source=TF_2_0,
        effect=Renamed(other="lr"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("*",),
        key="name",
        held="tf 1.14..",
        source=_OPTIMIZER,
        effect=Cosmetic("it only names the optimizer"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "RMSprop"),
        key="epsilon",
        held="tf 1.14..",
        source=TF_2_0,
        effect=DefaultChanged(without=None, since=1e-07),
    ),
    Change(
        Kind.OPTIMIZER,
        ("Nadam",),
        key="decay",
        held="tf 1.14..",
        source=keras_file("1.15.5", "optimizer_v2/nadam.py"),
        effect=Renamed(other="schedule_decay"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("Adagrad",),
        key="initial_accumulator_value",
        held="tf 1.14..",
        source=keras_file("1.15.5", "optimizer_v2/adagrad.py"),
        effect=Added(neutral=0.0, because="its accumulators always start at 0"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("RMSprop",),
        key="momentum",
        held="tf 1.14..",
        source=keras_file("1.15.5", "optimizer_v2/rmsprop.py"),
        effect=Added(neutral=0.0, because="its RMSprop has no momentum"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("RMSprop",),
        key="centered",
        held="tf 1.14..",
        source=keras_file("1.15.5", "optimizer_v2/rmsprop.py"),
        effect=Added(neutral=False, because="its RMSprop never centres"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("Ftrl",),
        held="tf 1.14..",
        source=keras_file("1.15.5", "optimizer_v2/ftrl.py"),
        effect=NewClass(),
    ),
    Change(
        Kind.SCHEDULE,
        (
            "ExponentialDecay",
            "InverseTimeDecay",
            "LearningRateSchedule",
            "PiecewiseConstantDecay",
            "PolynomialDecay",
        ),
        held="tf 1.14..",
        source=keras_file("1.15.5", "optimizer_v2/learning_rate_schedule.py"),
        effect=NewClass(because="its learning rates are constants"),
    ),
    Change(
        Kind.OPTIMIZER,
        _NAMES,
        key="decay",
        held="tf ..2.9",
        source=_READ,
        effect=Unchanged(
            "an optimizer with `decay` has no `is_legacy_optimizer`, and is read as a legacy one"
        ),
    ),
    Change(
        Kind.LEGACY_OPTIMIZER,
        _NAMES,
        held="tf 2.10..",
        source=_READ,
        effect=Unchanged("what older releases call an optimizer is read as a legacy one"),
    ),
    *(
        Change(
            Kind.OPTIMIZER,
            _NAMES,
            key=key,
            held=held,
            source=_SINCE,
            effect=Added(neutral=neutral, because=because),
        )
        for key, held, neutral, because in (
            ("weight_decay", "tf 2.11..", None, "its optimizers have no weight decay"),
            (
                "global_clipnorm",
                "tf 2.4..",
                None,
                "its optimizers clip each gradient by itself",
            ),
            ("use_ema", "tf 2.10..", False, "its optimizers keep no averages of the weights"),
        )
    ),
    *(
        Change(
            Kind.OPTIMIZER,
            _NAMES,
            key=key,
            held="tf 2.10..",
            source=_SINCE,
            effect=Cosmetic(because),
        )
        for key, because in (
            ("ema_momentum", "without use_ema nothing asks for it"),
            ("ema_overwrite_frequency", "without use_ema nothing asks for it"),
            ("jit_compile", "it only says how the steps are compiled"),
            ("is_legacy_optimizer", "it only says which of two classes is meant"),
        )
    ),
    Change(
        Kind.OPTIMIZER,
        ("Ftrl",),
        key="beta",
        held="tf 2.4..",
        source=own_keras_file("2.15.0", "optimizers/ftrl.py"),
        effect=Added(neutral=0.0, because="its Ftrl has no beta"),
    ),
    *(
        Change(
            Kind.OPTIMIZER,
            (name,),
            held=held,
            source=own_keras_file("2.15.0", f"optimizers/{name.lower()}.py"),
            effect=NewClass(),
        )
        for name, held in _LATER.items()
    ),
    Change(
        Kind.OPTIMIZER,
        ("AdamW",),
        held="tf-keras 2.16..",
        source=tf_keras_file("2.16.0", "optimizers/__init__.py"),
        effect=Unchanged("it is found by its plain name as well as by the one it is registered by"),
    ),
    Change(
        Kind.SCHEDULE,
        ("CosineDecay",),
        key="warmup_steps",
        held="tf 2.13..",
        source=_SCHEDULES,
        effect=Added(neutral=0, because="its CosineDecay does not warm up"),
    ),
    Change(
        Kind.SCHEDULE,
        ("CosineDecay",),
        key="warmup_target",
        held="tf 2.13..",
        source=_SCHEDULES,
        effect=Added(neutral=None, because="its CosineDecay does not warm up"),
    ),
    *(
        Change(
            Kind.OPTIMIZER,
            ("*",),
            key=key,
            held="tf 2.3..",
            source=keras_file("1.15.5", "optimizer_v2/optimizer_v2.py"),
            effect=NoneIsAbsent(),
        )
        for key in ("clipnorm", "clipvalue")
    ),
    Change(
        Kind.SCHEDULE,
        ("*",),
        key="name",
        held="keras1 1.0.., keras2 2.0.., tf 1.0.., keras3 none",
        source=keras3_file("optimizers/schedules/learning_rate_schedule.py"),
        effect=NeedNoName(),
    ),
    Change(
        Kind.OPTIMIZER,
        ("Adam",),
        key="amsgrad",
        held="tf 1.., keras2 2.1..",
        source=own_keras_file("2.1.6", "optimizers.py"),
        effect=Added(neutral=False, because="its Adam has no such variant"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "RMSprop"),
        key="epsilon",
        held="tf 1.., keras2 2.1..",
        source=own_keras_file("2.1.6", "optimizers.py"),
        effect=Unchanged("every file says it: optimizers write the number that they use"),
    ),
)
