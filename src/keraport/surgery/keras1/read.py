"""The door to this folder: a file of Keras 1 as Keras 2.0 would have written it."""

from __future__ import annotations

from dataclasses import replace

from keraport.analysis.order import layer_order
from keraport.catalog.releases import Release, release_with
from keraport.model import Model, ModelFile
from keraport.records import dataclass
from keraport.report import Journal


@dataclass(frozen=True, slots=True)
class Modern:
    """A file in the words of a release whose loader takes those of Keras 1, too.

    Args:
        file: as read, or as Keras 2.0 would have written it.
        model: its model.
        source: the release whose words it is in.
        is_of_keras_1: it was brought into them.
    """

    file: ModelFile
    model: Model
    source: Release
    is_of_keras_1: bool = False


def in_words_of_keras_2(
    file: ModelFile,
    model: Model,
    source: Release,
    journal: Journal,
    own: frozenset[str] = frozenset(),
) -> Modern:
    """A file of Keras 1 in the words of Keras 2.0; any other file as it is.

    Args:
        file: as read.
        model: its model.
        source: the release that wrote it.
        journal: is told what is called otherwise, and of what Keras 2 has nothing for.
        own: names of classes of the user's own.
    """
    if not source.has("writes-words-of-keras-1"):
        return Modern(file, model, source)
    from keraport.surgery.keras1.backends import with_backend
    from keraport.surgery.keras1.kernels import with_modern_weights
    from keraport.surgery.keras1.layers import Words
    from keraport.surgery.keras1.shapes import with_known_shapes

    words = Words(journal, own)
    spelt = words.model(model)
    spelt = with_known_shapes(model, spelt, own, journal)
    layers = tuple(
        layer if layer.name in words.refused else with_modern_weights(layer, journal)
        for layer in spelt.layers
    )
    spelt = replace(spelt, layers=layers)
    file = with_backend(_in_order(file, spelt))
    return Modern(file, spelt, release_with("takes-words-of-keras-1"), is_of_keras_1=True)


def _in_order(file: ModelFile, model: Model) -> ModelFile:
    """The file with its groups in the order of the layers.

    Sequentials that begin with a Merge are graphs now, whose layers stand in another order than the
    branches that files list one after the other. Groups are called like their layers.
    """
    places = {layer.name: place for place, layer in enumerate(layer_order(model))}
    if not all(group.layer in places for group in file.groups):
        return file
    groups = sorted(file.groups, key=lambda group: places[group.layer])
    return replace(file, groups=tuple(groups))
