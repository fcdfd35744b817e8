"""Which layer gets which weights: names, places in the graph, shapes, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.transfer.conftest import FIXTURES, Written, values

from keraport.errors import RefusedError
from keraport.transfer.choices import Choices
from keraport.transfer.plan import Plan
from keraport.transfer.transfer import prepare, transfer


def prepared(trained: Path, rebuilt: Path, tmp_path: Path, **choices: object) -> Plan:
    return prepare(trained, rebuilt, tmp_path / "out.h5", Choices(**choices))  # type: ignore[arg-type]


def placed(plan: Plan) -> dict[str, str]:
    return {row.trained_layer: row.rebuilt_layer for row in plan.transfer.rows}


def kinds(plan: Plan) -> list[str]:
    return [item.kind for item in plan.transfer.refusals]


def chain(names: list[str], release: str = "tf2.3", **config: Any) -> Written:
    model = Written(release)
    last = model.input("x")
    for name in names:
        last = model.dense(name, last, **config)
    model.outputs = [last]
    return model


def branches(names: list[str], merge: str, release: str = "tf2.3", **first: str) -> Written:
    """Two Dense side by side, merged."""
    model = Written(release)
    model.input("x")
    model.dense(names[0], "x", activation=first.get("activation", "linear"))
    model.dense(names[1], "x")
    axis: dict[str, Any] = {"axis": -1} if merge == "Concatenate" else {}
    model.outputs = [model.add(merge, "merged", names[0], names[1], **axis)]
    return model


def test_same_names(tmp_path: Path) -> None:
    trained = chain(["a", "b"]).h5(tmp_path / "t.h5", seed=1)
    rebuilt = chain(["a", "b"], "tf1.12").h5(tmp_path / "r.h5", seed=2)
    done = transfer(trained, rebuilt, tmp_path / "out.h5")
    assert {row.why for row in done.rows} == {"same name"}
    for layer in ("a", "b"):
        for got, wanted in zip(
            values(tmp_path / "out.h5", layer), values(trained, layer), strict=True
        ):
            np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("whole", [True, False])
def test_counters_that_moved_are_no_names(whole: bool, tmp_path: Path) -> None:
    """By name, ``dense_1`` and ``dense_2`` would be filled with the weights of their neighbours."""
    trained = chain(["dense_1", "dense_2", "dense_3"]).h5(tmp_path / "t.h5", whole=whole)
    rebuilt = chain(["dense", "dense_1", "dense_2"], "tf1.12").json(tmp_path / "r.json")
    plan = prepared(trained, rebuilt, tmp_path)
    assert placed(plan) == {"dense_1": "dense", "dense_2": "dense_1", "dense_3": "dense_2"}
    assert not plan.transfer.refusals


def test_given_names_at_other_places_are_refused(tmp_path: Path) -> None:
    trained = chain(["first", "second"]).h5(tmp_path / "t.h5")
    rebuilt = chain(["second", "first"], "tf1.12").json(tmp_path / "r.json")
    plan = prepared(trained, rebuilt, tmp_path)
    assert set(kinds(plan)) == {"name"}
    assert "different places" in plan.transfer.refusals[0].text


def test_weights_only_with_names_against_their_order(tmp_path: Path) -> None:
    trained = chain(["first", "second"]).h5(tmp_path / "t.h5", whole=False)
    rebuilt = chain(["second", "first"], "tf1.12").json(tmp_path / "r.json")
    plan = prepared(trained, rebuilt, tmp_path)
    assert placed(plan) == {"first": "first", "second": "second"}
    trained = chain(["dense", "dense_1"]).h5(tmp_path / "t2.h5", whole=False)
    rebuilt = chain(["dense_1", "dense"], "tf1.12").json(tmp_path / "r2.json")
    assert kinds(prepared(trained, rebuilt, tmp_path)) == ["ambiguous"]


def test_side_by_side_and_added(tmp_path: Path) -> None:
    """No name and no place tells them apart: refused until the user decides."""
    trained = branches(["left", "right"], "Add").h5(tmp_path / "t.h5")
    rebuilt = branches(["a", "b"], "Add", "tf1.12").json(tmp_path / "r.json")
    plan = prepared(trained, rebuilt, tmp_path)
    assert kinds(plan) == ["ambiguous"]
    (refusal,) = plan.transfer.refusals
    for name in ("'left'", "'right'", "'a'", "'b'"):
        assert name in refusal.text
    assert "--map left=a or --map left=b" in refusal.hint
    decided = prepared(trained, rebuilt, tmp_path, maps={"left": "b"})
    assert placed(decided) == {"left": "b", "right": "a"}
    assert not decided.transfer.refusals


def test_side_by_side_in_order(tmp_path: Path) -> None:
    """Concatenate keeps them apart, and weights without a graph do not say which is first."""
    model = branches(["left", "right"], "Concatenate")
    rebuilt = branches(["a", "b"], "Concatenate", "tf1.12").json(tmp_path / "r.json")
    plan = prepared(model.h5(tmp_path / "t.h5"), rebuilt, tmp_path)
    assert placed(plan) == {"left": "a", "right": "b"}
    blind = prepared(model.h5(tmp_path / "w.h5", whole=False), rebuilt, tmp_path)
    assert kinds(blind) == ["ambiguous"]


def test_names_made_by_keras_side_by_side(tmp_path: Path) -> None:
    """Without a graph they are all there is; they tell in which order layers were built."""
    names = ["dense", "dense_1"]
    trained = branches(names, "Add").h5(tmp_path / "t.h5", whole=False)
    rebuilt = branches(names, "Add", "tf1.12").json(tmp_path / "r.json")
    plan = prepared(trained, rebuilt, tmp_path)
    assert kinds(plan) == ["ambiguous"]
    assert "--trust-names" in plan.transfer.refusals[0].hint
    plan = prepared(trained, rebuilt, tmp_path, trust_names=True)
    assert {row.why for row in plan.transfer.rows} == {"same name, made by Keras"}
    assert "dense, dense_1" in plan.transfer.unchecked[1]
    moved = branches(["dense_1", "dense_2"], "Add", "tf1.12").json(tmp_path / "m.json")
    assert kinds(prepared(trained, moved, tmp_path, trust_names=True)) == ["ambiguous"]


def test_settings_tell_apart(tmp_path: Path) -> None:
    trained = branches(["left", "right"], "Add", activation="relu").h5(tmp_path / "t.h5")
    model = Written("tf1.12")
    model.input("x")
    model.dense("a", "x")
    model.dense("b", "x", activation="relu")
    model.outputs = [model.add("Add", "merged", "a", "b")]
    plan = prepared(trained, model.json(tmp_path / "r.json"), tmp_path)
    assert placed(plan) == {"left": "b", "right": "a"}
    assert not plan.transfer.refusals


def test_a_choice_against_the_graph_is_told(tmp_path: Path) -> None:
    trained = branches(["left", "right"], "Concatenate").h5(tmp_path / "t.h5")
    rebuilt = branches(["a", "b"], "Concatenate", "tf1.12").json(tmp_path / "r.json")
    plan = prepared(trained, rebuilt, tmp_path, maps={"left": "b"})
    assert placed(plan) == {"left": "b", "right": "a"}
    assert set(kinds(plan)) == {"difference"}
    allowed = prepared(
        trained,
        rebuilt,
        tmp_path,
        maps={"left": "b"},
        allow_different=frozenset({"outputs"}),
    )
    assert not allowed.transfer.refusals


def test_same_name_and_other_shapes(tmp_path: Path) -> None:
    trained = chain(["head"], units=3).h5(tmp_path / "t.h5")
    rebuilt = chain(["head"], "tf1.12", units=2).json(tmp_path / "r.json")
    plan = prepared(trained, rebuilt, tmp_path)
    assert kinds(plan) == ["name"]
    assert "kernel (4, 3), bias (3,)" in plan.transfer.refusals[0].text
    assert "kernel (4, 2), bias (2,)" in plan.transfer.refusals[0].text
    with pytest.raises(RefusedError, match=r"kernel \(4, 3\)"):
        transfer(trained, rebuilt, tmp_path / "out.h5")
    assert not (tmp_path / "out.h5").exists()


def test_a_missing_bias_is_no_match(tmp_path: Path) -> None:
    trained = chain(["head"]).h5(tmp_path / "t.h5")
    rebuilt = chain(["head"], "tf1.12", use_bias=False).json(tmp_path / "r.json")
    assert kinds(prepared(trained, rebuilt, tmp_path)) == ["name"]


def test_left_over_and_unfilled(tmp_path: Path) -> None:
    trained = chain(["body", "extra"]).h5(tmp_path / "t.h5")
    model = chain(["body"], "tf1.12")
    model.outputs = [model.dense("new", "body", units=7)]
    rebuilt = model.h5(tmp_path / "r.h5", seed=5)
    plan = prepared(trained, rebuilt, tmp_path)
    assert [item.layer for item in plan.transfer.left_over] == ["extra", "extra"]
    assert [item.layer for item in plan.transfer.unfilled] == ["new", "new"]
    assert set(kinds(plan)) >= {"left_over", "unfilled"}
    done = transfer(
        trained,
        rebuilt,
        tmp_path / "out.h5",
        leave_out=["extra"],
        keep_initial=["new"],
        allow_different=["new"],
    )
    assert all(item.allowed for item in (*done.left_over, *done.unfilled))
    np.testing.assert_array_equal(values(tmp_path / "out.h5", "new")[0], values(rebuilt, "new")[0])


def test_single_weights_can_be_mapped(tmp_path: Path) -> None:
    trained = chain(["a", "b"]).h5(tmp_path / "t.h5")
    rebuilt = chain(["p", "q"], "tf1.12").json(tmp_path / "r.json")
    maps = {
        f"{one}/{key}:0": f"{other}/{key}"
        for one, other in (("a", "q"), ("b", "p"))
        for key in ("kernel", "bias")
    }
    done = transfer(
        trained, rebuilt, tmp_path / "out.h5", maps=maps, allow_different=["p", "q", "outputs"]
    )
    assert {row.why for row in done.rows} == {"--map"}
    np.testing.assert_array_equal(values(tmp_path / "out.h5", "q")[0], values(trained, "a")[0])


def test_layers_in_another_order_of_the_file(tmp_path: Path) -> None:
    """The architecture lists its layers as it likes; its release rebuilds them by the graph."""
    trained = chain(["a", "b", "c"]).h5(tmp_path / "t.h5")
    model = chain(["a", "b", "c"], "tf1.12")
    model.layers.reverse()
    done = transfer(trained, model.json(tmp_path / "r.json"), tmp_path / "out.h5")
    assert done.written
    import h5py

    with h5py.File(tmp_path / "out.h5", "r") as file:
        names = [name.decode() for name in file["model_weights"].attrs["layer_names"]]
    assert names == ["x", "a", "b", "c"]


def test_long_chains_are_told_apart(tmp_path: Path) -> None:
    names = [f"layer_{number}" for number in range(150)]
    trained = chain([f"block_{name}" for name in names]).h5(tmp_path / "t.h5")
    rebuilt = chain(names, "tf1.12").json(tmp_path / "r.json")
    assert placed(prepared(trained, rebuilt, tmp_path)) == {f"block_{n}": n for n in names}


def test_a_difference_does_not_spread(tmp_path: Path) -> None:
    """One layer more than was trained leaves the others recognisable by their places."""
    trained = chain(["a", "b"]).h5(tmp_path / "t.h5")
    model = Written("tf1.12")
    model.input("x")
    model.dense("p", "x")
    model.add("PReLU", "extra", "p", weights={"alpha": (4,)})
    model.outputs = [model.dense("q", "extra")]
    plan = prepared(trained, model.h5(tmp_path / "r.h5"), tmp_path)
    assert placed(plan) == {"a": "p", "b": "q"}
    assert "unfilled" in kinds(plan)


@pytest.mark.parametrize("nested", ["siamese_nested.json", "siamese_flat.json"])
def test_nested_and_flat(nested: str, tmp_path: Path) -> None:
    plan = prepared(FIXTURES / "siamese_trained.h5", FIXTURES / nested, tmp_path)
    prefix = "model/" if "nested" in nested else ""
    found = {path.rpartition("/")[2]: target for path, target in placed(plan).items()}
    inside = {"one": f"{prefix}d1", "norm": f"{prefix}bn", "two": f"{prefix}d2"}
    assert found == {**inside, "joint": "d3", "score": "o1", "kind": "o2"}
    assert not plan.transfer.refusals
