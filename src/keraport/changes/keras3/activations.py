"""Activation functions: hard_sigmoid means something else in Keras 3, which brought others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.combinators import NewClass, Renamed
from keraport.changes.keras3.windows import BETWEEN, DROPPED, LATER, NEW, keras3_file
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Layer
from keraport.report import Verdict

_SOURCE: Final = keras3_file("activations/activations.py")
_KEYS: Final = ("activation", "recurrent_activation")
_NAME: Final = "hard_sigmoid"
_STEEPER: Final = "hard_sigmoidV2"
"""The companion's for Keras 3: what older releases compute."""
_FLATTER: Final = "hard_sigmoid_of_keras3"
"""The companion's for older releases: what Keras 3 computes."""

_HINT: Final = "define the activation in a file of your own and name that file with --objects"


def _newer(layer: Layer, site: Site) -> Layer:
    """The layer with an activation that the companion defines."""
    names = {name for name in map(layer.config.get, _KEYS) if name in (*_LATER, *_HARD)}
    if names & _OF_A_NUMBER:
        name = min(names & _OF_A_NUMBER)
        raise Refused(f"{site.target} has no {name}, which takes a number", hint=_HINT)
    for name in sorted(names):
        site.companion(name)
        site.note(Verdict.EXACT, f"the activation {name} is defined by the companion file")
    return layer


@dataclass(frozen=True, slots=True)
class FlatterHardSigmoid(Effect):
    """hard_sigmoid is x / 5 + 0.5 between 0 and 1; in Keras 3 it is x / 6 + 0.5."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The function as the companion for older releases defines it."""
        return _defined(change, subject, site, _FLATTER, ("x / 6 + 0.5", "x / 5 + 0.5"))

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The function as the companion defines it."""
        return _defined(change, subject, site, _STEEPER, ("x / 5 + 0.5", "x / 6 + 0.5"))


def _defined(
    change: Change, subject: Subject, site: Site, name: str, means: tuple[str, str]
) -> Subject:
    """The subject with the companion's function; `means` is what source and target compute."""
    config = config_of(subject)
    keys = _keys(config)
    if not keys:
        return subject
    site.companion(name)
    site.note(
        Verdict.EXACT,
        f"{', '.join(keys)}: {name} of the companion, which is {means[0]} between 0 and 1; {_NAME} "
        f"of {site.target} is {means[1]}",
        source=change.source,
    )
    return configured(subject, {**config, **dict.fromkeys(keys, name)})


def _keys(config: object) -> list[str]:
    return [key for key in _KEYS if isinstance(config, dict) and config.get(key) == _NAME]


_LATER: Final = (
    "celu",
    "glu",
    "hard_shrink",
    "hard_tanh",
    "log_sigmoid",
    "soft_shrink",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "tanh_shrink",
    "threshold",
)

_HARD: Final = ("hard_silu", "hard_swish")
_OF_A_NUMBER: Final = frozenset({"threshold"})
"""What no layer can name without giving it a number."""

CHANGES = (
    Change(
        Kind.ACTIVATION,
        (_NAME,),
        held=DROPPED,
        source=_SOURCE,
        effect=FlatterHardSigmoid(),
        drift=f"0.09 to 0.24 of the largest output {BETWEEN}: Dense, GRU, LSTM, ConvLSTM2D",
    ),
    Change(
        Kind.ACTIVATION,
        _LATER,
        held=LATER,
        source=_SOURCE,
        effect=NewClass(otherwise=_newer),
    ),
    Change(
        Kind.ACTIVATION,
        _HARD,
        held=NEW,
        source=_SOURCE,
        effect=NewClass(otherwise=_newer),
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
