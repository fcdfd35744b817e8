"""Whether two releases read a file alike, told without translating it for the second.

What sets two releases apart is known: the changes that one of them has, its traits, and what its
catalog says of classes. Where none of that is about anything that the translation for the first
came across, the translation for the second would ask the same questions and get the same answers.
Whatever is not plainly so counts as not alike, and the file is translated for both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Final

from keraport import hub
from keraport.analysis.kinds import MODEL_CLASSES
from keraport.catalog.api import ClassSpec, Kind, load_api
from keraport.catalog.releases import Release
from keraport.changes import ALL_CHANGES, Change, between, to_hub
from keraport.changes.change import Effect
from keraport.changes.combinators import RenamedClass
from keraport.changes.graph.calls import TensorArguments
from keraport.changes.graph.casts_of_models import CastsOfModelInputs
from keraport.changes.graph.deferred import CountsNoBuild
from keraport.changes.graph.input_sizes import ChecksSizes
from keraport.changes.graph.nested_models import MasksEnterModels, NeedsUnnesting
from keraport.changes.graph.side_branches import KeepsSideBranches
from keraport.changes.keras3.casts import HandsMasksThroughCasts
from keraport.changes.layers.cudnn import NeedsGpu
from keraport.changes.layers.dropout import PartialNoiseShape
from keraport.changes.layers.frozen_normalization import FrozenInTraining
from keraport.changes.layers.masks import IdentitiesKeepMasks, LambdasHandMasksOn
from keraport.changes.layers.recurrent_states import KeepsStateAnywhere
from keraport.changes.steps import Name, Step
from keraport.changes.training.losses import (
    CompilesWithoutLoss,
    LossesOfSeveralDtypes,
    LossOfAnyDtype,
)
from keraport.changes.training.metrics import MetricsByOutput
from keraport.changes.weights.nested import ListsFrozenInOrder, RestoresModelsInModels
from keraport.model import KERAS, Layer, ModelFile
from keraport.model.graph import walk
from keraport.report import Verdict
from keraport.translate.translation import Translation

SOUGHT_BY_SORT: Final[tuple[type[Effect], ...]] = (
    CastsOfModelInputs,
    ChecksSizes,
    CompilesWithoutLoss,
    CountsNoBuild,
    FrozenInTraining,
    HandsMasksThroughCasts,
    IdentitiesKeepMasks,
    KeepsSideBranches,
    KeepsStateAnywhere,
    LambdasHandMasksOn,
    ListsFrozenInOrder,
    LossOfAnyDtype,
    LossesOfSeveralDtypes,
    MasksEnterModels,
    MetricsByOutput,
    NeedsGpu,
    NeedsUnnesting,
    PartialNoiseShape,
    RestoresModelsInModels,
    TensorArguments,
)
"""Effects that passes ask a pair of releases for, whatever classes the changes name."""

_OF_NESTED: Final = (NeedsUnnesting,)
"""Those of them that models without models inside have nothing to do with."""

_NOT_READ_BY: Final = frozenset({"spells-as-the-hub", "taken-first"})
"""Traits that translating asks of no source: what is read first, and where the hub began."""

_COMPUTES: Final = hub.names(lambda row: row.own_functions or row.operation)
"""Layers of functions, which are looked up in what a release is made of, beyond its catalog."""


def reads_alike(
    file: ModelFile, reading: Translation, source: Release, other: Release, target: Release
) -> bool:
    """True if nothing that sets `other` apart from `source` can concern the file.

    Args:
        file: as read.
        reading: the file for the target, read as `source`, without files of the user's.
        source: a release that may have written it.
        other: another one.
        target: the release that it is translated for.
    """
    return (
        _is_plain(file, reading)
        and _are_of_one_sort(source, other)
        and _have_same_steps(source, other, target, _words(file, reading), _is_nested(file))
        and _have_same_specs(source, other, _words(file, reading), _keys(file, reading))
    )


def _is_plain(file: ModelFile, reading: Translation) -> bool:
    """Layers and weights alone, all of Keras' own, and nothing that stands in the way."""
    if file.model is None or file.training is not None or file.weights_of is not None:
        return False
    if reading.custom or reading.companions or reading.functions:
        return False
    if any(row.verdict is Verdict.REFUSED for row in reading.layers):
        return False
    if file.model.package != KERAS or file.model.class_name not in MODEL_CLASSES:
        return False
    return all(
        layer.is_keras and layer.class_name not in _COMPUTES for layer in _layers(file, reading)
    )


