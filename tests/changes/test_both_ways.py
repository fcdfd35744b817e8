"""What changes do on the way to the hub is worth as much as what they do on the way from it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tests.changes.conftest import entry, graph, item, run

from keraport.catalog.api import Kind, load_api
from keraport.catalog.releases import get_release
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.combinators import Added, Renamed, RenamedClass, RenamedValue
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.changes.steps import Step, Steps
from keraport.dialects import parse_model
from keraport.model import Call, Layer, Model, TensorRef
from keraport.report import Journal, Note, Verdict
from keraport.translate.rewrite import rewrite_model
from keraport.translate.rewriting import Rewriting

OLD_GRU = {"units": 3, "activation": "tanh", "use_bias": True}


def test_defaults_that_moved_are_written_out_and_noted() -> None:
    document = graph(entry(shape=(5, 4)), item("GRU", "layer", ["in"], **OLD_GRU))
    found = run({**document, "class_name": "Model"}, "tf1.12", "tf2.3")
    config = found.config()
    assert config["reset_after"] is False
    assert config["recurrent_activation"] == "hard_sigmoid"
    assert {note.text for note in found.notes()} == {
        "implementation=1 written out",
        "recurrent_activation='hard_sigmoid' written out",
        "reset_after=False written out",
    }
    assert found.verdict is Verdict.EXACT


def test_numbers_written_as_arrays_are_noted() -> None:
    slope = {"type": "ndarray", "value": 0.25}
    document = graph(entry(), item("LeakyReLU", "layer", ["in"], alpha=slope))
    found = run({**document, "class_name": "Model"}, "tf1.12", "tf2.3")
    assert found.config()["alpha"] == 0.25
    assert [note.text for note in found.notes()] == ["alpha written as a plain number"]


def test_a_class_of_the_user_s_with_the_name_of_a_built_in_one_keeps_its_keywords() -> None:
    document = graph(entry(shape=(5, 4)), item("GRU", "layer", ["in"], size=3))
    custom = frozenset({"GRU"})
    found = run({**document, "class_name": "Model"}, "tf1.12", "tf2.3", custom=custom)
    assert found.config() == {"name": "layer", "size": 3}
    assert found.verdict is Verdict.UNCHANGED


NOT_IN_23 = "tf ..1.15"
"""A window that TF 1.12 lies in and TF 2.3 does not: what a newer release dropped."""


def rewritten(
    model: Model, *changes: Change, up: bool, source: str = "tf1.12", target: str = "tf2.3"
) -> tuple[Model, dict[str, list[Note]], set[str]]:
    journal, release = Journal(), get_release(target)
    steps = Steps(Step(change, to_hub=up) for change in changes)
    how = Rewriting(get_release(source), release, steps, load_api(release.id), journal)
    return rewrite_model(model, how), journal.layers, how.companions


def dense(**config: object) -> Model:
    return parse_model(graph(entry(), item("Dense", "layer", ["in"], units=2, **config)))


def change(what: Effect, key: str = "", held: str = NOT_IN_23) -> Change:
    return Change(Kind.LAYER, ("Dense",), held, what, "https://example.com/notes", key)


def test_a_keyword_that_a_newer_release_dropped_is_left_out_or_refused() -> None:
    dropped = change(Added(neutral=1, because="it has one group"), "groups")
    model, notes, _ = rewritten(dense(groups=1), dropped, up=False)
    assert "groups" not in model.layer("layer").config
    assert [note.verdict for note in notes["layer"]] == [Verdict.EXACT]
    _, notes, _ = rewritten(dense(groups=2), dropped, up=False)
    (note,) = notes["layer"]
    assert note.verdict is Verdict.REFUSED
    assert note.text == "groups=2: tf2.3 does not have this keyword; it has one group"


def test_values_are_renamed_both_ways() -> None:
    renamed = change(RenamedValue({"binary": "multi_hot"}), "mode")
    model, notes, _ = rewritten(dense(mode="binary"), renamed, up=False)
    assert model.layer("layer").config["mode"] == "multi_hot"
    assert [note.text for note in notes["layer"]] == ["mode='binary' is 'multi_hot' there"]
    back, _, _ = rewritten(model, renamed, up=True, source="tf2.3", target="tf1.12")
    assert back == dense(mode="binary")
    assert rewritten(dense(mode="count"), renamed, up=False)[0] == dense(mode="count")


def test_keywords_are_called_as_in_the_hub() -> None:
    renamed = change(Renamed("slope"), "alpha", "tf 2.0..")
    model, notes, _ = rewritten(dense(slope=2), renamed, up=True)
    assert model == dense(alpha=2)
    assert [note.text for note in notes["layer"]] == ["slope renamed to alpha"]


@pytest.mark.parametrize("alias", [False, True])
def test_classes_are_called_as_in_the_hub(alias: bool) -> None:
    renamed = change(RenamedClass("Linear", alias=alias), held="tf 2.0..")
    document = graph(entry(), item("Linear", "layer", ["in"], units=2))
    model, _, _ = rewritten(parse_model(document), renamed, up=True)
    assert model.layer("layer").class_name == ("Linear" if alias else "Dense")


@dataclass(frozen=True, slots=True)
class Doubles(Effect):
    """Stands for a release whose Dense gives twice of what the hub's gives, or cannot be read."""

    refuses: bool = False

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        if self.refuses:
            raise Refused("it cannot be read", source=change.source)
        assert isinstance(subject, Layer)
        site.companion("Cast")
        main = Layer("half", "Dense", {"name": "half"}, (Call([TensorRef(INPUT, 0, 0)]),))
        last = Layer("layer", "Add", {"name": "layer"}, (Call([TensorRef("half", 0, 0)] * 2),))
        return Expansion((main, last), (TensorRef("layer", 0, 0),), main="half")


