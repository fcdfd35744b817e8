"""The shapes that ``docs/reference/json.md`` promises are those that are printed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CUSTOM, DIGITS, ROOT, Call
from tests.cli.test_exit_status import answer_with, replace_function

from keraport.verify import Status

PAGE = ROOT / "docs" / "reference" / "json.md"


def documented(heading: str) -> Any:
    """The first JSON block under a heading of the page."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    block = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert block is not None
    return json.loads(block[1])


def shape(value: Any) -> Any:
    """Keys and types at any depth; lists by their first item."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if value is None or isinstance(value, bool):
        return None if value is None else bool
    return float if isinstance(value, int) else type(value)


def same(found: Any, promised: Any, where: str = "") -> None:
    """Equal keys everywhere; an empty list or null on one side fits anything on the other."""
    if isinstance(found, dict) and isinstance(promised, dict):
        # Objects whose keys are names out of the model or the user's choice.
        if where.endswith(("counts", "versions", "chosen", "_activations")):
            return
        assert found.keys() == promised.keys(), where
        for key, item in found.items():
            same(item, promised[key], f"{where}.{key}")
    elif isinstance(found, list) and isinstance(promised, list):
        if found and promised:
            same(found[0], promised[0], f"{where}[]")
    elif found is not None and promised is not None:
        assert found == promised, where


def check(found: Any, heading: str) -> None:
    same(shape(found), shape(documented(heading)), heading)


def test_inspect(call: Call) -> None:
    answer = call("inspect", CUSTOM, "--json")
    assert (answer.status, answer.err) == (0, "")
    check(answer.document, "inspect")


@pytest.mark.parametrize(("model", "status"), [(DIGITS, 0), (CUSTOM, 3)])
def test_check(call: Call, model: Path, status: int) -> None:
    answer = call("check", model, "--to", "tf1.12", "--json")
    assert (answer.status, answer.err) == (status, "")
    assert answer.document["converts"] is (status == 0)
    check(answer.document, "check")


def test_convert(call: Call, tmp_path: Path) -> None:
    answer = call("convert", DIGITS, tmp_path / "o.h5", "--to", "tf1.12", "--json")
    assert answer.status == 0
    assert answer.document["report"]["written"] == ["o.h5"]
    check(answer.document, "convert")


def test_convert_and_verify(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, Status.DIFFER)
    out = tmp_path / "o.h5"
    answer = call("convert", DIGITS, out, "--to", "tf1.12", "--verify", "--json", "-q")
    assert (answer.status, answer.err) == (5, "")
    assert answer.document["verification"]["passed"] is False
    assert answer.document["verification"]["output"] == str(out)
    assert answer.document["report"]["written"] == []
    check({**answer.document, "verification": None}, "convert")
    check(answer.document["verification"], "verify")


def test_code(call: Call) -> None:
    answer = call("code", DIGITS, "--to", "tf1.12", "--json")
    assert (answer.status, answer.err) == (0, "")
    check(answer.document, "code")
    assert call("code", DIGITS, "--to", "tf1.12").out == answer.document["code"]


def test_transfer(call: Call, tmp_path: Path) -> None:
    rebuilt = ROOT / "examples" / "transfer" / "relu_rebuilt.json"
    trained = ROOT / "examples" / "custom_layer" / "selu_model_tf2.h5"
    answer = call("transfer", trained, rebuilt, tmp_path / "o.h5", "--json")
    assert answer.status == 3
    check(answer.document, "transfer")


def test_verify(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, Status.AGREE)
    answer = call("verify", DIGITS, DIGITS, "--json", "-q")
    assert (answer.status, answer.err) == (0, "")
    check(answer.document, "verify")


def test_releases(call: Call) -> None:
    document = call("releases", "--json").document
    check(document, "releases")
    by_id = {row["id"]: row for row in document["releases"]}
    assert by_id["tf1.12"]["keras_version"] == ["2.1.6-tf"]


def test_runtimes(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(tmp_path))
    python = tmp_path / "python"
    replace_function(monkeypatch, "keraport.runtimes.manager", "ensure_runtime", lambda *_: python)
    check(call("runtimes", "list", "--json").document, "runtimes list")
    check(call("runtimes", "install", "tf1.12", "--json", "-q").document, "runtimes install")
    check(call("runtimes", "remove", "tf1.12", "--json").document, "runtimes remove")


@pytest.mark.parametrize(
    ("arguments", "kind", "status"),
    [
        (["convert", str(CUSTOM), "o.h5", "--to", "tf1.12"], "refused", 3),
        (["convert", str(CUSTOM), "o.h5", "--to", "tf99"], "unknown_release", 2),
        (["inspect", str(PAGE)], "foreign_file", 4),
        (["inspect"], "usage", 2),
        (["frobnicate"], "usage", 2),
        ([], "usage", 2),
    ],
)
def test_errors(
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    kind: str,
    status: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call(*arguments, "--json")
    assert (answer.status, answer.err) == (status, "")
    error = answer.document["error"]
    assert (error["kind"], error["exit_status"]) == (kind, status)
    promised = documented("errors")["error"]
    assert error.keys() <= promised.keys()
    assert {"kind", "message", "hint", "exit_status"} <= error.keys()
    assert ("report" in error) == (kind == "refused")
    assert f"`{kind}`" in PAGE.read_text(encoding="utf-8")
