"""Optimizers whose words stay and whose arithmetic differs: said, and made up for where exact.

Source: as for `keraport.optimizers.layouts`, whose generations say what differs; every rule here
was measured by training on in real releases (``docs/reference/optimizers.md``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Final

from keraport.catalog.api import Api, Kind
from keraport.catalog.releases import Release
from keraport.changes.site import Refused
from keraport.model import Object
from keraport.optimizers.layouts import (
    PRODUCT,
    STEP,
    Generation,
    generation_of,
    has_both,
    kinds_of,
)
from keraport.optimizers.schedules import as_decay, decaying, rate_at
from keraport.records import dataclass
from keraport.report import Note, Verdict

TINY: Final = 1e-30
"""Stands for zero where zero is taken for a default; float32 has it, and sums lose it."""

_NEWER: Final = (
    *("weight_decay", "use_ema", "ema_momentum", "ema_overwrite_frequency", "jit_compile"),
    "is_legacy_optimizer",
)
"""Keywords that legacy optimizers do not have."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """What is known while an optimizer is fitted.

    Args:
        was: the generation that it is of.
        source: the release that wrote it.
        target: the release it is for.
        api: what that accepts.
        steps: how many were taken.
        goes_on: its state is to be carried over.
        looks_up: the model trains embeddings.
        note: takes what is said about it.
        companion: asks for a class of the companion in the place of the stock one, with further
            keywords; Refused if there is none.
        taken: filled with such classes, which sum the gradients of a row.
    """

    was: Generation
    source: Release
    target: Release
    api: Api
    steps: int
    goes_on: bool
    looks_up: bool
    note: Callable[[Note], None]
    companion: Callable[[str, Mapping[str, Any]], None]
    taken: list[str] = field(default_factory=list)

    def say(self, verdict: Verdict, text: str) -> None:
        """Note what was done."""
        self.note(Note(verdict, text))

    def instead(self, name: str, keywords: Mapping[str, Any], why: str) -> None:
        """Take a class of the companion.

        Raises:
            Refused: there is none.
        """
        try:
            self.companion(name, keywords)
        except Refused as refused:
            raise Refused(why, hint=refused.note.hint) from refused
        self.taken.append(name)
        self.say(Verdict.EXACT, f"{why}: {name} of the companion does as before")

    def takes(self, optimizer: Object, key: str) -> bool:
        """True if the target's class knows a keyword."""
        spec = self.api.find(Kind.OPTIMIZER, optimizer.class_name)
        return spec is not None and spec.accepts(key)


def fitted(optimizer: Object, fitting: Fitting) -> Object:
    """An optimizer, in the words of the hub, that trains alike in the target.

    Raises:
        Refused: none does.
    """
    _require_numbers(optimizer)
    for rule in _RULES:
        config = optimizer.config if isinstance(optimizer.config, Mapping) else {}
        to = generation_of(optimizer, fitting.target)
        optimizer = rule(optimizer, dict(config), to, fitting)
    return optimizer


def _require_numbers(optimizer: Object) -> None:
    """Refuse a config that no release can have written.

    Raises:
        Refused: it is no object, or has something else than a number where only one can stand.
    """
    config = optimizer.config
    if config is not None and not isinstance(config, Mapping):
        raise Refused(f"the config of {optimizer.class_name} is {config!r}, expected an object")
    for key in _NUMBERS:
        value = (config or {}).get(key)
        if value is not None and not isinstance(value, int | float | Object):
            raise Refused(f"{key} of {optimizer.class_name} is {value!r}, expected a number")


_NUMBERS: Final = (
    *("learning_rate", "lr", "decay", "schedule_decay"),
    *("clipnorm", "clipvalue", "global_clipnorm"),
)
"""Keywords whose values rules compute with."""


def with_defaults(optimizer: Object, api: Api) -> Object:
    """An optimizer that was given by its name, with what its class takes for granted.

    Args:
        optimizer: as read.
        api: of the release that wrote it.
    """
    spec = api.find(Kind.OPTIMIZER, optimizer.class_name)
    if optimizer.config or spec is None:
        return optimizer
    config = {
        name: parameter.default
        for name, parameter in spec.parameters.items()
        if name not in _ABOUT_RUNNING and isinstance(parameter.default, bool | int | float)
    }
    return Object(optimizer.class_name, {**config, "is_legacy_optimizer": False}, optimizer.extra)


_ABOUT_RUNNING: Final = ("name", "jit_compile", "mesh")


def as_read(optimizer: Object, release: Release) -> Object:
    """An optimizer in the words that the loader reads, where they are not those that it writes.

    Nadam of TensorFlow 1.14 to 2.10 writes ``decay`` and reads ``schedule_decay`` in its place
    (``optimizer_v2/nadam.py``, TF 2.3).
    """
    config = optimizer.config
    if optimizer.class_name != "Nadam" or not isinstance(config, Mapping):
        return optimizer
    pace = config.get("decay")
    if not isinstance(pace, int | float) or math.isclose(pace, _NADAM_PACE, rel_tol=1e-6):
        return optimizer
    if PRODUCT not in kinds_of(generation_of(optimizer, release), optimizer):
        return optimizer
    rest = {key: value for key, value in config.items() if key != "decay"}
    return Object("Nadam", {**rest, "schedule_decay": config["decay"]}, optimizer.extra)


