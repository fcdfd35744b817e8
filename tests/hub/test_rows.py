"""The vocabulary covers what releases have, and says nothing that they do not."""

from __future__ import annotations

import pytest

from keraport import hub
from keraport.analysis import variable_shapes
from keraport.analysis.shapes import infer, wrapping
from keraport.catalog.api import ClassSpec, Kind, load_api
from keraport.companion.sources_of import available
from keraport.hub import Mask

RELEASES = ("tf1.12", "tf1.15", "tf2.3", "tf2.15")

WITHOUT_ROW = {
    "AbstractRNNCell": "a base class for cells of the user's own",
    "Layer": "a base class for layers of the user's own",
    "PreprocessingLayer": "a base class for layers of the user's own",
    "Wrapper": "a base class for wrappers of the user's own",
}
"""Public classes that no file can hold, and why."""

OF_KERAS_3 = {"ConvLSTMCell"}
"""Classes that no catalog here lists: what a ConvLSTM makes in Keras 2.6 and later."""

MADE_OF_OTHERS = {"MultiHeadAttentionOfKeras3", "NormalizationV2"}
"""Classes of companions whose rows stand beside the class that they are made of."""


def public(release: str) -> dict[str, ClassSpec]:
    return {spec.name: spec for spec in load_api(release).exported(Kind.LAYER).values()}


def spec_of(release: str, name: str) -> ClassSpec | None:
    return public(release).get(name) or load_api(release).find(Kind.LAYER, name)


@pytest.mark.parametrize("release", RELEASES)
def test_every_public_layer_has_a_row(release: str) -> None:
    assert public(release).keys() - hub.ROWS.keys() <= WITHOUT_ROW.keys()


def test_no_row_for_a_class_that_nobody_has() -> None:
    releases = (*RELEASES, "keras3.15")
    known = {name for name in hub.ROWS if any(spec_of(release, name) for release in releases)}
    written = {row.name for row in (*hub.companions.ROWS, *hub.third_party.ROWS, *hub.legacy.ROWS)}
    assert hub.ROWS.keys() - known == written | OF_KERAS_3 | MADE_OF_OTHERS


@pytest.mark.parametrize("api", ["tf1", "tf2", "keras3"])
def test_every_third_party_layer_and_function_has_a_companion(api: str) -> None:
    names = {
        row.name for row in (*hub.third_party.ROWS, *hub.legacy.ROWS)
    } | hub.third_party.ACTIVATIONS
    assert names <= available(api)


@pytest.mark.parametrize("name", sorted(row.name for row in hub.companions.ROWS))
def test_companions_are_there(name: str) -> None:
    assert name in available("tf1") | available("keras3")


def test_a_row_is_found_by_its_name() -> None:
    assert all(hub.row(name) is item and item.name == name for name, item in hub.ROWS.items())
    assert hub.row("Mine") is None


def test_no_class_has_two_rows() -> None:
    tables = (
        *(hub.core, hub.activations, hub.merging, hub.spatial, hub.normalization),
        *(hub.recurrent, hub.preprocessing, hub.companions, hub.keras3, hub.third_party),
        hub.legacy,
    )
    assert sum(len(table.ROWS) for table in tables) == len(hub.ROWS)


@pytest.mark.parametrize("name", sorted(hub.ROWS))
def test_masks_are_supported_as_every_release_says(name: str) -> None:
    said = {
        spec.supports_masking
        for release in RELEASES
        if (spec := spec_of(release, name)) is not None
    }
    match hub.ROWS[name].mask:
        case Mask.PASSES:
            assert said <= {True}
        case Mask.STOPS:
            assert said <= {False}
        case Mask.BY_RELEASE:
            assert said == {True, False}
        case _:
            """A rule of the class's own: measured in `test_real_classes`."""


@pytest.mark.parametrize("name", sorted(hub.ROWS))
def test_classes_that_a_row_names_have_rows(name: str) -> None:
    item = hub.ROWS[name]
    named = {item.cell, item.predicts_like, *(part.class_name for part in item.parts)} - {""}
    assert named <= hub.ROWS.keys()


def test_rules_are_there_and_used() -> None:
    shapes = {item.shape for item in hub.ROWS.values()} - {""}
    assert shapes == {*infer.RULES, *infer.OF_ROWS, *wrapping.RULES}
    variables = {item.variable_shapes for item in hub.ROWS.values()} - {""}
    assert variables == variable_shapes.RULES.keys()


def test_rules_of_variables_need_variables() -> None:
    for name, item in hub.ROWS.items():
        assert not item.variable_shapes or hub.variables(name, {}), name
