"""The shapes that ``docs/reference/json.md`` promises are those that are printed.

What is printed is held against the JSON Schemas that the package brings along, too, in which
nothing may be printed that they do not name.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from tests.cli.conftest import CUSTOM, DIGITS, MY_LAYERS, ROOT, Call
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
        if where.endswith(
            ("counts", "versions", "chosen", "_activations", "signatures", "rewritten")
        ):
            return
        assert found.keys() == promised.keys(), where
        for key, item in found.items():
            same(item, promised[key], f"{where}.{key}")
    elif isinstance(found, list) and isinstance(promised, list):
        if found and promised:
            same(found[0], promised[0], f"{where}[]")
    elif found is not None and promised is not None:
        assert found == promised, where


SCHEMAS = {
    path.name.removesuffix(".json"): json.loads(path.read_text("utf-8"))
    for path in (PAGE.parent / "schemas").glob("*.json")
}


def closed(schema: Any) -> Any:
    """The schema, in which objects hold nothing that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(item) for key, item in schema.items()}
    described = isinstance(inner.get("properties"), dict) and "type" in inner
    return {"additionalProperties": False, **inner} if described else inner


def validate(document: Any, kind: str) -> None:
    """Hold a document against the schema that it names."""
    assert document["schema"] == f"keraport/{kind}/1"
    Draft202012Validator(closed(SCHEMAS[kind])).validate(document)


def check(found: Any, heading: str, kind: str) -> None:
    """Hold what was printed, and what the page shows, against the page and the schema."""
    same(shape(found), shape(documented(heading)), heading)
    validate(found, kind)
    validate(documented(heading), kind)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_schemas_are_schemas(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    assert f"(schemas/{kind}.json)" in PAGE.read_text(encoding="utf-8")


def test_a_schema_notices() -> None:
    document = documented("inspect")
    for wrong in (
        {**document, "format": "onnx"},
        {**document, "more": 1},
        {key: item for key, item in document.items() if key != "hazards"},
        {**document, "layers": [{**document["layers"][0], "path": 3}]},
    ):
        with pytest.raises(ValidationError):
            validate(wrong, "inspection")


def test_inspect(call: Call) -> None:
    answer = call("inspect", CUSTOM, "--json")
    assert (answer.status, answer.err) == (0, "")
    check(answer.document, "inspect", "inspection")


@pytest.mark.parametrize(("model", "status"), [(DIGITS, 0), (CUSTOM, 3)])
def test_check(call: Call, model: Path, status: int) -> None:
    answer = call("check", model, "--to", "tf1.12", "--json")
    assert (answer.status, answer.err) == (status, "")
    assert answer.document["converts"] is (status == 0)
    check(answer.document, "check", "check")


def test_convert(call: Call, tmp_path: Path) -> None:
    answer = call("convert", DIGITS, tmp_path / "o.h5", "--to", "tf1.12", "--json")
    assert answer.status == 0
    assert answer.document["report"]["written"] == ["o.h5"]
    check(answer.document, "convert", "conversion")


def test_convert_and_verify(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, Status.DIFFER)
    out = tmp_path / "o.h5"
    answer = call("convert", DIGITS, out, "--to", "tf1.12", "--verify", "--json", "-q")
    assert (answer.status, answer.err) == (5, "")
    assert answer.document["verification"]["passed"] is False
    assert answer.document["verification"]["output"] == str(out)
    assert answer.document["report"]["written"] == []
    validate(answer.document, "conversion")
    check({**answer.document, "verification": None}, "convert", "conversion")
    found = {"schema": "keraport/verification/1", **answer.document["verification"]}
    check(found, "verify", "verification")


def test_code(call: Call) -> None:
    answer = call("code", DIGITS, "--to", "tf1.12", "--json")
    assert (answer.status, answer.err) == (0, "")
    check(answer.document, "code", "code")
    assert call("code", DIGITS, "--to", "tf1.12").out == answer.document["code"]


def test_a_graph(call: Call, tmp_path: Path) -> None:
    graph = ROOT / "examples" / "as_graph" / "branches_tf2"
    answer = call("convert", graph, tmp_path / "out", "--to", "tf1.12", "--as-graph", "--json")
    assert (answer.status, answer.err) == (0, "")
    check(answer.document, "convert --as-graph", "graph")


def test_a_graph_is_inspected(call: Call) -> None:
    answer = call("inspect", ROOT / "examples" / "as_graph" / "branches_tf2", "--json")
    assert (answer.status, answer.err) == (0, "")
    check(answer.document, "inspect", "inspection")
    assert answer.document["graph"]["runs_in"] == ["1.15", "2.3", "2.15"]


def test_emit_loader(call: Call, tmp_path: Path) -> None:
    answer = call("emit-loader", tmp_path / "load_keras.py", "--json")
    assert (answer.status, answer.err) == (0, "")
    check(answer.document, "emit-loader", "loader")


def test_transfer(call: Call, tmp_path: Path) -> None:
    rebuilt = ROOT / "examples" / "transfer" / "relu_rebuilt.json"
    trained = ROOT / "examples" / "custom_layer" / "selu_model_tf2.h5"
    answer = call("transfer", trained, rebuilt, tmp_path / "o.h5", "--json")
    assert answer.status == 3
    check(answer.document, "transfer", "transfer")


def test_verify(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, Status.AGREE)
    answer = call("verify", DIGITS, DIGITS, "--json", "-q")
    assert (answer.status, answer.err) == (0, "")
    check(answer.document, "verify", "verification")


def test_releases(call: Call) -> None:
    document = call("releases", "--json").document
    check(document, "releases", "releases")
    by_id = {row["id"]: row for row in document["releases"]}
    assert by_id["tf1.12"]["keras_version"] == ["2.1.6-tf"]


def test_runtimes(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(tmp_path))
    python = tmp_path / "python"
    replace_function(monkeypatch, "keraport.runtimes.manager", "ensure_runtime", lambda *_: python)
    check(call("runtimes", "list", "--json").document, "runtimes list", "runtimes")
    answer = call("runtimes", "install", "tf1.12", "--json", "-q")
    check(answer.document, "runtimes install", "runtime-installed")
    answer = call("runtimes", "remove", "tf1.12", "--json")
    check(answer.document, "runtimes remove", "runtime-removed")


def test_port_objects(call: Call) -> None:
    answer = call("port-objects", MY_LAYERS, "--to", "tf1.12", "--json")
    check(answer.document, "port-objects", "port")


def test_port_objects_of_a_package(call: Call, tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "layers.py").write_text(MY_LAYERS.read_text("utf-8"), "utf-8")
    (package / "__init__.py").write_text("", "utf-8")
    to = ("--to", "tf1.12", "-o", tmp_path / "ported", "--json")
    document = call("port-objects", package, *to).document
    validate(document, "port")
    assert len(document["files"]) == 2


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
    validate(answer.document, "error")
    error = answer.document["error"]
    assert (error["kind"], error["exit_status"]) == (kind, status)
    promised = documented("errors")["error"]
    assert error.keys() <= promised.keys()
    assert {"kind", "message", "hint", "exit_status"} <= error.keys()
    assert ("report" in error) == (kind == "refused")
    assert f"`{kind}`" in PAGE.read_text(encoding="utf-8")
