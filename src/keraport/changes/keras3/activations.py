"""Activation functions: hard_sigmoid means something else in Keras 3, which brought others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from keraport import hub
from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.combinators import NewClass, Renamed
from keraport.changes.keras3.windows import BETWEEN, DROPPED, LATER, NEW, keras3_file
from keraport.changes.site import Expansion, Site
from keraport.report import Verdict

_SOURCE: Final = keras3_file("activations/activations.py")
_KEYS: Final = ("activation", "recurrent_activation")
_NAME: Final = "hard_sigmoid"
_COMPANION: Final = "hard_sigmoidV2"

_FLATTER: Final = hub.activations.FLATTER_HARD_SIGMOID

_HINT: Final = "define the activation in a file of your own and name that file with --objects"


@dataclass(frozen=True, slots=True)
class FlatterHardSigmoid(Effect):
    """hard_sigmoid is x / 5 + 0.5 between 0 and 1; in Keras 3 it is x / 6 + 0.5."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """That of Keras 3 has a name of its own in the hub."""
        config = config_of(subject)
        keys = _keys(config, _NAME)
        return configured(subject, {**config, **dict.fromkeys(keys, _FLATTER)}) if keys else subject

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The function as the companion defines it."""
        config = config_of(subject)
        keys = _keys(config, _NAME)
        if not keys:
            return subject
        site.companion(_COMPANION)
        site.note(
            Verdict.EXACT,
            f"{', '.join(keys)}: {_COMPANION} of the companion, which is x / 5 + 0.5 between 0 and "
            f"1; {_NAME} of {site.target} is x / 6 + 0.5",
            source=change.source,
        )
        return configured(subject, {**config, **dict.fromkeys(keys, _COMPANION)})


@dataclass(frozen=True, slots=True)
class NamedLikeTheSteeper(Effect):
    """What the hub calls hard_sigmoid6 is called hard_sigmoid in Keras 3."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """By that name."""
        config = config_of(subject)
        keys = _keys(config, _FLATTER)
        return configured(subject, {**config, **dict.fromkeys(keys, _NAME)}) if keys else subject


def _keys(config: object, name: str) -> list[str]:
    return [key for key in _KEYS if isinstance(config, dict) and config.get(key) == name]


@dataclass(frozen=True, slots=True)
class FunctionOfCompanion(Effect):
    """A function that older releases lack and that the companion defines for them.

    Args:
        because: what else the report says of it.
    """

    because: str = ""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Ask for the companion."""
        name = change.names[0]
        site.companion(name)
        site.note(
            Verdict.EQUIVALENT,
            f"the activation {name} is defined by the companion file{self.because}",
            source=change.source,
        )
        return subject


_NO_SUCH: Final = NewClass(because="no activation of it computes the same", hint=_HINT)

CHANGES = (
    Change(
        Kind.ACTIVATION,
        (_NAME,),
        held=DROPPED,
        source=_SOURCE,
        effect=FlatterHardSigmoid(),
        drift=f"0.09 to 0.24 of the largest output {BETWEEN}: Dense, GRU, LSTM, ConvLSTM2D",
    ),
    # Behind the change above, which is about the function that other releases call so.
    Change(
        Kind.ACTIVATION,
        (_FLATTER,),
        held=DROPPED,
        source=_SOURCE,
        effect=NamedLikeTheSteeper(),
    ),
    Change(
        Kind.ACTIVATION,
        (_FLATTER,),
        held=NEW,
        source=_SOURCE,
        effect=FunctionOfCompanion(f": {_NAME} of Keras 3, which is x / 6 + 0.5 between 0 and 1"),
    ),
    *(
        Change(Kind.ACTIVATION, (name,), held=LATER, source=_SOURCE, effect=FunctionOfCompanion())
        for name in sorted(hub.activations.OF_KERAS_3)
    ),
    Change(Kind.ACTIVATION, ("threshold",), held=LATER, source=_SOURCE, effect=_NO_SUCH),
    *(
        Change(Kind.ACTIVATION, (name,), held=NEW, source=_SOURCE, effect=FunctionOfCompanion())
        for name in sorted(hub.activations.OF_KERAS_3_0)
    ),
    Change(
        Kind.LAYER,
        ("LeakyReLU",),
        key="alpha",
        held=DROPPED,
        source=keras3_file("layers/activations/leaky_relu.py"),
        effect=Renamed(other="negative_slope"),
    ),
)
