"""Optimizers, which got a common base class, new names and new keywords in TF 1.14/2.0."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Added, Cosmetic, DefaultChanged, NewClass, Renamed
from keraport.changes.sources import TF_2_0, keras_file

_OPTIMIZER = keras_file("1.15.5", "optimizer_v2/optimizer_v2.py")

CHANGES = (
    Change(
        Kind.OPTIMIZER,
        ("*",),
        key="learning_rate",
        held="tf 1.15..",
        source=TF_2_0,
        what=Renamed(other="lr"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("*",),
        key="name",
        held="tf 1.15..",
        source=_OPTIMIZER,
        what=Cosmetic("it only names the optimizer"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "RMSprop"),
        key="epsilon",
        held="tf 1.15..",
        source=TF_2_0,
        what=DefaultChanged(without=None, since=1e-07),
    ),
    Change(
        Kind.OPTIMIZER,
        ("Nadam",),
        key="decay",
        held="tf 1.15..",
        source=keras_file("1.15.5", "optimizer_v2/nadam.py"),
        what=Renamed(other="schedule_decay"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("Adagrad",),
        key="initial_accumulator_value",
        held="tf 1.15..",
        source=keras_file("1.15.5", "optimizer_v2/adagrad.py"),
        what=Added(neutral=0.0, because="its accumulators always start at 0"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("RMSprop",),
        key="momentum",
        held="tf 1.15..",
        source=keras_file("1.15.5", "optimizer_v2/rmsprop.py"),
        what=Added(neutral=0.0, because="its RMSprop has no momentum"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("RMSprop",),
        key="centered",
        held="tf 1.15..",
        source=keras_file("1.15.5", "optimizer_v2/rmsprop.py"),
        what=Added(neutral=False, because="its RMSprop never centres"),
    ),
    Change(
        Kind.OPTIMIZER,
        ("Ftrl",),
        held="tf 1.15..",
        source=keras_file("1.15.5", "optimizer_v2/ftrl.py"),
        what=NewClass(),
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
        held="tf 1.15..",
        source=keras_file("1.15.5", "optimizer_v2/learning_rate_schedule.py"),
        what=NewClass(because="its learning rates are numbers"),
    ),
)