def _product(optimizer: Object, config: dict[str, Any], to: Generation, at: Fitting) -> Object:  # noqa: ARG001
    """The product of the momentums of Nadam, which some loaders do not restore."""
    if not at.goes_on or optimizer.class_name != "Nadam" or PRODUCT in kinds_of(to, optimizer):
        return optimizer
    # Where the pace is fixed, the product follows from the count of steps.
    if PRODUCT in kinds_of(at.was, optimizer) or (at.was.fixed_nadam and not to.fixed_nadam):
        raise Refused(f"{at.target} does not restore the product of momentums that Nadam keeps")
    return optimizer


def _lookups(optimizer: Object, config: dict[str, Any], to: Generation, at: Fitting) -> Object:  # noqa: ARG001
    """Gradients of rows that are looked up several times in one batch."""
    before = at.was.repeats_rows and not at.source.backend
    after = to.repeats_rows and not at.target.backend
    if at.looks_up and before != after and not at.taken and optimizer.class_name != "SGD":
        one, other = ("one by one", "in one") if after else ("in one", "one by one")
        at.say(
            Verdict.APPROXIMATE,
            f"{at.target} on TensorFlow squares the gradients of a row of an Embedding that a "
            f"batch looks up several times {one}, and {at.source} {other}: embeddings train "
            "otherwise",
        )
    return optimizer


def _legacy_nadam(optimizer: Object, config: dict[str, Any], to: Generation, at: Fitting) -> Object:
    """Nadam as the older class, where the newer one forgets its product when it is loaded."""
    if optimizer.class_name != "Nadam" or not at.goes_on or not has_both(at.target):
        return optimizer
    if (
        to.legacy
        or PRODUCT in kinds_of(to, optimizer)
        or PRODUCT not in kinds_of(at.was, optimizer)
    ):
        return optimizer
    if config.get("use_ema") or config.get("weight_decay"):
        return optimizer
    at.say(Verdict.EQUIVALENT, f"Nadam is the legacy class of {at.target}, which keeps its state")
    kept = {key: value for key, value in config.items() if key not in _NEWER}
    return Object("Nadam", kept, optimizer.extra)


def _nadam(optimizer: Object, config: dict[str, Any], to: Generation, at: Fitting) -> Object:
    """How fast the momentum of Nadam grows."""
    if optimizer.class_name != "Nadam" or at.was.fixed_nadam == to.fixed_nadam:
        return optimizer
    if at.was.fixed_nadam:
        return Object("Nadam", {**config, "decay": 1.0}, optimizer.extra)
    pace = config.pop("decay", config.pop("schedule_decay", _NADAM_PACE))
    if pace != 1.0:
        why = (
            f"the momentum of Nadam grows at another pace in {at.target}: by 0.96^t, and not by "
            f"0.96^({pace}t)"
        )
        if at.goes_on:
            at.instead("LegacyNadam", {"schedule_decay": pace}, why)
        else:
            at.say(Verdict.APPROXIMATE, why)
    return Object("Nadam", config, optimizer.extra)


_NADAM_PACE: Final = 0.004


def _decay(optimizer: Object, config: dict[str, Any], to: Generation, at: Fitting) -> Object:
    """``decay``, which newer optimizers do not have, as a schedule."""
    decay = config.get("decay")
    if to.decays or optimizer.class_name == "Nadam" or "decay" not in config:
        return optimizer
    del config["decay"]
    rate = config.get("learning_rate")
    if decay:
        if isinstance(rate, Object):
            raise Refused(f"decay={decay} beside a schedule: {at.target} has schedules only")
        config["learning_rate"] = decaying(rate, decay)  # type: ignore[arg-type]
        at.say(Verdict.EXACT, f"decay={decay:.4g} is the schedule InverseTimeDecay there")
    return Object(optimizer.class_name, config, optimizer.extra)


def _schedule(optimizer: Object, config: dict[str, Any], to: Generation, at: Fitting) -> Object:
    """A schedule that the target does not have, as ``decay`` or as the rate of the last step."""
    schedule = config.get("learning_rate")
    if not isinstance(schedule, Object):
        return optimizer
    takes_numbers = optimizer.class_name in _TAKE_NUMBERS and to.decays
    if not takes_numbers and at.api.find(Kind.SCHEDULE, schedule.class_name):
        return optimizer
    same = as_decay(schedule) if to.decays and optimizer.class_name != "Nadam" else None
    if same is not None and not config.get("decay"):
        rate, decay = same
        at.say(Verdict.EXACT, f"{schedule.class_name} is decay={decay:.4g} there")
        return Object(
            optimizer.class_name, {**config, "learning_rate": rate, "decay": decay}, optimizer.extra
        )
    constant = rate_at(schedule, at.steps)
    if constant is None:
        return optimizer
    at.say(
        Verdict.APPROXIMATE,
        f"{at.target} has no {schedule.class_name}: its learning rate stays what it is after "
        f"{at.steps} steps, {constant:.6g}",
    )
    return Object(optimizer.class_name, {**config, "learning_rate": constant}, optimizer.extra)