def _layers(file: ModelFile, reading: Translation) -> Iterable[Layer]:
    models = (file.model, reading.file.model)
    return (layer for model in models if model is not None for _, layer in walk(model))


def _is_nested(file: ModelFile) -> bool:
    return file.model is not None and any(layer.model for _, layer in walk(file.model))


def _words(file: ModelFile, reading: Translation) -> frozenset[Name]:
    """Whatever changes and catalogs were, or may have been, asked for."""
    named = {(Kind.LAYER, layer.class_name) for layer in _layers(file, reading)}
    return reading.words | named


def _keys(file: ModelFile, reading: Translation) -> frozenset[str]:
    return frozenset().union(*(layer.config for layer in _layers(file, reading)))


@cache
def _are_of_one_sort(source: Release, other: Release) -> bool:
    """True for neighbours on a line, which code asks for nothing but changes and catalogs.

    Those with operations, of Keras 3, are asked whether they lie in windows as well.
    """
    if source.has("has-operations") or other.has("has-operations"):
        return False
    of_both = [
        (item.line, item.like, item.backend, item.companion_api, {*item.traits} - _NOT_READ_BY)
        for item in (source, other)
    ]
    return of_both[0] == of_both[1]


@cache
def _apart(source: Release, other: Release) -> tuple[Change, ...]:
    """The changes that one of them has and the other lacks."""
    return tuple(c for c in ALL_CHANGES if c.held_by(source) != c.held_by(other))


def _have_same_steps(
    source: Release, other: Release, target: Release, words: frozenset[Name], nested: bool
) -> bool:
    for change in _apart(source, other):
        effect = change.effect
        if any(_is_about(change, word) for word in words) or _concerns_models(change):
            return False
        if isinstance(effect, SOUGHT_BY_SORT) and (nested or not isinstance(effect, _OF_NESTED)):
            return False
    # The order in which changes are undone depends on the release as well.
    return to_hub(source).concerning(words) == to_hub(other).concerning(words) and between(
        source, target
    ).concerning(words) == between(other, target).concerning(words)


def _is_about(change: Change, word: Name) -> bool:
    kind, name = word
    return change.concerns(kind, name) or (
        kind is change.kind and name in change.effect.spelt_without()
    )


def _concerns_models(change: Change) -> bool:
    """True if it does something to models as a whole, or to what they are called."""
    if any(Step(change, to_hub=way).concerns_models for way in (True, False)):
        return True
    return change.kind is Kind.LAYER and isinstance(change.effect, RenamedClass)


def _have_same_specs(
    source: Release, other: Release, words: frozenset[Name], keys: frozenset[str]
) -> bool:
    """True if the catalogs of both say the same of every class, as far as it is used."""
    apis = load_api(source.id), load_api(other.id)
    for kind, name in words:
        one, another = (api.find(kind, name) for api in apis)
        if one is None or another is None:
            if one is not another or any(name in api.class_names for api in apis):
                return False
        elif (one.keywords ^ another.keywords) & keys or not _is_same(one, another):
            return False
    return True


def _is_same(one: ClassSpec, other: ClassSpec) -> bool:
    """True if they differ in what they accept beyond their own parameters at most."""
    return replace(one, keywords=other.keywords) == other


__all__ = ["SOUGHT_BY_SORT", "reads_alike"]
