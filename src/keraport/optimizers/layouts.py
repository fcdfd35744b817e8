"""In which order the optimizers of a release save their variables.

Files list the variables of an optimizer without saying which is which, and loaders hand them out by
position. A layout is written as the optimizer builds them: ``step`` is a scalar; ``[m] [v]`` are
all first moments, then all second ones; in ``[m v]`` both of a variable stand together.
``[vhat?amsgrad]`` is there where the config says ``amsgrad``; with ``!`` at the end, there is an
empty one in the place of each where it does not.

Source: ``get_updates`` in ``optimizers.py`` (TF 1.12, Keras 2), ``_create_slots`` in
``optimizer_v2/*.py`` (TF 1.15 and 2.3), ``build`` in ``optimizers/*.py`` (Keras 2.11 to 2.15,
Keras 3); every one of them was read back from files that these releases saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from keraport.catalog.releases import Release
from keraport.catalog.windows import held
from keraport.model import Config, Format, Object
from keraport.records import dataclass

STEP: Final = "step"
"""How many steps were taken: one scalar, a whole number."""
RATE: Final = "rate"
"""The learning rate, where it is a number."""
PRODUCT: Final = "product"
"""Of the momentums of Nadam so far."""

MOMENTUM: Final = "momentum"
"""The slot of SGD and RMSprop for what is left of earlier steps."""

_ITEM: Final = re.compile(r"\[(?P<slots>[^]]+)\]|(?P<scalar>\S+)")


@dataclass(frozen=True, slots=True)
class Item:
    """A scalar, or the slots of all variables.

    Args:
        names: of the scalar, or of the slots that a variable has side by side.
        is_slot: there is one for each variable.
        when: the key of the config without which there is none; empty for always.
        keeps_place: without the key there is an empty one in the place of each.
    """

    names: tuple[str, ...]
    is_slot: bool
    when: str = ""
    keeps_place: bool = False

    def is_kept(self, config: Config) -> bool:
        """True if an optimizer of that config has it."""
        return not self.when or (
            not isinstance(config.get("learning_rate"), Object)
            if self.when == "constant"
            else bool(config.get(self.when))
        )


Layout = tuple[Item, ...]


@cache
def parsed(text: str) -> Layout:
    """A layout as it is written above."""
    items = []
    for found in _ITEM.finditer(text):
        inner, is_slot = (found["slots"] or found["scalar"]), bool(found["slots"])
        names, _, when = inner.partition("?")
        key = when.removesuffix("!")
        items.append(Item(tuple(names.split()), is_slot, key, when.endswith("!")))
    return tuple(items)


@dataclass(frozen=True, slots=True)
class Generation:
    """Optimizers that save alike.

    Args:
        name: for messages.
        held: the releases that have them, as `keraport.catalog.windows` reads it.
        layouts: by class; ``*`` stands before those of every class.
        legacy: False where the config has to say that it is not a legacy optimizer.
        step_dtype: of the count of steps.
        of_wrapper: how many variables a LossScaleOptimizer lists in HDF5 before those of what it
            wraps.
        decays: they know ``decay``, by which the learning rate shrinks with every step.
        under_root: classes that add epsilon under the root, the others add it to the root.
        fixed_nadam: the momentum of Nadam grows at a fixed pace; else ``decay`` says how fast.
        clips_all: ``clipnorm`` is for the gradients of all variables together; else for each.
        multiplies_often: Nadam multiplies its product for each variable, not once a step.
        clips_to_zero: a limit of 0 for gradients is taken as it stands; else there is none.
        repeats_rows: the gradients of a row that is looked up several times are squared one by
            one; else their sum is.
    """

    name: str
    held: str
    layouts: Mapping[str, str]
    legacy: bool = True
    step_dtype: str = "int64"
    of_wrapper: int = 0
    decays: bool = True
    under_root: frozenset[str] = frozenset()
    fixed_nadam: bool = False
    clips_all: bool = False
    multiplies_often: bool = False
    clips_to_zero: bool = False
    repeats_rows: bool = False

    def layout(self, optimizer: Object) -> Layout | None:
        """What an optimizer of that class and config saves; None for an unknown class."""
        found = self.layouts.get(optimizer.class_name.rpartition(">")[2])
        return None if found is None else parsed(f"{self.layouts.get('*', '')} {found}")


_FIRST: Final = {
    "SGD": "step [momentum]",
    "RMSprop": "[rms]",
    "Adagrad": "[accumulator]",
    "Adadelta": "[accum_grad] [accum_var]",
    "Adam": "step [m] [v]",
    "Adamax": "step [m] [v]",
    "Nadam": "step [m] [v]",
}
_WITH_HATS: Final = {**_FIRST, "Adam": "step [m] [v] [vhat?amsgrad!]"}
_KERAS_2_3: Final = {
    "SGD": "step [momentum]",
    "RMSprop": "step [rms]",
    "Adagrad": "step [accumulator]",
    "Adadelta": "step [accum_grad] [accum_var]",
    "Adam": "step [m] [v] [vhat?amsgrad!]",
    "Adamax": "step [m] [v]",
    "Nadam": "step product [m] [v]",
}
_SECOND: Final = {
    "SGD": "step [momentum?momentum]",
    "RMSprop": "step [rms] [momentum?momentum] [mg?centered]",
    "Adagrad": "step [accumulator]",
    "Adadelta": "step [accum_grad] [accum_var]",
    "Adam": "step [m] [v] [vhat?amsgrad]",
    "Adamax": "step [m] [v]",
    "Nadam": "step product [m] [v]",
    "Ftrl": "step [accumulator linear]",
}
_THIRD: Final = {
    "*": "step [average?use_ema]",
    "SGD": "[momentum]",
    "RMSprop": "[rms] [momentum?momentum] [mg?centered]",
    "Adagrad": "[accumulator]",
    "Adadelta": "[accum_grad accum_var]",
    "Adam": "[m v] [vhat?amsgrad]",
    "AdamW": "[m v] [vhat?amsgrad]",
    "Adamax": "[m v]",
    "Nadam": "[m v]",
    "Ftrl": "[accumulator linear]",
    "Lion": "[m]",
}
_KERAS_3: Final = {
    **_THIRD,
    "*": "step rate?constant [average?use_ema]",
    "SGD": "[momentum?momentum]",
    "Nadam": "[m v] product",
}

_UNDER_ROOT: Final = frozenset({"RMSprop", "Adagrad"})

GENERATIONS: Final = (
    Generation("Keras 2.3", "keras2 2.3..", _KERAS_2_3, clips_all=True),
    Generation("Keras 2.1 and 2.2", "keras2 2.1..", _WITH_HATS, clips_all=True),
    Generation("Keras 1 and 2.0", "keras1 1.0.., keras2 2.0..", _FIRST, clips_all=True),
    Generation("TensorFlow up to 1.13", "tf ..1.13", _WITH_HATS),
    Generation(
        "Keras 3",
        "keras3 3.0..",
        _KERAS_3,
        legacy=False,
        step_dtype="int32",
        of_wrapper=4,
        decays=False,
        under_root=_UNDER_ROOT,
        fixed_nadam=True,
        repeats_rows=True,
    ),
    Generation(
        "Keras 2.11 to 2.15",
        "tf 2.11..",
        _THIRD,
        legacy=False,
        decays=False,
        under_root=_UNDER_ROOT,
        fixed_nadam=True,
        multiplies_often=True,
    ),
    Generation("tf.keras 1.14 to 2.10", "tf 1.14..", _SECOND, clips_to_zero=True),
)
"""The first that holds a release, and says of an optimizer whether it is a legacy one, is its."""


def holds_state(file_format: Format, release: Release) -> bool:
    """True if files of a format hold the state of optimizers for the loader of a release.

    Keras 3 writes ``optimizer_weights`` into HDF5 files and does not restore them; archives and
    checkpoints of legacy optimizers hold none (`is_restored`).
    """
    return file_format in _FORMATS and held(_FORMATS[file_format], release)


def is_restored(file_format: Format, optimizer: Object, release: Release) -> bool:
    """True if the loader of a release gives an optimizer the state that a file holds."""
    if not holds_state(file_format, release):
        return False
    return file_format is not Format.KERAS or not generation_of(optimizer, release).legacy


_FORMATS: Final = {
    Format.HDF5: "keras1 1.0.., keras2 2.0.., tf 1.0.., keras3 none",
    Format.KERAS: "tf 2.12.., keras3 3.0..",
}


def generation_that_wrote(optimizer: Object, release: Release) -> Generation:
    """Which generation an optimizer in a file is of.

    Marks of files do not always tell the release, but ``lr`` was called ``learning_rate`` when
    optimizers got what they keep now: the config tells them apart.

    Args:
        optimizer: in the words of the file.
        release: the one that the file is read as.
    """
    found = generation_of(optimizer, release)
    config = optimizer.config if isinstance(optimizer.config, Mapping) else {}
    for older, newer in _RENAMED_RATE:
        if found.name in (older, newer):
            if "learning_rate" in config:
                return next(item for item in GENERATIONS if item.name == newer)
            if "lr" in config:
                return next(item for item in GENERATIONS if item.name == older)
    return found


_RENAMED_RATE: Final = (
    ("TensorFlow up to 1.13", "tf.keras 1.14 to 2.10"),
    ("Keras 2.1 and 2.2", "Keras 2.3"),
)
"""Generations of a line before and after ``lr`` was renamed."""


def has_both(release: Release) -> bool:
    """True if a release has legacy optimizers beside newer ones."""
    return held(_SAYS_LEGACY, release)


def generation_of(optimizer: Object, release: Release) -> Generation:
    """Which generation an optimizer of a release belongs to."""
    config = optimizer.config if isinstance(optimizer.config, Mapping) else {}
    for generation in GENERATIONS:
        if not held(generation.held, release):
            continue
        if generation.legacy or not held(_SAYS_LEGACY, release):
            return generation
        # One that was given by its name has no config, and is none of the legacy ones.
        if not config or config.get("is_legacy_optimizer") is False:
            return generation
    raise AssertionError(f"{release.id} has no optimizers")


_SAYS_LEGACY: Final = "tf 2.11.., keras3 none"
"""Releases with two generations side by side; the config says which one is meant."""


def wrapped_in(optimizer: Object) -> Object:
    """The optimizer that a wrapper has in it, such as a LossScaleOptimizer; else itself."""
    config = optimizer.config if isinstance(optimizer.config, Mapping) else {}
    inner = next((config[key] for key in INNER if isinstance(config.get(key), Object)), None)
    return optimizer if inner is None else wrapped_in(inner)


INNER: Final = ("optimizer", "inner_optimizer")
"""What wrappers call the optimizer in them."""


def kinds_of(generation: Generation, optimizer: Object) -> frozenset[str]:
    """The names of what an optimizer of a generation keeps; none for an unknown class."""
    layout = generation.layout(optimizer) or ()
    return frozenset(name for item in layout for name in item.names)
