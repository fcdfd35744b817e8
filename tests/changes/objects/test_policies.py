"""Dtype policies, which older layers have as a plain dtype."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import entry, graph, item, run

from keraport.report import Verdict


def policy(name: str, class_name: str = "Policy") -> dict[str, Any]:
    return {"class_name": class_name, "config": {"name": name}}


def dense(dtype: Any) -> dict[str, Any]:
    return graph(entry(), item("Dense", "layer", ["in"], units=2, dtype=dtype))


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
@pytest.mark.parametrize("name", ["float32", "float64", "float16"])
@pytest.mark.parametrize("class_name", ["Policy", "PolicyV1"])
def test_a_plain_policy_is_a_dtype(target: str, name: str, class_name: str) -> None:
    outcome = run(dense(policy(name, class_name)), "tf2.3", target)
    assert outcome.config()["dtype"] == name
    assert f"policy {name} written as a dtype" in [note.text for note in outcome.notes()]
    assert outcome.verdict is Verdict.EXACT


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
@pytest.mark.parametrize(
    ("name", "rounded"), [("mixed_float16", "float16"), ("mixed_bfloat16", "bfloat16")]
)
def test_a_mixed_policy_is_approximated(target: str, name: str, rounded: str) -> None:
    outcome = run(dense(policy(name)), "tf2.3", target)
    assert outcome.config()["dtype"] == "float32"
    assert outcome.verdict is Verdict.APPROXIMATE
    assert outcome.notes()[0].text.endswith(f"outputs differ by the rounding of {rounded}")


@pytest.mark.parametrize("name", ["float32", "mixed_float16"])
def test_policies_stay_for_tf23(name: str) -> None:
    outcome = run(dense(policy(name)), "tf2.3", "tf2.3")
    assert outcome.config()["dtype"] == policy(name)
    assert outcome.notes() == ()


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_plain_dtypes_stay(target: str) -> None:
    outcome = run(dense("float32"), "tf2.3", target)
    assert outcome.config()["dtype"] == "float32"
    assert outcome.notes() == ()
