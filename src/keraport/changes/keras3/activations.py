"""Activation functions: hard_sigmoid means something else in Keras 3, which brought others."""

from __future__ import annotations

from typing import Final

from keraport import hub
from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.combinators import NewClass, Renamed
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import BETWEEN, DROPPED, NEW, keras3_file, since
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Layer
from keraport.report import Verdict

_SOURCE: Final = keras3_file("activations/activations.py")
_KEYS: Final = ("activation", "recurrent_activation")
_NAME: Final = "hard_sigmoid"
_STEEPER: Final = "hard_sigmoidV2"
"""The companion's for Keras 3: what older releases compute."""
_FLATTER: Final = hub.activations.FLATTER_HARD_SIGMOID

_HINT: Final = "define the activation in a file and pass it with --objects"


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


@declared
class FlatterHardSigmoid(Effect):
    """hard_sigmoid is x / 5 + 0.5 between 0 and 1; in Keras 3 it is x / 6 + 0.5."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Keep what Keras 3 computed: a companion defines its function where it is lacking."""
        return _renamed(subject, _NAME, _FLATTER)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Use the function that the companion defines."""
        keys = _keys(config_of(subject), _NAME)
        if not keys:
            return subject
        site.companion(_STEEPER)
        site.note(
            Verdict.EXACT,
            f"{', '.join(keys)}: {_STEEPER} of the companion, which is x / 5 + 0.5 between 0 and "
            f"1; {_NAME} of {site.target} is x / 6 + 0.5",
            source=change.source,
        )
        return _renamed(subject, _NAME, _STEEPER)


@declared
class NamedLikeTheSteeper(Effect):
    """Keras 3 calls it hard_sigmoid, which is another function in the hub."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """By the name that Keras 3 has for it."""
        return _renamed(subject, _FLATTER, _NAME)


@declared
class LikeThatOfKeras3(Effect):
    """hard_sigmoid of Keras 3, which other releases lack."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Use the function that the companion defines."""
        keys = _keys(config_of(subject), _FLATTER)
        if keys:
            site.companion(_FLATTER)
            site.note(
                Verdict.EXACT,
                f"{', '.join(keys)}: {_FLATTER} of the companion, which is x / 6 + 0.5 between 0 "
                f"and 1; {_NAME} of {site.target} is x / 5 + 0.5",
                source=change.source,
            )
        return subject


def _keys(config: object, name: str) -> list[str]:
    return [key for key in _KEYS if isinstance(config, dict) and config.get(key) == name]


def _renamed(subject: Subject, old: str, new: str) -> Subject:
    config = config_of(subject)
    keys = _keys(config, old)
    return configured(subject, {**config, **dict.fromkeys(keys, new)}) if keys else subject


_BROUGHT: Final = (
    ("3.7", ("celu", "glu", "hard_shrink", "hard_tanh", "log_sigmoid")),
    ("3.7", ("soft_shrink", "squareplus", "tanh_shrink")),
    ("3.8", ("sparse_plus", "sparsemax", "threshold")),
    ("3.10", ("sparse_sigmoid",)),
)
"""Release, and the activations that it brought."""
_LATER: Final = tuple(name for _, names in _BROUGHT for name in names)
_HARD: Final = tuple(sorted(hub.activations.OF_KERAS_3_0))
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
        effect=LikeThatOfKeras3(),
    ),
    *(
        Change(
            Kind.ACTIVATION,
            names,
            held=since(position),
            source=_SOURCE,
            effect=NewClass(otherwise=_newer),
        )
        for position, names in _BROUGHT
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
