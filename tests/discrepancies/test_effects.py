"""How much a difference matters, held against what both real releases predicted."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.discrepancies.conftest import FIXTURES, far_from_trained, pair, run_keraport

from keraport.catalog.releases import get_release
from keraport.cli.discrepancies import explained
from keraport.discrepancies.effects import Comparison
from keraport.runtimes import RuntimePool
from keraport.transfer.transfer import transfer


def compared(case: str, output: Path) -> Comparison:
    return Comparison(
        pair(case)[0],
        output,
        get_release("tf2.3"),
        get_release("tf1.12"),
        inputs=FIXTURES / f"{case}.npz",
    )


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_one_difference_is_all_that_differs(runtimes: RuntimePool, tmp_path: Path) -> None:
    """TF 2.3 with relu in its place is as far off as TF 1.12, which has it."""
    case, out = "relu_by_mistake", tmp_path / "out.h5"
    transfer(*pair(case), out, allow_different=["one"])
    found = explained(compared(case, out), runtimes, lambda _: None)
    (row,) = found.rows
    assert (row.setting.trained, row.setting.key) == ("one", "activation")
    assert (row.setting.trained_value, row.setting.rebuilt_value) == ("selu", "relu")
    assert row.at_layer is not None
    assert row.at_outputs is not None
    assert row.at_outputs.max_relative == pytest.approx(
        far_from_trained(runtimes, case, out), rel=1e-4
    )
    # selu and relu differ most at minus infinity, by 1.76, and by 5 % above zero.
    assert 0.05 < row.at_layer.max_absolute <= 1.7581
    assert found.rest is not None
    assert found.rest.agrees
    told = found.to_json()
    assert told["differences"][0]["layer"] == "one"
    assert told["differences"][0]["output_value"] == "relu"
    assert told["rest"]["agrees"]


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_each_of_two_is_measured_alone(runtimes: RuntimePool, tmp_path: Path) -> None:
    case, out = "swish_conv", tmp_path / "out.h5"
    transfer(*pair(case), out, allow_different=["one", "two"])
    found = explained(compared(case, out), runtimes, lambda _: None)
    assert [row.setting.trained for row in found.rows] == ["one", "two"]
    assert all(row.at_outputs is not None and not row.at_outputs.agrees for row in found.rows)
    assert found.rest is not None
    assert found.rest.agrees


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_verify_names_layer_setting_and_effect(tmp_path: Path) -> None:
    trained, rebuilt = pair("relu_by_mistake")
    out = tmp_path / "out.h5"
    transfer(trained, rebuilt, out, allow_different=["one"])
    plain = run_keraport("verify", trained, out)
    assert plain.returncode == 5
    assert "activation of layer 'one' is relu, expected selu" in plain.stderr
    assert "nothing else differs" in plain.stdout
    assert "Traceback" not in plain.stderr
