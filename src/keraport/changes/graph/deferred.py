"""Sequential models inside of others that do not say what they are fed."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Layer, Model


@dataclass(frozen=True, slots=True)
class CountsNoBuild(Effect):
    """A Sequential that is built by its first call counts that call alone.

    Standalone Keras counts the build as well, so that files number the call 1; other releases wait
    for such a call for ever, unless the model is built before.
    """

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse: the loader would hang."""
        if not isinstance(subject, Layer) or subject.model is None:
            return subject
        model = subject.model
        if not model.is_sequential or not _says_nothing(model):
            return subject
        raise Refused(
            f"it does not say what it is fed, which {site.source} finds out when it is called; "
            f"{site.target} would number its calls otherwise, and wait for one for ever",
            hint="give its first layer an input_shape, and save the model again",
            source=change.source,
        )

    def model_to_hub(self, model: Model, site: Site) -> Model:
        """Refuse a whole model of that kind: loaders build it before they look for its weights."""
        unknown = model.is_sequential and not site.prefix and _says_nothing(model)
        if (
            unknown
            and model.layers[0].model is None
            and any(layer.weights for layer in model.layers)
        ):
            raise Refused(
                f"it does not say what it is fed, so that {site.source} cannot load it either: "
                "loaders build a model before they fill it",
                hint="rebuild the model in the release that wrote it, with an input_shape for the "
                "first layer, load the weights into it, and save it again",
                source=own_keras_file("2.2.4", "engine/sequential.py"),
            )
        return model


def _says_nothing(model: Model) -> bool:
    """True if nothing tells the shape of what a Sequential is fed."""
    if not model.layers or "build_input_shape" in model.settings:
        return False
    first = model.layers[0]
    return first.class_name != "InputLayer" and "batch_input_shape" not in first.config


CHANGES = (
    Change(
        Kind.LAYER,
        ("Sequential",),
        key="build_input_shape",
        held="tf 1.., tf-keras 2.., keras3 3.., keras2 none",
        source=own_keras_file("2.3.1", "engine/sequential.py"),
        effect=CountsNoBuild(),
    ),
)
