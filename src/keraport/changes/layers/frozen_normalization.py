"""BatchNormalization that is frozen and called with ``training=True``."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Call, Layer
from keraport.model.graph import walk_layer
from keraport.report import Verdict

_SOURCE = keras_file("2.3.0", "layers/normalization.py")
_TRAINING = "training"


def _in_training(layer: Layer) -> bool:
    return any(bool(call.arguments.get(_TRAINING)) for call in layer.calls)


def is_frozen_normalization(layer: Layer) -> bool:
    """True if a layer is a BatchNormalization that is not trained."""
    return layer.class_name == "BatchNormalization" and layer.config.get("trainable") is False


@declared
class FrozenInTraining(Effect):
    """A frozen layer normalises by its moving averages, whatever it is called with."""

    alters_meaning = True
    calls_first = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse: it normalises by the batch, which no frozen layer of a later release does."""
        if (
            isinstance(subject, Layer)
            and is_frozen_normalization(subject)
            and _in_training(subject)
        ):
            raise _by_the_batch("is frozen", site, change)
        return subject

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Call it with ``training=False``, which means the same."""
        if not isinstance(subject, Layer) or not (
            is_frozen_normalization(subject) and _in_training(subject)
        ):
            return subject
        site.note(
            Verdict.EXACT,
            f"called with training=False instead of True: it is frozen, which "
            f"{site.target} ignores there",
            source=change.source,
        )
        return replace(subject, calls=tuple(map(_not_in_training, subject.calls)))


def _not_in_training(call: Call) -> Call:
    if not call.arguments.get(_TRAINING):
        return call
    return replace(call, arguments={**call.arguments, _TRAINING: False})


@declared
class HoldsFrozen(Effect):
    """What is called with ``training=True`` says so to the layers in it."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where a frozen BatchNormalization is among them."""
        if not isinstance(subject, Layer) or not _in_training(subject):
            return subject
        for path, inner in walk_layer(subject):
            if inner is not subject and is_frozen_normalization(inner):
                held = f"holds {path or inner.name}, a frozen BatchNormalization,"
                raise _by_the_batch(held, site, change)
        return subject

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where a frozen BatchNormalization is among them."""
        if not isinstance(subject, Layer) or not _in_training(subject):
            return subject
        for path, inner in walk_layer(subject):
            if inner is not subject and is_frozen_normalization(inner):
                raise Refused(
                    f"is called with training=True and holds {path or inner.name}, a frozen "
                    f"BatchNormalization, which normalises by the batch then in {site.target}",
                    hint="call it without training=True, and save the model again",
                    source=change.source,
                )
        return subject


def _by_the_batch(what: str, site: Site, change: Change) -> Refused:
    return Refused(
        f"{what} and is called with training=True: {site.source} normalises by the batch then, and "
        "a later release by the moving averages",
        hint="set trainable=True, or call it without training=True, and save the model again",
        source=change.source,
    )


CHANGES = (
    Change(
        Kind.LAYER,
        ("BatchNormalization",),
        key=_TRAINING,
        held="tf 2.0..",
        source=_SOURCE,
        effect=FrozenInTraining(),
        drift="0.36 of the largest output between TensorFlow 1.12.0 and 2.15.1",
    ),
    Change(
        Kind.LAYER,
        ("Functional", "Model", "Sequential", "TimeDistributed"),
        key=_TRAINING,
        held="tf 2.0..",
        source=_SOURCE,
        effect=HoldsFrozen(),
    ),
)
