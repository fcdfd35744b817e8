"""How layers are called."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Layer
from keraport.model.graph import find_refs


@declared
class TensorArguments(Effect):
    """Keyword arguments of a call may be tensors, such as ``mask=``; older loaders take names."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Attach masks to the tensors themselves; refuse other tensors."""
        if isinstance(subject, Layer):
            for call in subject.calls:
                for key, value in call.arguments.items():
                    if find_refs(value):
                        raise Refused(
                            f"is called with a tensor for {key}: {site.target} cannot load that",
                            hint=f"give {key} as an input of the layer, or let a layer make it",
                            source=change.source,
                        )
        return subject


CHANGES = (
    Change(
        Kind.LAYER,
        ("*",),
        key="call",
        held="tf 1.15..",
        source=keras_file("1.15.5", "engine/network.py"),
        effect=TensorArguments(),
    ),
)