def test_one_layer_may_become_several_on_the_way_to_the_hub() -> None:
    """Its parts are in the hub's words: what made them is not applied to them again."""
    doubles = change(Doubles(), held="tf 2.0..")
    model, _, companions = rewritten(dense(), doubles, up=True, source="tf1.15", target="tf1.12")
    assert [part.class_name for part in model.layers] == ["InputLayer", "Dense", "Add"]
    assert companions == {"Cast"}


def test_a_companion_that_is_not_written_for_the_target_is_refused() -> None:
    doubles = change(Doubles(), held="tf 2.0..")
    model, notes, companions = rewritten(dense(), doubles, up=True, target="tf2.3")
    assert (model, companions) == (dense(), set())
    (note,) = notes["layer"]
    assert note.verdict is Verdict.REFUSED
    assert note.text == "tf2.3 has no Cast, and companions for it do not define one yet"


def test_what_cannot_be_brought_to_the_hub_is_refused_by_name() -> None:
    model, notes, _ = rewritten(dense(), change(Doubles(refuses=True), held="tf 2.0.."), up=True)
    assert model == dense()
    assert [(note.verdict, note.text) for note in notes["layer"]] == [
        (Verdict.REFUSED, "it cannot be read")
    ]


@dataclass(frozen=True, slots=True)
class Renames(Effect):
    """Does something to models as a whole."""

    def model_to_hub(self, model: Model, site: Site) -> Model:
        site.note(Verdict.EXACT, "renamed")
        return Model("hub", model.class_name, model.layers, model.inputs, model.outputs)


def test_models_as_a_whole_have_a_way_up() -> None:
    model, notes, _ = rewritten(dense(), change(Renames(), held="tf 2.0.."), up=True)
    assert model.name == "hub"
    assert [note.text for note in notes["model"]] == ["renamed"]


def test_steps_are_found_by_kind_and_name_in_their_order() -> None:
    every = Change(Kind.LAYER, ("*",), NOT_IN_23, Renamed("a"), "https://x", "b")
    other = Change(Kind.LAYER, ("Conv1D",), NOT_IN_23, Renamed("a"), "https://x", "b")
    loss = Change(Kind.LOSS, ("Dense",), NOT_IN_23, Renamed("a"), "https://x", "b")
    mine = change(Renamed("a"), "b")
    steps = Steps(Step(item, to_hub=False) for item in (other, mine, loss, every, mine))
    found = [steps.following(position, [(Kind.LAYER, "Dense")]) for position in (-1, 1, 3, 4)]
    assert found == [1, 3, 4, None]
    assert [step.change for step in steps.about(Kind.LOSS, "Dense")] == [loss]
