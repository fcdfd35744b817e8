"""The only way to a writer: whatever the target does not know is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.graphs import entry, graph, layer, nested, stack

from keraport.catalog.api import Kind, load_api
from keraport.catalog.releases import get_release
from keraport.formats import read
from keraport.model import Layer, Model, ModelFile, Object
from keraport.model.graph import walk
from keraport.report import Journal, Note, Verdict
from keraport.translate.legalise import Legality, legalise
from keraport.translate.translation import Translation, translate

GOLDEN = sorted((Path(__file__).parents[1] / "golden" / "tf2.3").glob("*.h5"))
SMALL = [path for path in GOLDEN if path.stat().st_size < 200_000]

TF112 = load_api("tf1.12")


def refusals(model: Model, *custom: str) -> dict[str, list[Note]]:
    journal = Journal()
    legalise(model, Legality(get_release("tf1.12"), TF112, journal, frozenset(custom)))
    assert all(note.hint for notes in journal.layers.values() for note in notes)
    return journal.layers


def dense(**config: Any) -> Model:
    return stack(entry("in"), layer("d", units=2, **config))


WRONG: list[tuple[Model, str, str]] = [
    (dense(sparkle=3), "d", "Dense of tf1.12 does not accept sparkle=3"),
    (stack(layer("d")), "d", "Dense of tf1.12 requires units"),
    (stack(layer("d", kind="Sparkle")), "d", "tf1.12 knows no layer called 'Sparkle'"),
    (dense(activation="sparkle"), "d", "activation: tf1.12 knows no activation called 'sparkle'"),
    (
        dense(kernel_initializer="sparkle"),
        "d",
        "kernel_initializer: tf1.12 knows no initializer called 'sparkle'",
    ),
    (
        dense(kernel_initializer=Object("Zeros", {"sparkle": 1})),
        "d",
        "kernel_initializer: Zeros of tf1.12 does not accept sparkle=1",
    ),
    (
        dense(bias_regularizer=Object("Sparkle", {})),
        "d",
        "bias_regularizer: tf1.12 knows no regularizer called 'Sparkle'",
    ),
    (
        dense(kernel_constraint=Object("RadialConstraint", {})),
        "d",
        "kernel_constraint: tf1.12 knows no constraint called 'RadialConstraint'",
    ),
    (
        stack(layer("td", kind="TimeDistributed", layer=layer("d", units=2, sparkle=3))),
        "td/d",
        "Dense of tf1.12 does not accept sparkle=3",
    ),
    (
        stack(layer("rnn", kind="RNN", cell=[layer("c", kind="LSTMCell", units=2, sparkle=3)])),
        "rnn/c",
        "LSTMCell of tf1.12 does not accept sparkle=3",
    ),
    (
        stack(replace(nested(dense(sparkle=3)), name="inner")),
        "inner/d",
        "Dense of tf1.12 does not accept sparkle=3",
    ),
    (replace(dense(), class_name="Functional"), "model", "knows no layer called 'Functional'"),
]


@pytest.mark.parametrize(("model", "path", "text"), WRONG)
def test_what_is_wrong_is_refused(model: Model, path: str, text: str) -> None:
    found = refusals(model)
    assert list(found) == [path]
    assert text in found[path][0].text


RIGHT: list[Model] = [
    dense(activation="relu", kernel_initializer="zeros", bias_regularizer=None),
    dense(kernel_initializer=Object("VarianceScaling", {"scale": 1.0})),
    replace(graph(entry("in"), layer("d", "in", units=2), outputs=["d"]), class_name="Model"),
]


@pytest.mark.parametrize("model", RIGHT)
def test_what_is_right_is_not(model: Model) -> None:
    assert refusals(model) == {}


def test_the_users_own_names_are_the_users_own() -> None:
    model = dense(activation="sparkle")
    assert refusals(model, "sparkle") == {}
    assert refusals(stack(layer("d", kind="Mine", anything=1)), "Mine") == {}


def test_a_refusal_of_a_change_is_not_repeated() -> None:
    journal = Journal()
    journal.note("d", Note(Verdict.REFUSED, "first", "hint"))
    legalise(dense(sparkle=3), Legality(get_release("tf1.12"), TF112, journal))
    assert [note.text for note in journal.layers["d"]] == ["first"]


@cache
def golden(path: Path) -> ModelFile:
    return read(path)


def model_of(path: Path) -> Model:
    model = golden(path).model
    assert model is not None
    return model


def translated(path: Path, model: Model, target: str) -> Translation:
    source = get_release("tf2.3")
    return translate(golden(path), model, source, get_release(target))


WORD = "Sparkle"


def with_keyword(part: Layer) -> Layer:
    return part.with_config({**part.config, WORD: 1})


def with_class(part: Layer) -> Layer:
    return replace(part, class_name=WORD)


def with_function(key: str) -> Callable[[Layer], Layer]:
    return lambda part: part.with_config({**part.config, key: WORD})


def with_object(key: str) -> Callable[[Layer], Layer]:
    return lambda part: part.with_config({**part.config, key: Object(WORD, {})})


def with_object_keyword(key: str) -> Callable[[Layer], Layer]:
    def changed(part: Layer) -> Layer:
        given: Any = part.config[key]
        return part.with_config(
            {**part.config, key: Object(given.class_name, {**given.config, WORD: 1})}
        )

    return changed


FUNCTIONS = ("activation", "recurrent_activation")
OBJECTS = ("initializer", "regularizer", "constraint")


def vanishes(part: Layer) -> bool:
    """A wrapper around an activation that becomes stock layers, which need no wrapper."""
    wrapped = part.config.get("layer")
    return isinstance(wrapped, Layer) and wrapped.config.get("activation") == "swish"


def mutations(part: Layer) -> list[Callable[[Layer], Layer]]:
    """Every way to put a word into a layer that no release knows."""
    if part.model is not None:
        return []
    spec = load_api("tf2.3").find(Kind.LAYER, part.class_name)
    assert spec is not None, part.class_name
    found: list[Callable[[Layer], Layer]] = [with_class]
    if not vanishes(part) and not any(
        api_spec is not None and api_spec.accepts_anything
        for api_spec in (spec, TF112.find(Kind.LAYER, part.class_name))
    ):
        found.append(with_keyword)
    for key, value in part.config.items():
        if key in FUNCTIONS and isinstance(value, str):
            found.append(with_function(key))
        if key.endswith(OBJECTS):
            found.append(with_object(key))
            if isinstance(value, Object):
                found.append(with_object_keyword(key))
    return found


def mutated(model: Model, wanted: str, change: Callable[[Layer], Layer], prefix: str = "") -> Model:
    """The model with the layer at that path changed."""
    return replace(
        model, layers=tuple(_mutated(part, wanted, change, prefix) for part in model.layers)
    )


def _mutated(part: Layer, wanted: str, change: Callable[[Layer], Layer], prefix: str) -> Layer:
    path = f"{prefix}{part.name or part.class_name}"
    if path == wanted:
        return change(part)
    if not wanted.startswith(f"{path}/"):
        return part
    if part.model is not None:
        return replace(part, model=mutated(part.model, wanted, change, f"{path}/"))

    def inside(value: Any) -> Any:
        if isinstance(value, Layer):
            return _mutated(value, wanted, change, f"{path}/")
        return [inside(item) for item in value] if isinstance(value, list) else value

    return part.with_config({key: inside(value) for key, value in part.config.items()})


def refused_notes(found: Translation) -> list[Note]:
    return [note for row in found.layers for note in row.notes if note.verdict is Verdict.REFUSED]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), path=st.sampled_from(SMALL), target=st.sampled_from(["tf1.12", "tf1.15"]))
def test_one_unknown_word_anywhere_is_refused_by_name(
    data: st.DataObject, path: Path, target: str
) -> None:
    model = model_of(path)
    assume(not refused_notes(translated(path, model, target)))
    # The inputs of a nested model vanish where its layers are taken into the model around it.
    places = [
        (place, change)
        for place, part in walk(model)
        if not (part.class_name == "InputLayer" and "/" in place)
        for change in mutations(part)
    ]
    place, change = data.draw(st.sampled_from(places))
    refused = refused_notes(translated(path, mutated(model, place, change), target))
    assert any(WORD in note.text for note in refused), place
    assert all(note.hint for note in refused if WORD in note.text)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_nothing_illegal_leaves_a_translation(path: Path) -> None:
    """Every layer of a golden model speaks the target's words afterwards, by its catalog alone."""
    found = translated(path, model_of(path), "tf1.12")
    assert found.file.model is not None
    for place, part in walk(found.file.model):
        if part.class_name in found.companions:
            continue
        spec = TF112.find(Kind.LAYER, part.class_name)
        assert spec is not None, place
        assert all(spec.accepts(key) for key in part.config), place
