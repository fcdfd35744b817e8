"""``keraport transfer``: exit statuses, tables, JSON, and what is asked for wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import LAMBDA, Call, call, dense, save_model
from tests.transfer.conftest import FIXTURES, Written

__all__ = ["call"]

TRAINED, REBUILT = FIXTURES / "cnn_trained.h5", FIXTURES / "cnn_renamed.json"


def test_it_writes_and_says_what_to_do_next(call: Call, tmp_path: Path) -> None:
    answer = call("transfer", TRAINED, REBUILT, tmp_path / "out.h5")
    assert (answer.status, answer.err) == (0, "")
    assert (tmp_path / "out.h5").exists()
    assert "head/kernel:0" in answer.out
    assert f"keraport verify {TRAINED} {tmp_path / 'out.h5'}" in answer.out


def test_dry_run(call: Call, tmp_path: Path) -> None:
    answer = call("transfer", TRAINED, REBUILT, tmp_path / "out.h5", "--dry-run", "--json")
    assert answer.status == 0
    assert answer.document["written"] is False
    assert len(answer.document["rows"]) == 20
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_refused(options: tuple[str, ...], call: Call, tmp_path: Path) -> None:
    paths = FIXTURES / "sums_trained.h5", FIXTURES / "sums_renamed.json"
    answer = call("transfer", *paths, tmp_path / "out.h5", *options)
    assert answer.status == 3
    assert "'left', 'right'" in answer.out
    assert answer.err.startswith("error: ")
    assert list(tmp_path.iterdir()) == []
    answer = call("transfer", *paths, tmp_path / "out.h5", "--json", *options)
    assert answer.status == 3
    assert [item["kind"] for item in answer.document["refusals"]] == ["ambiguous"]
    answer = call("transfer", *paths, tmp_path / "out.h5", "--map", "left=b", *options)
    assert answer.status == 0


WRONG = [
    (("--map", "left"), "--map left: has no '='"),
    (("--map", "left=a", "--map", "left=b"), "left is mapped to a already"),
    (("--map", "lfet=a"), "no layer with weights 'lfet'"),
    (("--map", "left=a", "--map", "right=a"), "filled twice"),
    (("--leave-out", "nobody"), "no layer with weights 'nobody'"),
    (("--keep-initial", "nobody"), "no layer with weights 'nobody'"),
    (("--allow-different", "nobody"), "has a layer 'nobody'"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_wrong_choices(options: tuple[str, ...], message: str, call: Call, tmp_path: Path) -> None:
    paths = FIXTURES / "sums_trained.h5", FIXTURES / "sums_renamed.json"
    answer = call("transfer", *paths, tmp_path / "out.h5", *options)
    assert answer.status == 2
    assert message in answer.err
    assert "hint: " in answer.err


@pytest.mark.parametrize(
    ("weights", "architecture", "out", "message"),
    [
        (REBUILT, TRAINED, "out.h5", "architecture without weights"),
        (TRAINED, FIXTURES / "cnn_weights.h5", "out.h5", "holds weights only"),
        (TRAINED, REBUILT, "out.json", "whole model, in HDF5 or an archive"),
        (TRAINED, REBUILT, "", "whole model, in HDF5 or an archive"),
    ],
)
def test_wrong_files(
    weights: Path, architecture: Path, out: str, message: str, call: Call, tmp_path: Path
) -> None:
    answer = call("transfer", weights, architecture, tmp_path / out)
    assert answer.status == 2
    assert message in answer.err


def test_nothing_is_replaced(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    out.write_bytes(b"mine")
    assert call("transfer", TRAINED, REBUILT, out).status == 2
    assert out.read_bytes() == b"mine"
    assert call("transfer", TRAINED, REBUILT, out, "--force").status == 0
    inputs = tmp_path / "same.h5"
    inputs.write_bytes(TRAINED.read_bytes())
    assert call("transfer", inputs, REBUILT, inputs, "--force").status == 2


def test_damaged_input(call: Call, tmp_path: Path) -> None:
    broken = tmp_path / "broken.h5"
    broken.write_bytes(TRAINED.read_bytes()[:5000])
    assert call("transfer", broken, REBUILT, tmp_path / "out.h5").status == 4


def test_json_has_no_values_to_keep(call: Call, tmp_path: Path) -> None:
    trained = Written()
    trained.outputs = [trained.dense("a", trained.input("x"))]
    rebuilt = Written("tf1.12")
    rebuilt.dense("a", rebuilt.input("x"))
    rebuilt.outputs = [rebuilt.dense("new", "a")]
    paths = trained.h5(tmp_path / "t.h5"), rebuilt.json(tmp_path / "r.json")
    answer = call(
        "transfer",
        *paths,
        tmp_path / "out.h5",
        "--keep-initial",
        "new",
        "--allow-different",
        "outputs",
        "--map",
        "a=a",
    )
    assert answer.status == 3
    assert "no values to keep" in answer.out


def test_a_class_of_the_users_own_in_json(call: Call, tmp_path: Path) -> None:
    trained = Written()
    trained.outputs = [trained.add("Mine", "m", trained.input("x"), weights={"w": (4,)})]
    rebuilt = Written("tf1.12")
    rebuilt.outputs = [rebuilt.add("Mine", "n", rebuilt.input("x"), weights={"w": (4,)})]
    paths = trained.h5(tmp_path / "t.h5"), rebuilt.json(tmp_path / "r.json")
    answer = call("transfer", *paths, tmp_path / "out.h5")
    assert answer.status == 2
    assert "untrained" in answer.err
    answer = call("transfer", paths[0], rebuilt.h5(tmp_path / "r.h5"), tmp_path / "out.h5")
    assert answer.status == 0
    assert "not checked: " in answer.out


def test_a_long_table_is_folded(call: Call, tmp_path: Path) -> None:
    paths = []
    for release, last in (("tf2.3", "old"), ("tf1.12", "new")):
        model = Written(release)
        name = model.input("x")
        for number in range(25):
            name = model.dense(f"block_{number}", name)
        model.outputs = [model.dense(last, name, units=2)]
        paths.append(model.h5(tmp_path / f"{release}.h5"))
    folded = call("transfer", *paths, tmp_path / "out.h5", "--dry-run").out
    assert "50 weights of 25 layers: same name" in folded
    assert "old/kernel:0" in folded
    assert "block_3/kernel:0" not in folded
    assert (
        "block_3/kernel:0"
        in call("transfer", *paths, tmp_path / "out.h5", "--dry-run", "--all").out
    )


def test_no_command_is_proposed_that_would_be_refused(call: Call, tmp_path: Path) -> None:
    """Without --trust, which is not for a program to propose, verify would not run the file."""
    for name, layers, proposed in (
        ("plain", [dense("a")], True),
        ("code", [dense("a"), LAMBDA], False),
    ):
        model = save_model(tmp_path / f"{name}.h5", layers)
        answer = call("transfer", model, model, tmp_path / f"{name}_out.h5", "--json")
        assert answer.document["verify"].startswith("keraport verify") is proposed
