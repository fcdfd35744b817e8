"""How loaders hand out the weights of models inside models."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Unchanged
from keraport.changes.declared import declared
from keraport.changes.sources import keras_file


@declared
class RestoresModelsInModels(Unchanged):
    """Loaders restore a model inside a model inside a model.

    Older ones hand out the trainable and the other weights of such a model in two rounds, and take
    the latter for kernels. `keraport.translate.restorable` finds the models that this breaks, and
    takes their layers one level up.
    """

    alters_meaning = True


@declared
class ListsFrozenInOrder(Unchanged):
    """A frozen layer lists the weights of what is inside it layer by layer.

    Older ones list the trainable weights of what is inside first, and wrappers make what they wrap
    as trainable as themselves. `keraport.analysis.weights` knows both orders.
    """

    alters_meaning = True


CHANGES = (
    Change(
        Kind.LAYER,
        ("Functional", "Sequential"),
        key="layers",
        held="tf 1.15..",
        source=keras_file("1.12.0", "engine/saving.py"),
        effect=RestoresModelsInModels("a nested model itself stays as it is"),
    ),
    Change(
        Kind.LAYER,
        ("Bidirectional", "RNN", "StackedRNNCells", "TimeDistributed"),
        key="trainable",
        held="tf 1.15..",
        source=keras_file("1.15.5", "engine/base_layer.py"),
        effect=ListsFrozenInOrder("the weights are written in the order of the target"),
    ),
)
