"""Losses, metrics, optimizers and schedules as objects: in the words of where steps lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from keraport.catalog.api import Kind, load_api
from keraport.changes.site import Refused
from keraport.model import Object, Value
from keraport.optimizers import Kept
from keraport.optimizers.fitting import Fitting, as_read, fitted
from keraport.optimizers.layouts import INNER, generation_of
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict
from keraport.translate.rewrite import Rewriting

PATH = "(training)"


@dataclass(frozen=True, slots=True)
class OptimizerSite:
    """What is known about an optimizer.

    Args:
        kept: its state, if that is to go on.
        looks_up: it trains embeddings.
        rewriting: towards the target.
        instead: filled with the class of the companion that takes the optimizer's place, and its
            further keywords.
    """

    kept: Kept | None
    looks_up: bool
    rewriting: Rewriting
    instead: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def companion(self, name: str, keywords: Mapping[str, Any]) -> None:
        """Take a class of the companion.

        Raises:
            Refused: there is none for the target, or none is wanted.
        """
        self.rewriting.site(PATH).companion(name)
        self.instead[name] = keywords


def lower_optimizer(optimizer: Object, site: OptimizerSite) -> Object:
    """An optimizer in the target's words.

    Raises:
        Refused: they cannot express it.
    """
    rewriting = site.rewriting
    config = optimizer.config if isinstance(optimizer.config, dict) else {}
    inner = {key: value for key, value in config.items() if is_optimizer(key, value, rewriting)}
    if inner:
        return _lower_wrapper(optimizer, inner, site)
    if optimizer.class_name not in rewriting.custom:
        optimizer = fitted(optimizer, _fitting(optimizer, site))
        config = optimizer.config if isinstance(optimizer.config, dict) else {}
    schedules = {key: value for key, value in config.items() if isinstance(value, Object)}
    for key, value in schedules.items():
        lowered = rewrite_function(Kind.SCHEDULE, value, rewriting)
        if rewriting.api.find(Kind.SCHEDULE, lowered.class_name) is None:
            raise Refused(f"{rewriting.target} has no schedule {value.class_name} for {key}")
        schedules[key] = lowered
    optimizer = replace(optimizer, config={**config, **schedules}) if schedules else optimizer
    return as_read(rewrite_function(Kind.OPTIMIZER, optimizer, rewriting), rewriting.target)


def _fitting(optimizer: Object, site: OptimizerSite) -> Fitting:
    kept, rewriting = site.kept, site.rewriting
    known = kept is not None and not kept.unknown
    return Fitting(
        kept.generation if kept is not None else generation_of(optimizer, rewriting.source),
        rewriting.source,
        rewriting.target,
        rewriting.api,
        steps=(kept.steps or 0) if kept is not None else 0,
        goes_on=known,
        looks_up=site.looks_up,
        note=lambda note: _note_once(rewriting.journal, note),
        companion=site.companion,
    )


def _note_once(journal: Journal, note: Note) -> None:
    if note not in journal.training:
        journal.training.append(note)


def is_optimizer(key: str, value: Value, rewriting: Rewriting) -> bool:
    """True if a value in an optimizer's config is an optimizer that it wraps."""
    if not isinstance(value, Object):
        return False
    known = load_api(rewriting.source.id).find(Kind.OPTIMIZER, value.class_name) is not None
    return known or key in INNER


_SCALING = "it only scales the loss against underflow in float16"
_ONLY_SCALES = {"LossScaleOptimizer": _SCALING, "LossScaleOptimizerV3": _SCALING}


def _lower_wrapper(wrapper: Object, inner: Mapping[str, Object], site: OptimizerSite) -> Object:
    """An optimizer around another one; the other one alone where the target lacks the wrapper."""
    rewriting = site.rewriting
    lowered = {key: lower_optimizer(item, site) for key, item in inner.items()}
    name = wrapper.class_name
    known = rewriting.api.find(Kind.OPTIMIZER, name) is not None
    if name in rewriting.custom or (known and not _is_taken_off(name, inner, site)):
        return rewrite_function(
            Kind.OPTIMIZER,
            replace(wrapper, config={**wrapper.config, **lowered}),
            rewriting,
        )
    alone = next(iter(lowered.values()))
    why = _ONLY_SCALES.get(name, f"{alone.class_name} trains without what it adds")
    lacks = "is left out" if known else f"is unavailable in {rewriting.target}"
    text = f"{name} around {alone.class_name} {lacks}: {why}"
    note = Note(Verdict.EQUIVALENT if name in _ONLY_SCALES else Verdict.APPROXIMATE, text)
    _note_once(rewriting.journal, note)
    return alone


def _is_taken_off(name: str, inner: Mapping[str, Object], site: OptimizerSite) -> bool:
    """True if the optimizer goes on without a wrapper: wrappers keep other things in each line."""
    if name not in _ONLY_SCALES:
        return False
    (item, *_) = inner.values()
    rewriting = site.rewriting
    ends = generation_of(item, rewriting.source), generation_of(item, rewriting.target)
    return site.kept is not None or ends[0] is not ends[1]


def rewrite_function(kind: Kind, item: Object, rewriting: Rewriting) -> Object:
    """A loss, metric, optimizer or schedule in the words of where the steps lead.

    Raises:
        Refused: they cannot express it.
    """
    if item.class_name in rewriting.custom:
        return item
    site = replace(rewriting, journal=Journal()).site(PATH)
    position = rewriting.following(-1, [(kind, item.class_name)])
    while position is not None:
        step = rewriting.steps[position]
        result = step.apply(item, rewriting.noting(step, site))
        if isinstance(result, Object):
            item = result
        position = rewriting.following(position, [(kind, item.class_name)])
    for notes in site.journal.layers.values():
        rewriting.journal.training.extend(
            note for note in notes if note not in rewriting.journal.training
        )
    return item
