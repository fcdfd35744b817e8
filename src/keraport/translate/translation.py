"""All passes in their order: from a file as read to the same file for another release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from keraport.analysis.dtypes import infer_dtypes
from keraport.analysis.graph_check import check_graph
from keraport.analysis.masks import masked_layers
from keraport.analysis.order import renumbered
from keraport.analysis.run_order import in_run_order, refuse_overtaken
from keraport.analysis.shapes import infer_shapes
from keraport.analysis.stored_check import check_stored
from keraport.analysis.weights import UnknownOrderError, in_rounds, ordered_groups
from keraport.catalog.api import load_api
from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.steps import Name
from keraport.model import Model, ModelFile, WeightGroup
from keraport.model.graph import walk
from keraport.optimizers import kept_in
from keraport.own.activation_layers import ActivationLayers
from keraport.own.custom import refuse_unknown
from keraport.own.imports import note_imports
from keraport.own.keywords_of_bases import in_words_of_bases
from keraport.own.lambda_layers import LambdaChoices, LambdaLayers
from keraport.own.model_classes import as_base_classes
from keraport.own.objects import ObjectsFile
from keraport.own.tensor_arguments import with_tensors_as_inputs
from keraport.own.third_party.recognise import recognise, refuse_open_noise
from keraport.own.user_objects import UserObjects, as_users_call_it, check_keywords, told_apart
from keraport.records import dataclass
from keraport.report import OPTIMIZER, Journal, LayerReport, Note, Verdict
from keraport.surgery.agreeing_inputs import with_agreeing_inputs
from keraport.surgery.attached_masks import with_masks_attached
from keraport.surgery.backends import as_tensorflow_computes
from keraport.surgery.call_order import refuse_calls_out_of_order
from keraport.surgery.companions import refuse_other_meanings, with_built_ins, written_again
from keraport.surgery.cudnn import without_cudnn
from keraport.surgery.fitting_ranks import with_fitting_ranks
from keraport.surgery.keras1.read import in_words_of_keras_2
from keraport.surgery.lost_masks import with_masks_lost_by_models
from keraport.surgery.masks_of_lambdas import with_lambdas_that_hand_masks_on
from keraport.surgery.operation_keywords import in_words_of_target
from keraport.surgery.quantised import without_quantisation
from keraport.surgery.recorded_masks import without_recorded_masks
from keraport.surgery.returned_inputs import with_masks_lost_by_identities
from keraport.surgery.side_branches import without_side_branches
from keraport.surgery.slashes import without_slashes
from keraport.surgery.tensor_operations import with_functions
from keraport.surgery.told_stacks import with_told_stacks
from keraport.surgery.unnest import unnest
from keraport.translate.legalise import Legality, legalise
from keraport.translate.restorable import make_restorable
from keraport.translate.rewrite import Rewriting, rewrite_model
from keraport.translate.to_hub import normalise
from keraport.translate.training_config import lower_training

if TYPE_CHECKING:
    from keraport.lambdas.functions import Function


@dataclass(frozen=True, slots=True)
class Translation:
    """A file in the words of the target.

    Args:
        file: its groups are in the order in which the target hands out weights.
        layers: the verdict on every layer of the source, in its order, then on layers that are new.
        journal: what was noted on the way.
        companions: names of objects that the companion must define.
        custom: names of the user's own that the output may use.
        functions: of Lambda layers, as source for the companion.
        words: kinds and names that changes were looked up by on the way.
    """

    file: ModelFile
    layers: tuple[LayerReport, ...]
    journal: Journal
    companions: frozenset[str]
    custom: frozenset[str] = frozenset()
    functions: tuple[Function, ...] = ()
    words: frozenset[Name] = frozenset()


def translate(
    file: ModelFile,
    model: Model,
    source: Release,
    target: Release,
    *,
    user: UserObjects | None = None,
    lambdas: LambdaChoices | None = None,
    stock_only: bool = False,
    files: Sequence[ObjectsFile] = (),
    drop_optimizer: bool = False,
) -> Translation:
    """Normalise, lower, legalise.

    Args:
        file: as read.
        model: its model.
        source: the release that wrote it.
        target: the release to be written for.
        user: what the user's own files define.
        lambdas: what to do with Lambda layers.
        stock_only: no companion is wanted.
        files: the user's own files.
        drop_optimizer: leave out the optimizer's state.

    Raises:
        DamagedFileError: the model contradicts itself.
    """
    words: set[Name] = set()
    journal, user = Journal(), told_apart(user or UserObjects(), model, load_api(target.id))
    custom = user.names
    if file.weights_of is not None:
        journal.left_out.append(
            f"the weights of {file.path.name} itself, and what its optimizer keeps for them: "
            f"those of {file.weights_of.name} are taken"
        )
    journal.left_out += [f"{name} of the checkpoint: no layer has it" for name in file.unused]
    saved = model
    of_optimizer = kept_in(file, model, source)
    modern = in_words_of_keras_2(file, model, source, journal, custom)
    file, model, source = modern.file, modern.model, modern.source
    model, training = as_users_call_it(model, file.training, user, journal)
    model = as_base_classes(model, load_api(source.id), custom, user.renamed, journal)
    activations = ActivationLayers(load_api(source.id), custom, stock_only, journal)
    model = activations.taken_out(model)
    custom |= activations.made.keys()
    functions = LambdaLayers(lambdas or LambdaChoices(), custom, source, target, journal)
    model = functions.resolve(model)
    written = {name: item.uncopied or item.source for name, item in functions.made.items()}
    resolved = model
    model = with_lambdas_that_hand_masks_on(model, source, target, journal, written, _returned)
    functions.forget(resolved, model)
    note_imports(model, files, source, target, journal)
    attached: set[str] = set()
    model = without_recorded_masks(model, source, target, journal, attached, stock_only=stock_only)
    model, called = with_functions(model, source, target, journal)
    dropping = {layer.name for layer in model.layers if layer.class_name in attached}
    known = recognise(model, custom - user.companions, journal)
    refuse_open_noise(saved, source, target, journal)
    custom |= refuse_unknown(
        model,
        load_api(source.id),
        journal,
        custom,
        load_api(target.id),
        known.found | called | dropping,
        user.companions,
    )
    model, custom = known.model, custom | known.refused
    model, training = in_words_of_bases(model, training, user, source, target, journal)
    check_keywords(model, user, load_api(target.id), journal)
    model = with_tensors_as_inputs(model, user, source, target, journal)
    check_graph(model)
    check_stored(file, model, load_api(source.id), custom)
    model = without_quantisation(model, source, target, journal)
    model = with_told_stacks(model, source, target, journal)
    model, training = normalise(model, training, source, target, journal, custom, words)
    model = with_masks_lost_by_identities(
        model,
        source,
        target,
        journal,
        attached,
        written,
        _returned,
        stock_only=stock_only,
    )
    model = with_agreeing_inputs(model, source, target, journal)
    model = without_cudnn(model, source, target, journal)
    model = as_tensorflow_computes(file, model, source, journal, asks=modern.is_of_keras_1)
    whole = model
    model, training = without_side_branches(model, training, source, target, journal)
    model = in_run_order(model, source, target)
    if not stock_only:
        model = with_masks_attached(model, source, target, journal, attached)
    model = with_fitting_ranks(model, source, target, journal)
    model = with_masks_lost_by_models(
        model, source, target, journal, attached, stock_only=stock_only
    )
    unnested = unnest(model, source, target, journal, stock_only=stock_only)
    flat, training = without_side_branches(
        unnested.model, training, source, target, journal, unnested.moved
    )
    unnested = replace(unnested, model=flat)
    notes = Journal(training=journal.training, left_out=journal.left_out)
    rewriting = Rewriting(
        source=source,
        target=target,
        steps=between(source, target),
        api=load_api(target.id),
        journal=notes,
        custom=custom,
        shapes=infer_shapes(flat, custom),
        dtypes=infer_dtypes(flat, custom, stock_only=stock_only),
        masks=masked_layers(unnested.model, load_api(source.id)),
        stock_only=stock_only,
        companions=attached.union(unnested.companions),
        words=words,
    )
    lowered = make_restorable(rewrite_model(flat, rewriting), rewriting)
    refuse_overtaken(lowered, notes)
    lowered = in_words_of_target(renumbered(lowered), source, target, notes)
    refuse_calls_out_of_order(lowered, target, notes)
    refuse_other_meanings(lowered, user.companions, target, rewriting.api, notes)
    lowered = with_built_ins(lowered, user.companions, rewriting.api)
    again, kept = written_again(lowered, user.companions, source, target, rewriting.api, notes)
    custom = custom - user.companions | kept
    companions = again.union(rewriting.companions)
    legality = Legality(target, rewriting.api, notes, custom | companions, companions - custom)
    legalise(lowered, legality)
    groups = _groups(unnested.model, lowered, rewriting) if _has_weights(file, model) else ()
    translated = replace(
        file,
        model=lowered,
        training=lower_training(
            training, lowered, groups, of_optimizer, rewriting, legality, drop_state=drop_optimizer
        ),
        groups=groups,
    )
    companions |= rewriting.companions
    translated = without_slashes(translated, target, notes)
    unnested.tell(notes, journal)
    classes = _classes(saved, whole, lowered, journal)
    if of_optimizer is not None and OPTIMIZER in classes:
        classes[OPTIMIZER] = of_optimizer.name
    rows = journal.rows(classes)
    made = (*activations.made.values(), *functions.made.values())
    return Translation(translated, rows, journal, companions, custom, made, frozenset(words))


def _returned(source: str, dtypes: Sequence[str]) -> tuple[int, ...]:
    """As `keraport.lambdas.returned`, which only models with a Lambda import."""
    from keraport.lambdas.returned import returned

    return returned(source, dtypes)


def _has_weights(file: ModelFile, model: Model) -> bool:
    """True if weights go with the architecture, be it that no layer has any."""
    return bool(file.groups) or any(layer.weights for layer in model.layers)


def _groups(source: Model, lowered: Model, rewriting: Rewriting) -> tuple[WeightGroup, ...]:
    try:
        rounds = in_rounds(rewriting.source), in_rounds(rewriting.target)
        return ordered_groups(source, lowered, rewriting.moved, rounds)
    except UnknownOrderError as error:
        rewriting.journal.note(str(error), Note(Verdict.REFUSED, error.text, error.hint))
        return ()


def _classes(saved: Model, source: Model, lowered: Model, journal: Journal) -> dict[str, str]:
    """Class by path: the source's layers in order, then new ones that something was noted about.

    Classes are called as the file calls them.
    """
    named = {path: layer.class_name for path, layer in walk(saved)}
    classes = {path: named.get(path, layer.class_name) for path, layer in walk(source)}
    new = {path: layer.class_name for path, layer in walk(lowered)}
    for path in journal.layers:
        classes.setdefault(path, new.get(path, named.get(path, saved.class_name)))
    return classes
