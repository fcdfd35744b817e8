"""``inspect --sarif``: what a code scanner needs of SARIF 2.1.0 (sections 3.13 to 3.49)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import h5py
import pytest
from tests.cli.conftest import LAMBDA, Call, dense, layer, save_model

LEVELS = {"none", "note", "warning", "error"}
"""Section 3.27.10."""


def require_sarif(log: dict[str, Any]) -> dict[str, Any]:
    """Check what the schema demands of the objects that are used; the only run."""
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "keraport"
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in LEVELS
    assert [type(item["executionSuccessful"]) for item in run["invocations"]] == [bool]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in LEVELS
        assert result["message"]["text"]
        for location in result["locations"]:
            place = location["physicalLocation"]["artifactLocation"]
            assert run["artifacts"][place["index"]]["location"]["uri"] == place["uri"]
            assert place["uri"].isascii()
            assert " " not in place["uri"]
            for logical in location.get("logicalLocations", []):
                assert logical["fullyQualifiedName"]
        assert all(isinstance(text, str) for text in result["partialFingerprints"].values())
    return dict(run)


def log_of(call: Call, path: Path, status: int = 0) -> dict[str, Any]:
    target = path.with_name("log.sarif")
    assert call("inspect", path, "--sarif", target).status == status
    return require_sarif(json.loads(target.read_text("utf-8")))


def test_hazards_as_results(call: Call, tmp_path: Path) -> None:
    layers = [LAMBDA, layer("StringLookup", "s", vocabulary="/etc/passwd"), dense("a")]
    run = log_of(call, save_model(tmp_path / "a model é.h5", layers))
    found = {
        (
            item["ruleId"],
            item["level"],
            item["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
        )
        for item in run["results"]
    }
    assert ("bytecode", "error", "double") in found
    assert ("file", "warning", "s: vocabulary") in found
    cves = {item["ruleId"]: item["properties"]["cve"] for item in run["results"]}
    assert cves["file"] == ["CVE-2025-12058"]
    uri = run["artifacts"][0]["location"]["uri"]
    assert unquote(uri) == f"file://{tmp_path}/a model é.h5"
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_a_clean_model_has_no_results(call: Call, tmp_path: Path) -> None:
    assert log_of(call, save_model(tmp_path / "m.h5", [dense("a")]))["results"] == []


def test_a_file_that_cannot_be_read_is_a_result_too(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    save_model(path, [dense("a")])
    with h5py.File(path, "r+") as file:
        del file["model_weights/a"]
        file["model_weights/a"] = h5py.ExternalLink("/etc/other.h5", "/")
    run = log_of(call, path, status=4)
    (result,) = run["results"]
    assert result["ruleId"] == "unreadable"
    assert "an external link" in result["message"]["text"]
    assert run["invocations"][0]["executionSuccessful"] is False


def test_fingerprints_stay_and_differ(call: Call, tmp_path: Path) -> None:
    layers = [LAMBDA, layer("Lambda", "other", function=["4wEAAAAA\n", None, None])]
    path = save_model(tmp_path / "m.h5", layers)
    first, again = log_of(call, path), log_of(call, path)
    prints = [item["partialFingerprints"]["hazard/v1"] for item in first["results"]]
    assert len(set(prints)) == 2
    assert prints == [item["partialFingerprints"]["hazard/v1"] for item in again["results"]]


@pytest.mark.parametrize("name", ["m.h5", "link.h5"])
def test_the_log_never_replaces_the_model(call: Call, tmp_path: Path, name: str) -> None:
    path = save_model(tmp_path / "m.h5", [dense("a")])
    before = path.read_bytes()
    if name != path.name:
        (tmp_path / name).symlink_to(path)
    assert call("inspect", path, "--sarif", tmp_path / name).status == 2
    assert path.read_bytes() == before
