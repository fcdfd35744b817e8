"""Losses, metrics and optimizer in the target's words, or left out with the reason.

They touch no prediction: what cannot be said is left out and reported, instead of refusing a model
whose layers all convert. A loss or optimizer that cannot be said takes the whole training config
with it, for compiling with another one would train something else; a metric goes alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from keraport.analysis.compiled import map_value
from keraport.analysis.losses_in_layers import adds_loss, dtypes_of_losses
from keraport.analysis.rewiring import output_of
from keraport.catalog.api import Kind, load_api
from keraport.changes.layers.dtype_rules import FLOATS, compute_dtype
from keraport.changes.layers.frozen_normalization import FrozenInTraining, is_frozen_normalization
from keraport.changes.site import Refused
from keraport.changes.training.losses import (
    CompilesWithoutLoss,
    LossesOfSeveralDtypes,
    LossOfAnyDtype,
)
from keraport.changes.training.metrics import MetricsByOutput
from keraport.model import Model, Object, Training, Value, WeightGroup
from keraport.model.graph import find_refs, walk
from keraport.optimizers import Kept
from keraport.optimizers.fitting import with_defaults
from keraport.report import Journal, Note, Verdict
from keraport.translate.legalise import Legality, legalise_training
from keraport.translate.objects_of_training import (
    OptimizerSite,
    lower_optimizer,
    rewrite_function,
)
from keraport.translate.optimizer_state import left_out, refuse_state, unread, with_state
from keraport.translate.rewrite import Rewriting


def lower_training(
    training: Training | None,
    model: Model,
    groups: Sequence[WeightGroup],
    kept: Kept | None,
    rewriting: Rewriting,
    legality: Legality,
    *,
    drop_state: bool = False,
) -> Training | None:
    """The training config for the target; None if there is none, or none that can be said.

    Args:
        training: in the words of the hub.
        model: in the target's words.
        groups: its weights, in the target's order.
        kept: the optimizer's state, if it is to go on.
        rewriting: towards the target.
        legality: of the target.
        drop_state: leave the optimizer's state out.
    """
    if training is None:
        return None
    journal = rewriting.journal
    if kept is not None and drop_state:
        journal.left_out.append(left_out(kept))
        kept = None
    if training.lost:
        journal.left_out.append(unread(training.lost))
    training = replace(training, state=(), scalars={}, slots=(), lost="")
    if kept is not None and training.optimizer is not None:
        source = load_api(rewriting.source.id)
        training = replace(training, optimizer=with_defaults(training.optimizer, source))
    site = OptimizerSite(kept, _looks_up(model), rewriting)
    try:
        if kept is not None and training.optimizer is not None:
            _require_optimizer(training.optimizer, site, legality)
        lowered = _lowered(training, model, site)
        problems = legalise_training(lowered, legality)
        if problems:
            raise Refused("; ".join(problems))
    except Refused as refused:
        journal.training.append(refused.note)
        journal.left_out.append(
            f"the training config ({refused.note.text}): call model.compile(...) before fitting"
        )
        if kept is not None and not kept.unknown:
            journal.left_out.append(left_out(kept))
        return None
    _say_frozen(model, rewriting)
    lowered = with_state(lowered, model, groups, kept, rewriting)
    for name, keywords in site.instead.items():
        lowered = replace(lowered, optimizer=_renamed(lowered.optimizer, name, keywords))
    return lowered


def _renamed(optimizer: Object | None, name: str, keywords: Mapping[str, Value]) -> Object | None:
    """An optimizer as a class of the companion."""
    if optimizer is None or not isinstance(optimizer.config, Mapping):
        return optimizer
    return replace(optimizer, class_name=name, config={**optimizer.config, **keywords})


def _looks_up(model: Model) -> bool:
    """True if a model has tables of rows to look up: gradients are those of the rows."""
    return any(layer.class_name == "Embedding" for _, layer in walk(model))


def _say_frozen(model: Model, rewriting: Rewriting) -> None:
    """Say that frozen normalisations train the layers around them otherwise."""
    frozen = [path for path, layer in walk(model) if is_frozen_normalization(layer)]
    if frozen and rewriting.steps.crossed(FrozenInTraining):
        more = f" and {len(frozen) - 1} more" if len(frozen) > 1 else ""
        text = (
            f"{frozen[0]}{more}: while training, a frozen BatchNormalization normalises by the "
            "batch up to TensorFlow 1.15 and in standalone Keras, and by its moving averages later"
        )
        rewriting.journal.training.append(Note(Verdict.APPROXIMATE, text))


def _require_optimizer(optimizer: Object, site: OptimizerSite, legality: Legality) -> None:
    """Refuse an optimizer that took steps and that the target does not have."""
    try:
        lowered = lower_optimizer(optimizer, site)
        problems = legalise_training(Training(lowered), legality)
    except Refused as refused:
        problems = [refused.note.text]
    if problems and site.kept is not None:
        refuse_state(site.kept, "; ".join(problems), site.rewriting)


def _lowered(training: Training, model: Model, site: OptimizerSite) -> Training:
    rewriting = site.rewriting
    optimizer = training.optimizer
    if optimizer is None:
        raise Refused("the file has no optimizer")
    steps = rewriting.steps
    if steps.undone(MetricsByOutput):
        training = _by_position(training, model)
    if steps.undone(LossOfAnyDtype):
        _require_dtype(model, rewriting, {"float32"}, "computes losses in float32 only")
    elif steps.undone(LossesOfSeveralDtypes):
        first = output_dtypes(model, rewriting)[0][1]
        _require_dtype(model, rewriting, FLOATS & {first}, "adds up losses of one dtype only")
    if steps.undone(CompilesWithoutLoss):
        _require_loss(training, model, rewriting)
    return replace(
        training,
        optimizer=lower_optimizer(optimizer, site),
        loss=map_value(training.loss, lambda item: rewrite_function(Kind.LOSS, item, rewriting)),
        metrics=_lower_metrics("metrics", training.metrics, model, rewriting),
        settings={
            **training.settings,
            "weighted_metrics": _lower_metrics(
                "weighted_metrics", training.settings.get("weighted_metrics"), model, rewriting
            ),
            # Loaders up to TF 2.1 read this key without asking whether it is there.
            "sample_weight_mode": training.settings.get("sample_weight_mode"),
            "loss_weights": training.settings.get("loss_weights"),
        },
    )


def _by_position(training: Training, model: Model) -> Training:
    """Losses and their weights in the outputs' order, where names would not tell outputs apart.

    Keras names outputs by their layers, and numbers those of one layer; a model that gave a dict
    named them by its keys. Lists mean the same in every release.
    """
    settings = dict(training.settings)
    weights, loss = settings.get("loss_weights"), training.loss
    if isinstance(weights, int | float):
        settings["loss_weights"] = [weights]
    layers = output_names(model)
    names = numbered(layers)
    if isinstance(loss, dict) and not set(loss) <= {*layers, *names}:
        raise Refused(f"its losses are for {', '.join(loss)}, and its outputs have other names")
    if names != layers:
        if isinstance(loss, dict):
            loss = [loss.get(name) for name in names]
        if isinstance(weights, dict):
            settings["loss_weights"] = [weights.get(name, 1.0) for name in names]
    return replace(training, loss=loss, settings=settings)


def numbered(names: list[str]) -> list[str]:
    """Names told apart as Keras does: ``d``, ``d_1``, ``d_2`` (``training_utils.py``)."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        result.append(f"{name}_{count}" if count else name)
    return result


