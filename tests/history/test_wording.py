"""What is said of changes is said to users, of both sides, and of every change."""

from __future__ import annotations

import re

import pytest

from keraport.catalog.releases import get_release
from keraport.changes import ALL_CHANGES
from keraport.history import wording
from keraport.history.classes import explain
from keraport.history.compare import explain_between

NOTES_TO_OURSELVES = re.compile(
    r"\bwithout the change\b|\bolder ones\b|\bthe others\b|\bhub\b|\bwhat it is given\b"
    r"|do something else|\bheed|The same the other way",
    re.IGNORECASE,
)


def test_every_effect_has_its_sentences_and_none_is_left_over() -> None:
    kinds = {type(change.effect) for change in ALL_CHANGES}
    asked = {
        name
        for change in ALL_CHANGES
        for kind in type(change.effect).__mro__[:-1]
        for name in (wording.name_of(kind), f"{wording.name_of(kind)}:{change.key}")
    }
    assert set(wording.table()) - asked == set()
    for change in ALL_CHANGES:
        assert wording.in_words(change).holds, change
    assert len(kinds) > 100


def test_sentences_are_whole_and_speak_to_users() -> None:
    for change in ALL_CHANGES:
        for text in filter(None, wording.in_words(change)):
            assert text.endswith((".", ":")), text
            assert not text[0].islower(), text
            assert text.count("`") % 2 == 0, text
            assert not NOTES_TO_OURSELVES.search(text), text


@pytest.mark.parametrize("key", ["int", "counts", "masked", "inference", "min_ndim", "load"])
def test_what_is_no_keyword_is_told_in_words(key: str) -> None:
    assert "`" not in wording.topic(key)


def test_both_sides_of_a_difference_are_said() -> None:
    (softmax,) = explain("Softmax")
    masks = next(item for item in softmax.differences if item.keyword == "masked")
    older, newer = masks.sides(softmax.releases)
    assert get_release("tf2.15") in older.releases
    assert get_release("keras3.9") in older.releases
    assert "large negative" in older.text
    assert get_release("keras3.10") in newer.releases
    assert "zero" in newer.text


def test_what_a_later_line_undid_is_not_said_of_it() -> None:
    (layer,) = explain("BatchNormalization")
    for item in layer.differences:
        if item.keyword == "axis" and "list of one axis" in item.text:
            assert not any(release.line == "keras3" for release in item.holds)
    (compared,) = explain_between(
        "BatchNormalization", get_release("keras2.2"), get_release("keras3.15")
    )
    assert all("list of one axis" not in c.difference.text for c in compared.crossed)


def test_no_release_between_two_sides_is_left_out() -> None:
    adam = next(item for item in explain("Adam") if item.kind == "optimizer")
    by_key = {item.keyword: item for item in adam.differences if item.elsewhere}
    for key in ("use_ema", "ema_momentum", "weight_decay"):
        told = {*by_key[key].holds, *by_key[key].lacks}
        assert get_release("tf2.10") in told
        assert told == set(adam.releases)


@pytest.mark.parametrize("name", ["EinsumDense", "Embedding"])
def test_what_the_base_class_takes_is_not_called_removed(name: str) -> None:
    """Measured: Keras 3.15 takes both in the constructor, through ``**kwargs``."""
    (found,) = explain_between(name, get_release("tf2.15"), get_release("keras3.15"))
    assert "activity_regularizer" not in found.removed
    assert "input_length" not in found.removed


def test_a_release_that_was_not_looked_into_is_named() -> None:
    (found,) = explain("glorot_uniform")
    assert found.not_listed == (get_release("keras1.2"),)
    (layer,) = explain("Dense")
    assert layer.not_listed == ()


def test_initial_states_are_not_told_of_twice() -> None:
    (layer,) = explain("LSTM")
    told = [i for i in layer.differences if i.keyword == "initial_state" and i.same_words]
    assert sum("asked steps" in item.text for item in told) == 1


def test_interpolation_by_area_is_told_of_where_it_was_ever_supported() -> None:
    (layer,) = explain("UpSampling2D")
    area = next(item for item in layer.differences if "`area`" in item.elsewhere)
    assert "raises an error" in area.elsewhere
    assert min(r.version for r in area.holds if r.line == "tf")[:2] == (2, 9)
    assert all(release.line == "keras3" for release in area.lacks)


def test_a_keyword_that_came_back_is_not_called_unknown() -> None:
    (layer,) = explain("InputLayer")
    ragged = [item for item in layer.differences if item.keyword == "ragged" and item.lacks]
    assert any("not with the same meaning" in item.elsewhere for item in ragged)


def test_what_differs_between_releases_that_have_a_class_is_not_its_outcome_elsewhere() -> None:
    (layer,) = explain("TensorFlowOpLayer")
    keras3 = next(a for a in layer.absences if get_release("keras3.15") in a.releases)
    assert keras3.outcome.startswith("Written as a companion layer that runs the same operation")


def test_no_default_is_told_that_a_signature_contradicts() -> None:
    """Keras 1.2 and 2.0 have 1e-08 there, and neither of the two that changed later."""
    adam = next(item for item in explain("Adam") if item.kind == "optimizer")
    epsilon = next(i for i in adam.differences if i.text == "The default is `1e-07`.")
    told = {*epsilon.holds, *epsilon.lacks}
    assert get_release("keras2.2") in told
    assert not {get_release("keras1.2"), get_release("keras2.0")} & told


def test_input_is_its_layer() -> None:
    assert [item.name for item in explain("Input")] == ["InputLayer"]
    assert [item.name for item in explain("keras.Input")] == ["InputLayer"]
