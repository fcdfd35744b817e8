"""From the words of the source release to those of the hub."""

from __future__ import annotations

from dataclasses import replace

from keraport.analysis.compiled import map_functions
from keraport.analysis.graph_check import check_graph
from keraport.catalog.api import Kind, load_api
from keraport.catalog.releases import Release
from keraport.changes import to_hub
from keraport.changes.steps import Name
from keraport.model import Model, Object, Training, Value
from keraport.report import Journal
from keraport.translate.objects_of_training import is_optimizer, rewrite_function
from keraport.translate.rewrite import rewrite_model
from keraport.translate.rewriting import Rewriting


def normalise(
    model: Model,
    training: Training | None,
    source: Release,
    target: Release | None = None,
    journal: Journal | None = None,
    custom: frozenset[str] = frozenset(),
    words: set[Name] | None = None,
) -> tuple[Model, Training | None]:
    """The same model in the hub's words, and how it was compiled.

    Precondition: they say what `source` wrote. Postcondition: every class and keyword has its name
    in the hub, and every default that differs there is written out.

    Args:
        model: as read.
        training: how it was compiled, if it was.
        source: the release that wrote it.
        target: the release to be written for; what differs there is noted. None if there is none.
        journal: takes the notes.
        custom: names of classes and functions of the user's own; they are left alone.
        words: filled with the names that changes were looked up by.

    Raises:
        DamagedFileError: the graph of layers contradicts itself.
    """
    check_graph(model)
    steps = to_hub(source)
    if not steps:
        return model, training
    target, journal = target or source, journal or Journal()
    api = load_api(target.id)
    rewriting = Rewriting(source, target, steps, api, journal, custom)
    if words is not None:
        rewriting = replace(rewriting, words=words)
    hub = rewrite_model(model, rewriting)
    return hub, training and _training(training, rewriting)


def _training(training: Training, rewriting: Rewriting) -> Training:
    """Losses, metrics and the optimizer, and what is inside of it."""

    def visit(kind: Kind, item: Object) -> Object:
        if isinstance(item.config, dict):
            inside = {key: inner(key, value) for key, value in item.config.items()}
            item = replace(item, config=inside)
        return rewrite_function(kind, item, rewriting)

    def inner(key: str, value: Value) -> Value:
        if not isinstance(value, Object):
            return value
        kind = Kind.OPTIMIZER if is_optimizer(key, value, rewriting) else Kind.SCHEDULE
        return visit(kind, value)

    return map_functions(training, visit)
