"""Imports run one way, and nothing that runs or unmarshals a model is imported at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "keraport"

MAY_IMPORT = {
    "model": set(),
    "hub": set(),
    "quantised": {"hub", "model"},
    "records": set(),
    "version": set(),
    "errors": {"graphs", "report"},  # for type checking: a refusal carries its report
    "report": {"notebook"},  # when a notebook asks for it
    "notebook": {"html", "report"},
    "text": set(),  # lines to type are quoted by it, wherever a hint has one
    "installing": set(),
    "html": {"errors", "formats", "inspection", "model", "report", "text", "verify"},
    "catalog": {"hub", "errors", "model", "text"},
    "changes": {"catalog", "companion", "hub", "model", "quantised", "report"},
    "lambdas": {"catalog", "errors", "installing", "model"},
    "python_files": {"errors"},
    "analysis": {"catalog", "changes", "companion", "errors", "hub", "model", "report"},
    "surgery": {
        *("analysis", "catalog", "changes", "companion", "errors", "hub", "model", "quantised"),
        "report",
    },
    "own": {
        *("analysis", "catalog", "changes", "companion", "errors", "hub", "lambdas", "model"),
        *("porting", "python_files", "report", "text"),
    },
    "translate": {
        *("analysis", "catalog", "changes", "companion", "errors", "hub", "lambdas", "model"),
        *("optimizers", "own", "report", "surgery"),
    },
    "optimizers": {"analysis", "catalog", "changes", "errors", "formats", "model", "report"},
    "dialects": {"errors", "model"},
    "formats": {"dialects", "hub", "errors", "model", "quantised", "text"},
    "companion": {"catalog"},
    "runtimes": {"catalog", "errors", "installing"},
    # Inspection is asked what a file would run before it is run, and judges nothing else.
    "verify": {"catalog", "companion", "errors", "formats", "graphs", "inspection", "runtimes"},
    "graphs": {"catalog", "errors", "formats", "kits", "model", "planning"},
    "loader": set(),
    "inside": {"analysis", "api", "catalog", "errors", "formats", "loader", "report", "verify"},
    "inspection": {
        *("hub", "catalog", "changes", "errors", "formats", "graphs", "model", "text"),
    },
    "codegen": {
        "hub",
        *("catalog", "changes", "companion", "convert", "dialects", "errors", "formats"),
        *("analysis", "model", "own", "refusal", "translate"),
    },
    "discrepancies": {
        "hub",
        *("catalog", "changes", "errors", "formats", "inspection", "model", "report"),
        *("analysis", "own", "surgery", "translate"),
        *("runtimes", "verify"),
    },
    "transfer": {
        "hub",
        *("catalog", "changes", "discrepancies", "errors", "formats", "model", "report"),
        *("analysis", "own", "surgery", "translate"),
        *("inspection", "kits", "runtimes", "text"),
    },
    "porting": {"catalog", "companion", "errors", "formats", "python_files"},
    "refusal": {"errors", "report"},
    "history": {"catalog", "changes", "companion", "model", "own", "surgery"},
    "on_the_way": {"catalog", "errors", "formats", "porting", "python_files", "report"},
    "kits": {"catalog", "companion", "errors", "formats", "model", "own", "report"},
    "planning": {
        *("catalog", "companion", "errors", "formats", "kits", "model", "own"),
        *("report", "translate"),
    },
    "convert": {
        *("analysis", "catalog", "companion", "errors", "formats", "kits", "model", "own"),
        *("on_the_way", "optimizers", "planning", "porting", "refusal", "report", "surgery"),
    },
    # What proves an output before it appears is that of the command for one model.
    "many": {
        *("api", "catalog", "cli", "companion", "convert", "errors", "formats", "html"),
        *("inspection", "installing", "kits", "model", "own", "planning", "refusal"),
        *("report", "runtimes"),
    },
    # Its worker is a process of its own, which runs a command.
    "web": {"catalog", "cli", "errors", "html", "kits", "model", "report", "text"},
    "api": {
        *("catalog", "convert", "formats", "inspection", "model", "own", "report", "runtimes"),
        *("errors", "html", "transfer", "verify"),
    },
}
"""Room of the house: the other rooms it may import. The command line may import all."""

EVERYWHERE = {"records", "version"}
"""What any room may import; these import none."""

FORBIDDEN = {"tensorflow", "keras", "tf_keras", "marshal", "pickle", "dill", "joblib"}
# joblib.load unpickles files; its pool of processes does not read any.
MAY_STILL = {"many/engines.py": "joblib.externals.loky"}
IMPORT_BY_NAME = {"inside.py", "loader/stub.py"}
RUNS_INSIDE_A_RUNTIME = {"verify/probe", "companion/sources", "porting/helpers"}


def modules() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not any(name.startswith(folder) for folder in RUNS_INSIDE_A_RUNTIME):
            found.append((name, path))
    return found


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda value: str(value)[-40:])
def test_imports_run_one_way(name: str, path: Path) -> None:
    room = name.split("/")[0].removesuffix(".py")
    if room in ("cli", "__init__", "__main__"):
        return
    rooms = {item.split(".")[1] for item in imported(path) if item.startswith("keraport.")}
    assert rooms - {room} - EVERYWHERE <= MAY_IMPORT[room], f"{name} imports {sorted(rooms)}"


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda value: str(value)[-40:])
def test_no_framework_and_no_unmarshalling(name: str, path: Path) -> None:
    found = {item for item in imported(path) if item.split(".")[0] in FORBIDDEN}
    found = {item for item in found if not item.startswith(MAY_STILL.get(name, "no such module"))}
    assert not found, f"{name} imports {sorted(found)}"


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda value: str(value)[-40:])
def test_frameworks_by_name_are_imported_in_one_module(name: str, path: Path) -> None:
    """`inside.py` imports Keras when it is called; the stub does, in another process."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = {
        argument.value.split(".")[0]
        for call in calls
        if ast.unparse(call.func).split(".")[-1] in ("import_module", "__import__")
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    if name in IMPORT_BY_NAME:
        assert named & FORBIDDEN
    else:
        assert not named & FORBIDDEN


def test_nothing_else_imports_what_runs_in_the_process_of_a_user() -> None:
    found = {name for name, path in modules() if "keraport.inside" in set(imported(path))}
    assert found == {"__init__.py"}  # for type checking; at run time when it is asked for


def test_the_rooms_exist() -> None:
    """Guards the tests above: a renamed room must not drop out of them."""
    for room in MAY_IMPORT:
        assert (PACKAGE / room).is_dir() or (PACKAGE / f"{room}.py").is_file(), room