def _require_dtype(
    model: Model, rewriting: Rewriting, known: Collection[str], because: str
) -> None:
    for name, dtype in output_dtypes(model, rewriting):
        if dtype not in known:
            raise Refused(f"output {name} is {dtype}, and {rewriting.target} {because}")
    for path, dtype in dtypes_of_losses(model, rewriting.dtypes):
        if dtype not in known:
            raise Refused(
                f"{path} adds a loss in {dtype} to that of the outputs, and {rewriting.target} "
                f"{because}"
            )


def output_dtypes(model: Model, rewriting: Rewriting) -> list[tuple[str, str]]:
    """The layers whose outputs leave the model, and the dtypes of these outputs."""
    refs = [output_of(model.layers[-1])] if model.is_sequential else list(find_refs(model.outputs))
    found = []
    for ref in refs:
        calls = rewriting.dtypes.get(ref.layer, ())
        outputs = calls[0].outputs if calls else (compute_dtype(model.layer(ref.layer)),)
        found.append((ref.layer, outputs[min(ref.tensor, len(outputs) - 1)]))
    return found


def _require_loss(training: Training, model: Model, rewriting: Rewriting) -> None:
    if not _names_one(training.loss) and not any(adds_loss(layer) for _, layer in walk(model)):
        raise Refused(
            f"it was compiled without a loss, and {rewriting.target} compiles no model that has "
            "nothing to optimize"
        )


