"""Activation functions: hard_sigmoid means something else in Keras 3, which brought others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.combinators import NewClass, Renamed
from keraport.changes.keras3.windows import BETWEEN, DROPPED, NEW, keras3_file, since
from keraport.changes.site import Expansion, Refused, Site
from keraport.report import Verdict

_SOURCE: Final = keras3_file("activations/activations.py")
_KEYS: Final = ("activation", "recurrent_activation")
_NAME: Final = "hard_sigmoid"
_COMPANION: Final = "hard_sigmoidV2"

_HINT: Final = "define the activation in a file of your own and name that file with --objects"


@dataclass(frozen=True, slots=True)
class FlatterHardSigmoid(Effect):
    """hard_sigmoid is x / 5 + 0.5 between 0 and 1; in Keras 3 it is x / 6 + 0.5."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse: no older release has the other function by name."""
        if not _keys(config_of(subject)):
            return subject
        raise Refused(
            f"{_NAME} of {site.source} is x / 6 + 0.5, and that of {site.target} is x / 5 + 0.5",
            hint=_HINT,
            source=change.source,
        )

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The function as the companion defines it."""
        config = config_of(subject)
        keys = _keys(config)
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


def _keys(config: object) -> list[str]:
    return [key for key in _KEYS if isinstance(config, dict) and config.get(key) == _NAME]


_BROUGHT: Final = (
    ("3.7", ("celu", "glu", "hard_shrink", "hard_tanh", "log_sigmoid")),
    ("3.7", ("soft_shrink", "squareplus", "tanh_shrink")),
    ("3.8", ("sparse_plus", "sparsemax", "threshold")),
    ("3.10", ("sparse_sigmoid",)),
)
"""Release, and the activations that it brought."""

CHANGES = (
    Change(
        Kind.ACTIVATION,
        (_NAME,),
        held=DROPPED,
        source=_SOURCE,
        effect=FlatterHardSigmoid(),
        drift=f"0.09 to 0.24 of the largest output {BETWEEN}: Dense, GRU, LSTM, ConvLSTM2D",
    ),
    *(
        Change(
            Kind.ACTIVATION,
            names,
            held=since(position),
            source=_SOURCE,
            effect=NewClass(because="no activation of it computes the same", hint=_HINT),
        )
        for position, names in _BROUGHT
    ),
    Change(
        Kind.ACTIVATION,
        ("hard_silu", "hard_swish"),
        held=NEW,
        source=_SOURCE,
        effect=NewClass(because="no activation of it computes the same", hint=_HINT),
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
