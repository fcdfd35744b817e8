"""``keraport explain``."""

from __future__ import annotations

import pytest
from tests.cli.conftest import Call
from tests.cli.test_json import check, validate


def test_the_history_of_a_layer(call: Call) -> None:
    answer = call("explain", "GRU")
    assert (answer.status, answer.err) == (0, "")
    lines = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert lines[0] == "GRU, layer, in every release"
    assert "units required every release but Keras 1.2" in lines
    assert "called output_dim required Keras 1.2" in lines
    assert (
        "reset_after True TensorFlow 2.0 to 2.15, tf_keras 2.16 to 2.21 and Keras 3.0 to 3.15"
        in lines
    )
    assert "What behaves differently" in lines
    assert any(line.startswith("measured: 0.17 to 1.9") for line in lines)
    assert "https://github.com/tensorflow/tensorflow/releases/tag/v2.0.0" in lines


def test_json_of_a_class(call: Call) -> None:
    answer = call("explain", "LeakyReLU", "--json")
    assert (answer.status, answer.err) == (0, "")
    check(answer.document, "explain", "history")
    (facts,) = answer.document["classes"]
    (slope,) = facts["arguments"]
    assert slope["name"] == "negative_slope"
    assert [other["name"] for other in slope["renamed"]] == ["alpha"]


def test_json_of_two_releases(call: Call) -> None:
    whole = call("explain", "--from", "tf2.3", "--to", "tf2.4", "--json").document
    check(whole, "explain-between", "comparison")
    one = call("explain", "Softmax", "--from", "tf2.3", "--to", "tf2.4", "--json").document
    validate(one, "comparison")
    assert one["classes"][0] in whole["classes"]
    assert "everywhere" not in one


def test_a_name_in_other_letters(call: Call) -> None:
    assert call("explain", "gru").out == call("explain", "GRU").out
    assert call("explain", "tf.keras.layers.GRU").out == call("explain", "GRU").out


def test_several_kinds(call: Call) -> None:
    out = call("explain", "MeanSquaredError").out
    assert "MeanSquaredError, loss, in " in out
    assert "MeanSquaredError, metric, in " in out


@pytest.mark.parametrize(
    ("release", "told"),
    [
        ("tf2.15", "unchanged: the same arguments and the same meaning"),
        ("tf1.12", "unchanged: the same arguments and the same meaning"),
        ("keras1.2", "renamed: units is called output_dim"),
    ],
)
def test_between_two_releases(call: Call, release: str, told: str) -> None:
    answer = call("explain", "Dense", "--from", "tf2.3", "--to", release)
    assert answer.status == 0
    assert told in answer.out


def test_a_layer_that_the_target_lacks(call: Call) -> None:
    out = call("explain", "LayerNormalization", "--from", "tf2.3", "--to", "tf1.12").out
    assert "TensorFlow 1.12 does not have it" in out
    assert "conversion: Written as the companion's `LayerNormalization`." in out


def test_both_releases_of_a_difference_are_said(call: Call) -> None:
    out = call("explain", "Softmax", "--from", "tf2.3", "--to", "tf2.4").out
    assert "behaves differently: `mask`" in out
    assert "TensorFlow 2.3: Softmax ignores masks" in out
    assert "TensorFlow 2.4: Softmax applies a mask" in out


def test_an_overview(call: Call) -> None:
    out = call("explain", "--from", "tf1.15", "--to", "tf2.0").out
    assert "default of reset_after: False became True" in out
    assert "behaves differently, `training`. TensorFlow 2.0: A frozen layer" in " ".join(
        out.split()
    )
    assert call("explain", "--from", "tf2.13", "--to", "tf2.14").out == (
        "TensorFlow 2.13 and TensorFlow 2.14 do not differ in any class that keraport knows.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told", "hint"),
    [
        (["Desne"], "has 'Desne'", "the nearest names are Dense"),
        (["\x1b[31mx"], "has '\\x1b[31mx'", ""),
        (["zzzzzzzzzz"], "has 'zzzzzzzzzz'", "layers, activations"),
        (["GRU", "--from", "tf2.3"], "only one of them", "give both"),
        ([], "nothing to explain", "keraport explain GRU"),
        ([" "], "nothing to explain", "keraport explain GRU"),
        (["GRU", "--from", "tf9"], "newer than every release", "tf2.15"),
        (["GRU", "--to", "nonsense"], "unknown release 'nonsense'", ""),
        (["GRU", "--from", "tf2.3", "--to", "nonsense"], "unknown release", ""),
        (
            ["Rescaling", "--from", "tf1.12", "--to", "tf1.13"],
            "neither tf1.12 nor tf1.13 has Rescaling",
            "which releases have it",
        ),
    ],
)
def test_requests_that_make_no_sense(
    call: Call, arguments: list[str], told: str, hint: str
) -> None:
    answer = call("explain", *arguments)
    assert (answer.status, answer.out) == (2, "")
    assert told in answer.err
    assert hint in answer.err
    assert "\x1b" not in answer.err