_TAKE_NUMBERS: Final = ("Nadam", "Adagrad")
"""Optimizers of TensorFlow up to 2.10 that read no schedule from a config: Nadam has none, and
``from_config`` of Adagrad leaves it a dict (``optimizer_v2/adagrad.py``, TF 2.3 and 2.10)."""


def _forgotten_step(
    optimizer: Object, config: dict[str, Any], to: Generation, at: Fitting
) -> Object:
    """``decay`` as it goes on after some steps, where the target loads no count of steps."""
    decay, rate = config.get("decay"), config.get("learning_rate")
    if not (at.steps and decay and to.decays) or STEP in kinds_of(to, optimizer):
        return optimizer
    if optimizer.class_name == "Nadam" or not isinstance(rate, int | float):
        return optimizer
    shrunk = 1 + decay * at.steps
    if not shrunk:
        raise Refused(f"decay={decay} divides by zero after {at.steps} steps")
    at.say(
        Verdict.EXACT,
        f"{at.target} loads no count of steps for {optimizer.class_name}: learning rate and decay "
        f"are those after {at.steps} steps",
    )
    config |= {"learning_rate": rate / shrunk, "decay": decay / shrunk}
    return Object(optimizer.class_name, config, optimizer.extra)


def _clipping_to_zero(
    optimizer: Object, config: dict[str, Any], to: Generation, at: Fitting
) -> Object:
    """A limit of 0, which is none, or leaves no gradients."""
    if at.was.clips_to_zero == to.clips_to_zero:
        return optimizer
    for key in ("clipnorm", "clipvalue", "global_clipnorm"):
        if config.get(key) is None or config[key] > 0:
            continue
        if at.was.clips_to_zero:
            raise Refused(f"{key}={config[key]:g} leaves no gradients, and {at.target} ignores it")
        at.say(Verdict.EXACT, f"{key}={config.pop(key):g} left out: {at.source} ignores it")
    return Object(optimizer.class_name, config, optimizer.extra)


def _clipping(optimizer: Object, config: dict[str, Any], to: Generation, at: Fitting) -> Object:
    """``clipnorm`` of all gradients together, and of each."""
    if at.was.clips_all == to.clips_all:
        return optimizer
    old, new = ("clipnorm", "global_clipnorm")[:: 1 if at.was.clips_all else -1]
    if to.clips_all and config.get("clipnorm"):
        raise Refused(f"{at.target} clips the norm of all gradients together, and not of each")
    value = config.pop(old, None)
    if not value:
        return Object(optimizer.class_name, config, optimizer.extra)
    if at.was.clips_all and not at.takes(optimizer, new):
        raise Refused(f"{at.target} clips the norm of each gradient, and not of all together")
    at.say(Verdict.EXACT, f"{old}={value:g} clips all gradients together: {new} there")
    return Object(optimizer.class_name, {**config, new: value}, optimizer.extra)


def _epsilon(optimizer: Object, config: dict[str, Any], to: Generation, at: Fitting) -> Object:
    """Where epsilon is added."""
    name = optimizer.class_name
    before, after = (_is_under_root(side, name, config) for side in (at.was, to))
    if before == after:
        return optimizer
    if before and name == "RMSprop" and at.takes(optimizer, "momentum"):
        at.say(
            Verdict.EXACT,
            f"RMSprop of {at.target} adds epsilon under the root only with a momentum, which is "
            f"{TINY}",
        )
        return Object(name, {**config, "momentum": TINY}, optimizer.extra)
    where = "to the root, and not under it" if before else "under the root, and not to it"
    text = f"{name} of {at.target} adds epsilon {where}"
    if at.goes_on and config.get("centered"):
        at.instead("LegacyRMSprop", {}, text)
        return optimizer
    at.say(Verdict.APPROXIMATE, text)
    return optimizer


def _is_under_root(generation: Generation, name: str, config: Mapping[str, Any]) -> bool:
    # With a momentum, RMSprop of TensorFlow is one operation, which always added it there.
    return name in generation.under_root or (name == "RMSprop" and bool(config.get("momentum")))


def _accumulators(
    optimizer: Object,
    config: dict[str, Any],
    to: Generation,  # noqa: ARG001
    at: Fitting,
) -> Object:
    """What accumulators start with does not matter to those that are carried over."""
    key = "initial_accumulator_value"
    if not (at.goes_on and config.get(key)) or at.takes(optimizer, key):
        return optimizer
    if optimizer.class_name != "Adagrad":
        return optimizer
    return Object(optimizer.class_name, {**config, key: 0.0}, optimizer.extra)


_RULES: Final = (
    _legacy_nadam,
    _product,
    _nadam,
    _clipping_to_zero,
    _clipping,
    _schedule,
    _decay,
    _forgotten_step,
    _epsilon,
    _lookups,
    _accumulators,
)