def _names_one(loss: Value) -> bool:
    """True if at least one output has a loss."""
    if isinstance(loss, dict):
        return any(map(_names_one, loss.values()))
    return any(map(_names_one, loss)) if isinstance(loss, list) else loss is not None


def _lower_metrics(where: str, metrics: Value, model: Model, rewriting: Rewriting) -> Value:
    """Metrics one by one: those that cannot be said are dropped, and said to be."""
    if isinstance(metrics, str | Object):
        metrics = [metrics]
    if isinstance(metrics, list):
        if not any(isinstance(item, list) for item in metrics):
            return _kept(where, metrics, rewriting)
        if rewriting.steps.undone(MetricsByOutput):
            return _by_output(where, metrics, model, rewriting)
        lists = [item if isinstance(item, list) else [item] for item in metrics]
        # An output without metrics has None among them (TF 2.15), which Keras 3 does not take.
        as_it_is = rewriting.source == rewriting.target
        return [
            _kept(where, [metric for metric in item if as_it_is or metric is not None], rewriting)
            for item in lists
        ]
    if isinstance(metrics, dict):
        names = output_names(model)
        if len(set(names)) != len(names) or not set(metrics) <= set(names):
            _drop(rewriting, where, "they cannot be assigned to the outputs")
            return None
        kept = {
            key: _kept(where, value if isinstance(value, list) else [value], rewriting)
            for key, value in metrics.items()
        }
        return {key: value for key, value in kept.items() if value}
    return metrics


def _by_output(where: str, metrics: list[Value], model: Model, rewriting: Rewriting) -> Value:
    """A list of lists, one for each output, which older releases take for a list for all."""
    names = output_names(model)
    lists = [item if isinstance(item, list) else [item] for item in metrics]
    # An output without metrics has None among them (TF 2.15).
    lists = [[metric for metric in item if metric is not None] for item in lists]
    if len(lists) == len(names) == 1:
        return _kept(where, lists[0], rewriting)
    if len(lists) != len(names) or len(set(names)) != len(names):
        _drop(rewriting, where, "they cannot be assigned to the outputs")
        return None
    return _lower_metrics(where, dict(zip(names, lists, strict=True)), model, rewriting)


def output_names(model: Model) -> list[str]:
    """The layers whose outputs leave the model, by which Keras names the outputs."""
    if model.is_sequential:
        return [output_of(model.layers[-1]).layer]
    return [ref.layer for ref in find_refs(model.outputs)]


def _kept(where: str, metrics: list[Value], rewriting: Rewriting) -> list[Value]:
    kept: list[Value] = []
    for metric in metrics:
        try:
            said = map_value(metric, lambda item: _said(item, rewriting)) if metric else metric
            kept.append(said)
        except Refused as refused:
            _drop(rewriting, where, refused.note.text)
    return kept


def _said(item: Object, rewriting: Rewriting) -> Object:
    lowered = rewrite_function(Kind.METRIC, item, rewriting)
    single = Training(optimizer=None, metrics=lowered)
    legality = Legality(rewriting.target, rewriting.api, Journal(), rewriting.custom)
    problems = legalise_training(
        replace(single, metrics=lowered.class_name if lowered.config is None else lowered), legality
    )
    if problems:
        raise Refused("; ".join(problems))
    return lowered


def _drop(rewriting: Rewriting, where: str, why: str) -> None:
    rewriting.journal.training.append(Note(Verdict.REFUSED, why))
    rewriting.journal.left_out.append(f"one of the {where} ({why})")
